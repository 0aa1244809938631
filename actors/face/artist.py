"""Artist: hands the sound of a reply to a renderer in order, and the pictures on as messages."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from actors.face.engine import RATE_HZ, SAMPLES_PER_FRAME, FaceRenderer, Mouth
from actors.face.jpeg import encode
from actors.face.tempo import Tempo
from actors.reply_voice import Passed
from bus.clock import now_ns
from bus.emit import Emit
from bus.messages import FaceHealth, FacePlace, MouthFrame
from bus.off_loop import OffLoop

log = logging.getLogger(__name__)

Out: TypeAlias = Emit[MouthFrame | FacePlace | FaceHealth]
STEP = 3 * SAMPLES_PER_FRAME
"""Samples that are handed on at once: a voice may send a whole sentence, and its first frame must not wait for its last.
The sketch needs 60 ms of sound behind a frame: of three frames it gives the first alone, for which the whole reply waits: 6 ms
after the sound instead of 12 with four (measured)."""
PATIENCE = RATE_HZ
"""Samples after which sound counts as drawn although the renderer gave no picture of it: it must not hold up the voice."""


class Artist:
    """Draws one reply after the other; `gaps` counts the times that sound was missing inside one."""

    def __init__(self, renderer: FaceRenderer) -> None:
        self.gaps = 0
        self._renderer = renderer
        self._encoder = OffLoop("face-jpeg")
        self._reply = (-1, -1)
        self._heard = self._sent = 0
        self._tempo = Tempo()

    @property
    def drawn(self) -> int:
        """The sample of the reply up to which all is drawn."""
        return max(self._sent, self._heard - PATIENCE)

    async def draw(self, one: Passed[Out]) -> None:
        """Sends the frames that this sound completes; at the end of the reply all others, the last one marked."""
        emit = one.tag
        missing = self._follow((emit.cause.turn, emit.cause.gen), one.position)
        pcm = np.concatenate((missing, np.frombuffer(one.pcm, "<i2")))
        for start in range(0, pcm.size, STEP):
            piece = pcm[start : start + STEP]
            begin, self._heard = self._heard, self._heard + piece.size
            phonemes = [phoneme for phoneme in one.phonemes if begin <= phoneme.position < self._heard]
            await self._send(await self._timed(self._renderer.hear(piece, phonemes)), emit)
        if one.over:
            await self._send(await self._timed(self._renderer.finish()), emit, last=True)
        if health := self._tempo.told(now_ns(), over=one.over):
            await emit(health)

    def close(self) -> None:
        """Lets the thread go."""
        self._encoder.close()

    def _follow(self, reply: tuple[int, int], position: int) -> NDArray[np.int16]:
        """Makes the renderer ready for sound at `position` of `reply`. Gives silence to put before that sound.

        It begins anew for a new reply, and where sound is missing (this process took over, or the voice lost a piece). A
        beginning inside a frame is filled up with silence from the frame's start.
        """
        if self._reply == reply and position <= self._heard:
            return np.zeros(0, np.int16)
        if self._reply == reply:
            self.gaps += 1
            if self.gaps == 1:
                log.warning("sound is missing", extra={"samples": position - self._heard})
        frame, inside = divmod(position, SAMPLES_PER_FRAME)
        self._renderer.begin(frame)
        self._tempo.begin(frame)
        self._reply, self._heard = reply, position - inside
        self._sent = self._heard
        return np.zeros(inside, np.int16)

    async def _timed(self, drawing: Awaitable[list[Mouth]]) -> list[Mouth]:
        begun_ns = now_ns()
        mouths = await drawing
        self._tempo.drew([mouth.index for mouth in mouths], now_ns() - begun_ns)
        return mouths

    async def _send(self, mouths: Sequence[Mouth], emit: Out, last: bool = False) -> None:
        pictures = await self._encoder.run(encode, mouths)
        for mouth, picture in zip(mouths, pictures, strict=True):
            is_last = last and mouth is mouths[-1]
            frame = MouthFrame(payload=picture, index=mouth.index, clip_frame=mouth.clip_frame, last=is_last)
            await emit(frame, index=mouth.index)
            self._sent = (mouth.index + 1) * SAMPLES_PER_FRAME
