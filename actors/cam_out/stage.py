"""Stage: what the camera shows at a given time. Only numbers are decided here; no pixel is touched.

The idle clip runs through whatever happens. The mouth follows the sound that is really heard (mic-out's clock): it comes
in over three frames, and is at rest two frames after a pause, a cut or the end.
"""

from __future__ import annotations

from dataclasses import dataclass

from bus.clock import MS, SECOND
from bus.messages import RATE_HZ, FaceFrame, SoundClock
from bus.messages.picture import FPS, SAMPLES_PER_FRAME

FRAME_NS = SECOND // FPS
RISE = 1 / 3
FALL = 1 / 2
"""Two frames: with the wait for the next frame the mouth is at rest 80 ms after it has to be."""
HOLD_FRAMES = 3
"""So long a mouth stays when the next one does not come."""
MOST_FRAMES = 64
"""Mouths kept for a reply; av-sync sends a quarter of a second ahead, so that is plenty. The oldest is dropped."""
STALE_NS = 30 * MS
"""A running clock that came with a pause was sent before it."""
UNHEARD_NS = 300 * MS
"""So long a reply's own plan is believed while mic-out says nothing about it."""
MIX_FRAMES = 3

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shot:
    """Frame `idle` of the clip, with `mouth` laid over it as strong as `strength`.

    `before`: a frame of the clip that is still seen with share `mix`, after a jump in the clip. `fresh`: the mouth is seen
    for the first time, and for its own sound.
    """

    idle: int
    mouth: FaceFrame | None = None
    strength: float = 0.0
    before: int = 0
    mix: float = 0.0
    key: Key = (0, 0)
    fresh: bool = False


class Stage:
    """Mouths and the clock in, one shot for each frame time out."""

    def __init__(self, clip_frames: int) -> None:
        self._clip_frames = clip_frames
        self._mouths: dict[Key, dict[int, FaceFrame]] = {}
        self._floor = 0
        self._clock: tuple[Key, SoundClock] | None = None
        self._held_ns: int | None = None
        self._mouth: FaceFrame | None = None
        self._key: Key = (0, 0)
        self._strength = 0.0
        self._shift = 0
        self._old_shift = 0
        self._mixing = 0
        self.dropped = 0
        """Mouths that were never shown because too many were sent."""

    def mouth(self, turn: int, gen: int, frame: FaceFrame) -> None:
        """Takes a mouth for its time; one of an old generation is never shown."""
        if gen < self._floor:
            return
        mouths = self._mouths.setdefault((turn, gen), {})
        mouths[frame.position // SAMPLES_PER_FRAME] = frame
        if len(mouths) > MOST_FRAMES:
            del mouths[min(mouths)]
            self.dropped += 1

    def clock(self, turn: int, gen: int, clock: SoundClock) -> None:
        """What is heard."""
        if gen < self._floor:
            return
        if self._held_ns is not None and clock.running:
            if clock.at_ns <= self._held_ns + STALE_NS:
                return
            self._held_ns = None
        self._clock = ((turn, gen), clock)
        for key in [k for k in self._mouths if k < (turn, gen)]:
            del self._mouths[key]

    def pause(self, now_ns: int) -> None:
        """The mouth comes to rest until the clock runs again."""
        self._held_ns = now_ns

    def cut(self, below_gen: int) -> None:
        """Nothing older than `below_gen` is taken any more; ends a pause."""
        self._floor = max(self._floor, below_gen)
        self._held_ns = None
        for key in [k for k in self._mouths if k[1] < self._floor]:
            del self._mouths[key]
        if self._clock and self._clock[0][1] < self._floor:
            self._clock = None

    def shot(self, at_ns: int) -> Shot:
        """What is seen at `at_ns`; to be asked once for each frame, in order."""
        key, position = self._heard(at_ns)
        found = None if position is None else self._nearest(key, round(position / SAMPLES_PER_FRAME))
        fresh = found is not None and found is not self._mouth
        if found is not None:
            self._mouth, self._key = found, key
            self._strength = min(1.0, self._strength + RISE)
        else:
            self._strength = max(0.0, self._strength - FALL)
            if not self._strength:
                self._mouth = None
        return self._framed(at_ns // FRAME_NS, fresh=fresh)

    def _heard(self, at_ns: int) -> tuple[Key, float | None]:
        """The reply that is heard at `at_ns`, and which sample of it; None: nothing is."""
        if self._held_ns is not None:
            return (0, 0), None
        heard: Key = (-1, -1)
        if self._clock is not None:
            heard, clock = self._clock
            if clock.running:
                return heard, clock.position + (at_ns - clock.at_ns) * RATE_HZ / SECOND
        planned = min((k for k in self._mouths if k > heard), default=None)
        if planned is None:
            return heard, None
        first = self._mouths[planned][min(self._mouths[planned])]
        if not first.at_ns - FRAME_NS // 2 <= at_ns <= first.at_ns + UNHEARD_NS:
            return heard, None
        return planned, first.position + (at_ns - first.at_ns) * RATE_HZ / SECOND

    def _nearest(self, key: Key, index: int) -> FaceFrame | None:
        """The mouth of frame `index`, or one shortly before it when that has not come."""
        mouths = self._mouths.get(key, {})
        for back in range(HOLD_FRAMES + 1):
            mouth = mouths.get(index - back)
            if mouth is not None:
                return None if mouth.last and back else mouth
        return None

    def _framed(self, tick: int, *, fresh: bool) -> Shot:
        """Chooses the frame of the idle clip: the one that the mouth was made for, else the one of the time."""
        mouth = self._mouth
        if mouth is not None and mouth.clip_frame >= 0:
            shift = (mouth.clip_frame - tick) % self._clip_frames
            if shift != self._shift and fresh:
                self._old_shift, self._shift, self._mixing = self._shift, shift, MIX_FRAMES
        mix = self._mixing / (MIX_FRAMES + 1)
        self._mixing = max(0, self._mixing - 1)
        return Shot(
            idle=(tick + self._shift) % self._clip_frames,
            mouth=mouth,
            strength=self._strength,
            before=(tick + self._old_shift) % self._clip_frames,
            mix=mix,
            key=self._key,
            fresh=fresh,
        )
