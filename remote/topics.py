"""Topics of a call as a table: what flows, from whom to whom, how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import chain

import msgspec

from bus.client import Client
from bus.clock import SECOND
from bus.control import TopicView
from bus.errors import Broken
from remote.columns import aligned
from remote.far.place import FAR, HUB
from remote.far.tie import LinkStatus
from remote.kinds import KINDS
from remote.status import CallStatus

ANSWER_S = 2.0


class TopicRow(msgspec.Struct, frozen=True, kw_only=True):
    """One topic. Rates are None when it was asked for only once."""

    topic: str
    lane: str
    messages: int
    payload_bytes: int
    rate_hz: float | None = None
    bytes_per_s: float | None = None
    given_by: tuple[str, ...]
    taken_by: tuple[str, ...]
    taps: int


def views_of(client: Client) -> list[TopicView]:
    """The topics of the whole call: on one host, or on several."""
    links = client.ask("agent", "status", kind=CallStatus).links
    return united(client.ask("hub", "topics", kind=list[TopicView]), views_elsewhere(client, links))


def views_elsewhere(client: Client, links: Iterable[LinkStatus]) -> list[TopicView]:
    """The same as the hubs of other hosts see them; one that is out of reach tells nothing."""
    views: list[TopicView] = []
    for link in links:
        if link.stage == "up":
            with suppress(Broken):  # it has just gone; `status` tells
                views += client.ask(f"{HUB}{FAR}{link.host}", "topics", kind=list[TopicView], timeout_s=ANSWER_S)
    return views


def united(*hubs: Iterable[TopicView]) -> list[TopicView]:
    """One view of each topic. What crosses passes both hubs: the one that has seen most has seen all of it."""
    by_topic: dict[str, TopicView] = {}
    for view in chain(*hubs):
        known = by_topic.get(view.topic, view)
        by_topic[view.topic] = TopicView(
            topic=view.topic,
            messages=max(view.messages, known.messages),
            payload_bytes=max(view.payload_bytes, known.payload_bytes),
            given_by=tuple(sorted({*view.given_by, *known.given_by})),
            taken_by=tuple(sorted({*view.taken_by, *known.taken_by})),
            lane=known.lane or view.lane,
            taps=max(view.taps, known.taps),
        )
    return [by_topic[topic] for topic in sorted(by_topic)]


def topic_rows(
    views: Iterable[TopicView], before: Mapping[str, TopicRow] | None = None, since_ns: int = 0
) -> dict[str, TopicRow]:
    """Rows by topic; with the rates since `before`, which was taken `since_ns` ago."""
    rows = {}
    for view in views:
        known = KINDS.get(view.topic)
        row = TopicRow(
            topic=view.topic,
            lane=view.lane or (known.spec.lane.value if known else ""),
            messages=view.messages,
            payload_bytes=view.payload_bytes,
            given_by=view.given_by,
            taken_by=view.taken_by,
            taps=view.taps,
        )
        old = before.get(view.topic) if before else None
        if before is not None and since_ns > 0:
            messages, size = (old.messages, old.payload_bytes) if old else (0, 0)
            row = msgspec.structs.replace(
                row,
                # A new hub counts from 0 again.
                rate_hz=round(max(0, row.messages - messages) * SECOND / since_ns, 1),
                bytes_per_s=round(max(0, row.payload_bytes - size) * SECOND / since_ns, 1),
            )
        rows[view.topic] = row
    return rows


def topic_table(rows: Iterable[TopicRow]) -> list[str]:
    """Lines for people."""
    rows = list(rows)
    rated = any(row.rate_hz is not None for row in rows)
    head = [
        "topic",
        "lane",
        "messages",
        "payload kB",
        *(["msgs/s", "kB/s"] if rated else []),
        "taps",
        "given by",
        "taken by",
    ]
    body = [
        [
            row.topic,
            row.lane or "?",
            f"{row.messages:,}",
            f"{row.payload_bytes / 1e3:,.1f}",
            *([f"{row.rate_hz or 0:.1f}", f"{(row.bytes_per_s or 0) / 1e3:,.1f}"] if rated else []),
            str(row.taps or ""),
            ", ".join(row.given_by) or "-",
            ", ".join(row.taken_by) or "-",
        ]
        for row in rows
    ]
    right = {"messages", "kB", "msgs/s", "kB/s", "taps"}
    return aligned([head, *body], right=frozenset(i for i, name in enumerate(head) if name in right))
