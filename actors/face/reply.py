"""Reply as a row of poses: sound and phonemes go in by pieces of any length, one pose comes out for each frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from actors.face.engine import SAMPLES_PER_FRAME
from actors.face.loudness import SILENCE_DBFS, Loudness, dbfs
from actors.face.viseme import MS, Visemes, blend
from actors.portrait.pose import REST, Pose
from bus.messages.voice import Phoneme

LOOK_AHEAD = 60 * MS
"""Samples behind the end of a frame that must be known: the lips of a coming "m" start to close before it is heard. The
first frame is there when 100 ms of sound are."""
_EDGE = 10 * MS
# The most that a value may change from one frame to the next: nothing in a face jumps (but lips that must close, do).
_SPEED = Pose(jaw=0.5, wide=0.6, pucker=0.6, press=0.7, bite=0.7, teeth=0.7, tongue=0.7)
_REST_FRAMES = 4
_STILL = 0.02
_UNSEEN = 0.003


class Reply:
    """The state of one reply; pure: no clock, no drawing."""

    def __init__(self, first_frame: int = 0) -> None:
        self._next = first_frame
        self._visemes = Visemes()
        self._loudness = Loudness()
        # Sound that coming frames still need, and the sample at which it begins.
        self._sound: NDArray[np.int16] = np.zeros(0, np.int16)
        self._start = first_frame * SAMPLES_PER_FRAME
        self._last = REST

    def hear(self, pcm: NDArray[np.int16], phonemes: Iterable[Phoneme]) -> list[tuple[int, Pose]]:
        """Takes the next samples; gives number and pose of each frame that is sure now."""
        self._visemes.add(phonemes)
        self._sound = np.concatenate((self._sound, pcm))
        known = self._start + self._sound.size
        return list(self._until((known - LOOK_AHEAD) // SAMPLES_PER_FRAME))

    def finish(self) -> list[tuple[int, Pose]]:
        """The sound is over: the frames that were held back, and at most four more until the mouth is at rest."""
        known = self._start + self._sound.size
        poses = list(self._until(-(-known // SAMPLES_PER_FRAME)))
        before = self._last
        steps = _REST_FRAMES if max(abs(value) for value in before) > _STILL else 0 if poses else 1
        for step in range(1, steps + 1):
            poses.append((self._next, blend(before, REST, step / steps)))
            self._next += 1
        if not steps:
            poses[-1] = (poses[-1][0], REST)
        self._last = REST
        return poses

    def _until(self, end: int) -> Iterator[tuple[int, Pose]]:
        while self._next < end:
            yield self._next, self._frame()
            self._next += 1
            cut = max(self._next * SAMPLES_PER_FRAME - _EDGE - self._start, 0)
            self._sound, self._start = self._sound[cut:], self._start + cut

    def _frame(self) -> Pose:
        """The pose of the next frame."""
        first = self._next * SAMPLES_PER_FRAME
        middle, half = first + SAMPLES_PER_FRAME // 2, SAMPLES_PER_FRAME // 2
        begin = max(first - _EDGE - self._start, 0)
        sound = self._sound[begin : first + SAMPLES_PER_FRAME + _EDGE - self._start]
        must = False
        if self._visemes.covers(middle):
            target, must = self._visemes.pose(middle, half)
            target = _voiced(target, dbfs(sound))
        else:
            target = blend(self._last, self._loudness.pose(sound), 0.65)
        pose = target if must else limited(self._last, target)
        # What fades never quite ends: a rest that is one by a hair would be drawn anew for each frame of a silence.
        self._last = pose if must or max(abs(value) for value in pose) > _UNSEEN else REST
        return self._last


def limited(before: Pose, target: Pose) -> Pose:
    """`target`, or as near to it as a mouth gets in one frame."""
    return Pose(*(max(a - speed, min(a + speed, b)) for a, b, speed in zip(before, target, _SPEED, strict=True)))


def _voiced(pose: Pose, level: float) -> Pose:
    """The pose as far as it is heard: a silent frame (a pause that no phoneme tells of) shuts the mouth."""
    if pose.press > 0.5:
        return pose
    heard = min(max((level - SILENCE_DBFS) / 8, 0.0), 1.0)
    loud = min(max((level + 36) / 24, 0.0), 1.0)
    return blend(REST, pose._replace(jaw=pose.jaw * (0.8 + 0.3 * loud)), heard)
