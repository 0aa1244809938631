"""Stage of the scenes of a schedule: voice and mouths in, what is sent when."""

from __future__ import annotations

from dataclasses import dataclass, field

from actors.av_sync.schedule import Planned, Schedule, ScheduleSettings
from bus.clock import MS, SECOND
from bus.messages import FaceFrame, MouthFrame, SoundClock, SoundSlice

TICK = MS


@dataclass
class Stage:
    """A schedule, a clock, and everything that was sent, with the time of sending."""

    schedule: Schedule = field(default_factory=lambda: Schedule(ScheduleSettings()))
    now_ns: int = 100 * SECOND
    sent: list[tuple[int, Planned]] = field(default_factory=list)

    def flow(self, ms: int = 0) -> None:
        """Time goes by; wakes only when the schedule asked for it."""
        self.drain()
        end = self.now_ns + ms * MS
        while (wake := self.schedule.wake_ns(self.now_ns)) is not None and wake <= end:
            self.now_ns = max(self.now_ns + TICK // 10, wake)
            self.drain()
        self.now_ns = end
        self.drain()

    def drain(self) -> None:
        while planned := self.schedule.next_due(self.now_ns):
            self.sent.append((self.now_ns, planned))

    def say(self, ms: int, *, turn: int = 1, gen: int = 1, position: int = 0, done: bool = True) -> int:
        samples = ms * 48
        self.schedule.voice(turn, gen, position, b"\1\0" * samples, self.now_ns)
        if done:
            self.schedule.voice_done(turn, gen, position + samples, self.now_ns)
        return position + samples

    def mouths(self, count: int, *, turn: int = 1, gen: int = 1, first: int = 0) -> None:
        for index in range(first, first + count):
            self.schedule.mouth(turn, gen, MouthFrame(index=index, payload=b"jpeg"))

    def play(self, position: int, *, running: bool = True, turn: int = 1, gen: int = 1) -> None:
        """Mic-out's clock comes in."""
        self.schedule.clock(turn, gen, SoundClock(position=position, at_ns=self.now_ns, running=running))

    @property
    def slices(self) -> list[SoundSlice]:
        return [p.message for _, p in self.sent if isinstance(p.message, SoundSlice)]

    @property
    def frames(self) -> list[FaceFrame]:
        return [p.message for _, p in self.sent if isinstance(p.message, FaceFrame)]
