"""Reply: the sound and the mouth of one answer, waiting to be sent."""

from __future__ import annotations

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
        """First sample of it that came; not 0 when av-sync was restarted in its middle."""
        self.cursor = 0
        """Next sample to send."""
        self.face_deadline_ns = 0
        self.closed = False
        """Its last slice was sent."""
        self.had_face = False
        self._sound = bytearray()
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
        return self.cursor + len(self._sound) // BYTES

    @property
    def overfull(self) -> bool:
        """More sound waits than is good."""
        return len(self._sound) > MOST_SAMPLES * BYTES

    def add_sound(self, position: int, pcm: bytes, now_ns: int) -> None:
        """Appends s16le samples. What came before is left out; a hole (lost with a crash) becomes silence, so that sound
        and mouth stay together."""
        self._news_ns = now_ns
        if self.begin is None:
            self.begin = self.cursor = position
        missing = position - self.end
        if missing > 0:
            self._sound += bytes(missing * BYTES)
        self._sound += pcm[max(0, -missing) * BYTES :]

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
        return not self.closed and (len(self._sound) >= SLICE_SAMPLES * BYTES or self._all_here)

    @property
    def has_first_face(self) -> bool:
        """The mouth for the next sample is here, or it is known that nothing sounds."""
        return self.cursor // SAMPLES_PER_FRAME in self._frames or (self._all_here and not self._sound)

    def take_slice(self) -> tuple[int, bytes, bool]:
        """Position, s16le samples and whether it is the last one. To be called when `slice_ready`."""
        position = self.cursor
        pcm = bytes(self._sound[: SLICE_SAMPLES * BYTES])
        del self._sound[: len(pcm)]
        self.cursor += len(pcm) // BYTES
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

    @property
    def _all_here(self) -> bool:
        return self._total is not None and self.end >= self._total
