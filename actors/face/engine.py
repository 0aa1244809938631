"""Engine seam of face: the sound of a voice in, pictures of the mouth out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bus.messages.voice import Phoneme

RATE_HZ = 48_000
FPS = 25
SAMPLES_PER_FRAME = RATE_HZ // FPS


@dataclass(frozen=True, slots=True)
class Mouth:
    """The mouth crop of frame `index` of a reply (it belongs to samples [index*1920, index*1920+1920) of its sound).

    `crop`: BGR uint8, shape (H, W, 3), to be laid over the face pack's box. `clip_frame`: the idle-clip frame it was made
    for, or -1 when it fits any.
    """

    index: int
    crop: NDArray[np.uint8]
    clip_frame: int = -1


class FaceRenderer(Protocol):
    """Turns the sound of one reply into mouth crops, 25 each second of sound."""

    async def load(self) -> None:
        """Loads pack and model. Raises Wrong or Fatal with what to do."""

    def begin(self, first_frame: int = 0) -> None:
        """Starts a reply (forgets the one before). `first_frame` > 0 continues a reply after a restart."""

    async def hear(self, pcm: NDArray[np.int16], phonemes: Sequence[Phoneme]) -> list[Mouth]:
        """Takes the next samples (int16, 48 kHz, mono); `phonemes` begin inside them, positions counted from the start of
        the reply; empty when the voice gives none. Gives every frame that can be drawn now, in order."""
        ...

    async def finish(self) -> list[Mouth]:
        """No more samples: the remaining frames, ending with the mouth at rest."""
        ...

    async def close(self) -> None:
        """Frees the model; may be called twice."""
