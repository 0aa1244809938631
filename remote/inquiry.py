"""Inquiry at the hub of one host, made again and again: which topics there are, and what everybody there has dropped so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from bus.client import Client, Question
from bus.control import Drops, HubView, PeerView, TopicView
from bus.errors import Broken
from remote.far.place import FAR, HUB, Place


class Inquiry:
    """At one hub. One that has died, or is out of reach, has nothing to say: it is asked again."""

    def __init__(self, client: Client, host: str, *, here: str) -> None:
        """`here`: the host whose hub the client is at."""
        to = HUB if host == here else f"{HUB}{FAR}{host}"
        self._name = Place(host=host).named(HUB)
        self._client = client
        self._topics: Question[list[TopicView]] = client.question(to, "topics", kind=list[TopicView])
        self._peers: Question[list[PeerView]] = client.question(to, "peers", kind=list[PeerView])
        self._hub: Question[HubView] = client.question(to, "hub", kind=HubView)

    def topics(self) -> Iterator[str]:
        """Those that it has told of by now."""
        if self._topics.answered:
            with suppress(Broken):  # not connected: the copies that do not come tell of it
                yield from (view.topic for view in self._topics.answer(0))

    def drops(self) -> Iterator[tuple[str, int, tuple[Drops, ...]]]:
        """Who (by now) told of what it has dropped in its life, and which of its lives that is."""
        if self._peers.answered:
            with suppress(Broken):
                yield from ((peer.name, peer.epoch, peer.pulse.drops) for peer in self._peers.answer(0))
        if self._hub.answered:
            with suppress(Broken):
                hub = self._hub.answer(0)
                yield self._name, hub.boot, hub.drops

    def close(self) -> None:
        """What it has not told by now is not wanted any more."""
        self._client.drop(self._topics)
        self._client.drop(self._peers)
        self._client.drop(self._hub)
