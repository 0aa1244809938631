"""Reply: the sound and the mouth of one answer, waiting to be sent."""

from __future__ import annotations

from collections import deque

from actors.av_sync.timeline import Timeline
from bus.messages import RATE_HZ, SLICE_SAMPLES, MouthFrame
from bus.messages.picture import SAMPLES_PER_FRAME

BYTES = 2
"""Per sample."""
MOST_FRAMES = 3_000
"""Mouth frames held for one reply: two minutes. Newer ones are dropped, and counted."""
MOST_SAMPLES = 120 * RATE_HZ
"""Sound held for one reply; a voice that is further ahead has to wait."""
LOST_NS = 2_000_000_000
"""The voice is done, but some of its sound did not come for so long: it was lost."""


class Reply:
    """Pieces of any size in, slices of 20 ms out, in order."""

    def __init__(self, turn: int, gen: int) -> None:
        self.turn = turn
        self.gen = gen
        self.timeline: Timeline | None = None
        self.begin: int | None = None
        """First sample of it that came, or that came behind a hole; not 0 when av-sync was restarted in its middle."""
        self.cursor = 0
        """Next sample to send."""
        self.face_deadline_ns = 0
        self.closed = False
        """Its last slice was sent."""
        self.had_face = False
        self._sound: deque[tuple[int, bytearray]] = deque()
        self._total: int | None = None
        self._news_ns = 0
        self._frames: dict[int, MouthFrame] = {}
        self._next_index = 0

    @property
    def key(self) -> tuple[int, int]:
        """Grows from reply to reply."""
        return self.turn, self.gen

    @property
    def has_voice(self) -> bool:
        """Some of its sound came, or it is known that there is none."""
        return self.begin is not None or self._total is not None

    @property
    def end(self) -> int:
        """First sample that did not come yet."""
        return _end(self._sound[-1]) if self._sound else self.cursor

    @property
    def overfull(self) -> bool:
        """More sound waits than is good."""
        return sum(len(pcm) for _, pcm in self._sound) > MOST_SAMPLES * BYTES

    def add_sound(self, position: int, pcm: bytes, now_ns: int) -> None:
        """Appends s16le samples. What came before is left out. A hole stays one: who was here before has sent what was in
        it, or it was lost with a crash."""
        self._news_ns = now_ns
        known = max(0, self.end - position) if self.begin is not None else 0
        position, pcm = position + known, pcm[known * BYTES :]
        if not pcm:
            return
        if self.begin is None:
            self.begin = self.cursor = position
        if self._sound and _end(self._sound[-1]) == position:
            self._sound[-1][1].extend(pcm)
        else:
            self._sound.append((position, bytearray(pcm)))
            self._reach()

    def add_frame(self, frame: MouthFrame) -> bool:
        """Keeps a mouth frame; False when there is no room."""
        self.had_face = True
        if frame.index < self._next_index:
            return True  # it was sent: drawn once more by a face that took over
        if len(self._frames) >= MOST_FRAMES:
            return False
        self._frames.setdefault(frame.index, frame)
        return True

    def finish(self, samples: int, now_ns: int) -> None:
        """The voice is done: `samples` in all."""
        self._total = samples
        self._news_ns = now_ns

    def lost_ns(self) -> int | None:
        """When the sound that is still missing is given up; None while the voice is not done, or nothing is missing."""
        return self._news_ns + LOST_NS if self._total is not None and self.end < self._total else None

    def give_up_lost(self, now_ns: int) -> None:
        """Ends the reply with what came, when the rest is lost."""
        lost_ns = self.lost_ns()
        if lost_ns is not None and now_ns >= lost_ns:
            self._total = self.end

    @property
    def slice_ready(self) -> bool:
        """A whole slice waits, or the last one."""
        held = len(self._sound[0][1]) if self._sound else 0
        return not self.closed and (held >= SLICE_SAMPLES * BYTES or len(self._sound) > 1 or self._all_here)

    @property
    def has_first_face(self) -> bool:
        """The mouth for the next sample is here, or it is known that nothing sounds."""
        return self.cursor // SAMPLES_PER_FRAME in self._frames or (self._all_here and not self._sound)

    def take_slice(self) -> tuple[int, bytes, bool]:
        """Position, s16le samples and whether it is the last one. To be called when `slice_ready`."""
        position, run = self._sound.popleft() if self._sound else (self.cursor, bytearray())
        pcm = bytes(run[: SLICE_SAMPLES * BYTES])
        self.cursor = position + len(pcm) // BYTES
        del run[: len(pcm)]
        if run:
            self._sound.appendleft((self.cursor, run))
        self._reach()
        self.closed = self._all_here and not self._sound
        return position, pcm, self.closed

    @property
    def next_frame(self) -> int | None:
        """Position of the earliest mouth frame that waits."""
        return min(self._frames) * SAMPLES_PER_FRAME if self._frames else None

    def take_frame(self) -> MouthFrame:
        """The earliest mouth frame that waits."""
        frame = self._frames.pop(min(self._frames))
        self._next_index = frame.index + 1
        return frame

    def drop(self) -> int:
        """Empties it; how many mouth frames were in it."""
        dropped = len(self._frames)
        self._frames.clear()
        self._sound.clear()
        return dropped

    def _reach(self) -> None:
        """Behind a hole, whose end mic-out's clock does not come to by itself, it begins anew."""
        if self._sound and self._sound[0][0] > self.cursor:
            self.begin = self.cursor = self._sound[0][0]

    @property
    def _all_here(self) -> bool:
        return self._total is not None and self.end >= self._total


def _end(run: tuple[int, bytearray]) -> int:
    return run[0] + len(run[1]) // BYTES
