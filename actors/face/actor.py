"""Face: the voice in, the mouth out, 25 pictures for each second of sound."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from actors.face.engine import SAMPLES_PER_FRAME, FaceRenderer, Mouth
from actors.face.jpeg import encode
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import MouthFrame, VoiceAudio, VoiceDone
from bus.off_loop import OffLoop

log = logging.getLogger(__name__)

_STEP = 3 * SAMPLES_PER_FRAME
"""Samples that are handed on at once: a voice may send a whole sentence, and its first frame must not wait for its last.
The sketch needs 60 ms of sound behind a frame: of three frames it gives the first alone, for which the whole reply waits: 6 ms
after the sound instead of 12 with four (measured)."""

ReplyKey = tuple[int, int]
"""Turn and generation."""


class Face(Actor):
    """Draws the mouth of each reply as its sound comes in. A barge-in cancels the handler; the next reply starts afresh."""

    engines: ClassVar[Mapping[str, str]] = {
        "sketch": "actors.face.sketch:Sketch",
        "fake": "actors.face.fake:FakeRenderer",
    }

    def __init__(self, renderer: FaceRenderer) -> None:
        self.renderer = renderer
        self.gaps = 0
        """Times that sound was missing inside a reply."""
        self._encoder = OffLoop("face-jpeg")
        self._reply: ReplyKey | None = None
        self._heard = 0

    async def start(self) -> None:
        """Loads the renderer."""
        await self.renderer.load()

    async def stop(self) -> None:
        """Frees the renderer."""
        await self.renderer.close()
        self._encoder.close()

    async def on_voice(self, voice: VoiceAudio, emit: Emit[MouthFrame]) -> None:
        """Draws the frames that this sound completes."""
        pcm = np.frombuffer(voice.payload, np.int16)
        end = voice.position + pcm.size
        pcm = np.concatenate((self._follow((emit.cause.turn, emit.cause.gen), voice.position), pcm))
        if (again := self._heard - (end - pcm.size)) > 0:
            # Heard before, and sent again after a restart somewhere.
            pcm = pcm[again:]
        if not pcm.size:
            return
        for start in range(0, pcm.size, _STEP):
            piece = pcm[start : start + _STEP]
            begin = end - pcm.size + start
            phonemes = [phoneme for phoneme in voice.phonemes if begin <= phoneme.position < begin + piece.size]
            self._heard = begin + piece.size
            await self._send(await self.renderer.hear(piece, phonemes), emit)

    async def on_voice_done(self, done: VoiceDone, emit: Emit[MouthFrame]) -> None:
        """Draws the rest; the last frame says so, and shows the mouth at rest."""
        self._follow((emit.cause.turn, emit.cause.gen), done.samples)
        await self._send(await self.renderer.finish(), emit, last=True)

    def _follow(self, reply: ReplyKey, position: int) -> NDArray[np.int16]:
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
        self.renderer.begin(frame)
        self._reply, self._heard = reply, position - inside
        return np.zeros(inside, np.int16)

    async def _send(self, mouths: Sequence[Mouth], emit: Emit[MouthFrame], last: bool = False) -> None:
        pictures = await self._encoder.run(encode, mouths)
        for mouth, picture in zip(mouths, pictures, strict=True):
            is_last = last and mouth is mouths[-1]
            await emit(MouthFrame(payload=picture, index=mouth.index, clip_frame=mouth.clip_frame, last=is_last))
