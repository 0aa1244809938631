"""Tapping of a call: copies of the messages of some topics, as they pass, without taking them from anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bus.client import Client
from bus.clock import SECOND, now_ns
from bus.codec import Torn
from bus.control import TopicView
from bus.errors import Wrong
from remote.copy import Copy, read_copy
from remote.kinds import KINDS, choose
from remote.losses import Losses
from remote.status import CallStatus
from remote.topics import views_elsewhere

LOOK_NS = SECOND
WAIT_S = 0.1


def find_topics(client: Client, wanted: Sequence[str]) -> list[str]:
    """The topics of the call that are meant. While it starts, those of the house will do. Raises Wrong."""
    known = {view.topic for view in client.ask("hub", "topics", kind=list[TopicView])}
    try:
        return choose(wanted, known)
    except Wrong:
        call = client.ask("agent", "status", kind=CallStatus)
        known |= {view.topic for view in views_elsewhere(client, call.links)}
        if call.phase != "starting":
            return choose(wanted, known)
        return choose(wanted, known | set(KINDS))


class Tapping:
    """One tap of some topics, from now on until there were enough, it took too long, or the call has ended."""

    def __init__(
        self,
        client: Client,
        topics: Sequence[str],
        *,
        alive: Callable[[], object],
        payload: bool = False,
        count: int = 0,
        timeout_s: float = 0.0,
    ) -> None:
        """`count`, `timeout_s`: 0 is without end. `alive` is asked once a second."""
        self._client = client
        self._alive = alive
        self._count = count
        self._deadline_ns = now_ns() + int(timeout_s * SECOND) if timeout_s else 0
        self._losses = Losses()
        self.seen = 0
        """How many came."""
        self.unreadable = 0
        self.over = False
        """The call has ended."""
        client.tap(topics, payload=payload)

    def __iter__(self) -> Iterator[Copy | None]:
        """Copies as they come; None now and then when none comes."""
        looked_ns = now_ns()
        while not (self._count and self.seen >= self._count):
            for frames in self._client.tapped(self._wait_s()):
                copy = self._read(frames)
                if copy is not None:
                    yield copy
                if (self._count and self.seen >= self._count) or self._late() or now_ns() - looked_ns > LOOK_NS:
                    break
            else:
                yield None
            if self._late():
                return
            if now_ns() - looked_ns > LOOK_NS:
                looked_ns = now_ns()
                if not self._alive():
                    self.over = True
                    return

    @property
    def satisfied(self) -> bool:
        """Whether as many came as were asked for, or any at all."""
        return self.seen >= max(1, self._count)

    def lost(self) -> str:
        """One line when messages are missing, else empty."""
        told = self._losses.told(self._client.lost_taps)
        return told or (f"INCOMPLETE: {self.unreadable} could not be read" if self.unreadable else "")

    def _read(self, frames: list[bytes]) -> Copy | None:
        try:
            copy = read_copy(frames)
        except Torn:
            self.unreadable += 1
            return None
        if not self._losses.is_news(copy.topic, copy.header):
            return None
        self.seen += 1
        return copy

    def _wait_s(self) -> float:
        left_s = (self._deadline_ns - now_ns()) / SECOND if self._deadline_ns else WAIT_S
        return max(0.001, min(WAIT_S, left_s))

    def _late(self) -> bool:
        return bool(self._deadline_ns) and now_ns() >= self._deadline_ns
