"""Recorder of a running call: taps all topics and writes what comes into a recording, losses included.

It survives the death of a hub: its link joins the next one by itself, and the file tells from where on. In a call on several
hosts the hub of each makes the copies of what is sent there: each counts for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from bus.client import Client
from bus.clock import SECOND, now_ns
from bus.codec import Torn, decode_header
from bus.control import Drops
from bus.errors import AvatarError
from bus.exchange import WHOLE, CopyNumber
from bus.messages import StageAddress
from bus.recording import FORMAT, Begin, Counted, End, Joined, Lost, Passed, Skipped, Writer
from remote.continuity import Continuity
from remote.inquiry import Inquiry
from remote.kinds import KINDS
from topology.plan import LOCAL

SECRET = frozenset({StageAddress.spec.topic})
"""Topics that carry the key to something: never recorded."""
ASK_NS = SECOND
FLUSH_NS = SECOND // 5
WAIT_S = 0.05


class Recorder:
    """One recording. `step` is to be called again and again; `close` in the end, whatever happened."""

    def __init__(
        self,
        client: Client,
        writer: Writer,
        session: str,
        hosts: Iterable[str],
        wall: datetime,
        *,
        here: str = LOCAL,
        wanted: Callable[[str], bool] = lambda topic: True,
        whole: Callable[[str], bool] = lambda topic: True,
    ) -> None:
        """`here`: the host whose hub the client is at; `wanted`: which topics; `whole`: of which the payload too. Raises Broken
        when nothing can be written."""
        self.messages = 0
        self.lost: Counter[str] = Counter()
        """Copies that were made for it and did not come, by reason."""
        self._client = client
        self.writer = writer
        self._wanted = wanted
        self._whole = whole
        self._tapped: set[str] = set()
        self._continuity = Continuity()
        self._counted: dict[str, tuple[int, tuple[Drops, ...]]] = {}
        self._overflown = 0
        self._asked_ns = 0
        self._flushed_ns = now_ns()
        self._here = here
        self._hosts = dict.fromkeys([here, *hosts])
        self._inquiries: list[Inquiry] = []
        writer.add(Begin(FORMAT, session, tuple(self._hosts), now_ns(), wall.isoformat(), tuple(SECRET)))
        writer.flush()
        self._tap(KINDS)

    def step(self, wait_s: float = WAIT_S) -> None:
        """Writes what has come; waits for the first of it. Raises Full, Broken."""
        for frames in self._client.tapped(wait_s):
            self._take(frames)
            if now_ns() - self._flushed_ns > FLUSH_NS:
                break
        at_ns = now_ns()
        if at_ns - self._flushed_ns > FLUSH_NS:
            self._flushed_ns = at_ns
            self.writer.flush()
        if at_ns - self._asked_ns > ASK_NS:
            self._asked_ns = at_ns
            self._hear(at_ns)
            self._ask()

    def close(self, why: str) -> None:
        """Writes the end. Raises Broken when the disk does not take it; the file is readable all the same."""
        self._end_inquiries()
        try:
            self.writer.add(End(now_ns(), why, self.messages, self.lost.total()))
        finally:
            self.writer.close()

    # --- copies ---------------------------------------------------------------------------------------------------

    def _take(self, frames: list[bytes]) -> None:
        at_ns = now_ns()
        try:
            topic, header = decode_header([frames[0][1:], *frames[1:3]])
            copy = CopyNumber.read(frames[3] if len(frames) == 4 else b"")
            whole = frames[0][:1] == WHOLE
            size = len(frames[2]) if whole else int(frames[2])
        except (Torn, ValueError):
            self._lose(at_ns, "?", "unreadable", 1)
            return
        if self._continuity.joins(copy):
            self._hosts.setdefault(header.host)  # a host may join a call that runs
            self.writer.add(Joined(at_ns, header.host, copy.boot))
        self._note_overflow(at_ns)
        if lost := self._continuity.lost(topic, copy):
            self._lose(at_ns, topic, "tap", lost, header.host)
        place = self._continuity.place(topic, header)
        if place.again:
            return
        if place.last:
            self.writer.add(Skipped(at_ns, topic, header.source, header.epoch, place.first, place.last))
        self.writer.add(Passed(at_ns, topic, frames[1], size, frames[2] if whole else None))
        self.messages += 1

    def _note_overflow(self, at_ns: int) -> None:
        """Copies that this process did not read in time are missing by their numbers too: here only their reason is told."""
        overflown = self._client.lost_taps
        if overflown > self._overflown:
            self.writer.add(Lost(at_ns, "?", "overflow", overflown - self._overflown))
            self._overflown = overflown

    def _lose(self, at_ns: int, topic: str, reason: str, count: int, host: str = "") -> None:
        self.lost[reason] += count
        self.writer.add(Lost(at_ns, topic, reason, count, host))

    # --- once a second --------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        self._inquiries = [Inquiry(self._client, host, here=self._here) for host in self._hosts]

    def _hear(self, at_ns: int) -> None:
        """What was asked a second ago."""
        for inquiry in self._inquiries:
            self._tap(inquiry.topics())
            for who, life, drops in inquiry.drops():
                self._count(at_ns, who, life, drops)
        self._end_inquiries()

    def _end_inquiries(self) -> None:
        for inquiry in self._inquiries:
            inquiry.close()
        self._inquiries = []

    def _tap(self, topics: Iterable[str]) -> None:
        fresh = {topic for topic in topics if topic not in self._tapped | SECRET and self._wanted(topic)}
        self._tapped |= fresh
        for whole in (True, False):
            self._client.tap([topic for topic in sorted(fresh) if self._whole(topic) is whole], payload=whole)

    def _count(self, at_ns: int, who: str, life: int, drops: tuple[Drops, ...]) -> None:
        if drops and self._counted.get(who) != (life, drops):
            self._counted[who] = (life, drops)
            self.writer.add(Counted(at_ns, who, life, drops))


def record(recorder: Recorder, goes_on: Callable[[], str]) -> str:
    """Records until `goes_on` (asked all the time) gives a reason to stop; gives it. Raises Broken (Full too), after the file was
    closed."""
    why = ""
    try:
        while not (why := goes_on()):
            recorder.step()
    except AvatarError as error:
        why = error.what
        raise
    except KeyboardInterrupt:
        why = "interrupted"
    finally:
        recorder.close(why or "the recorder failed")
    return why
