"""Audience of what is played, beside the call: the stage page gets the sound, and vad's echo guard its envelope."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from actors.envelope import FLOOR_DB, Envelope, packed
from actors.mic_out.engine import Speaker
from actors.mic_out.joiner import Joiner
from bus.messages import RATE_HZ, HeardSound, PlayedEnvelope

KEPT = 100
"""Blocks that wait for a busy event loop; then the oldest are lost to the audience."""


class Audience:
    """Takes blocks in the speaker's thread, and makes messages of them on the event loop."""

    def __init__(self, speaker: Speaker) -> None:
        self._page = speaker.audible_on_page
        self._room = speaker.audible_in_room
        self._blocks: deque[tuple[int, NDArray[np.int16]]] = deque(maxlen=KEPT)
        self._joiner = Joiner()
        self._envelope = Envelope(RATE_HZ)
        self._sounding = False

    def hear(self, at_ns: int, pcm: NDArray[np.int16]) -> bool:
        """A block that is heard from `at_ns` on; whether it is to be told of. Silence concerns the page alone."""
        was_sounding, self._sounding = self._sounding, bool(pcm.any())
        wanted = self._page or (self._room and (self._sounding or was_sounding))
        if wanted:
            self._blocks.append((at_ns, pcm))
        return wanted

    def messages(self) -> Iterator[HeardSound | PlayedEnvelope]:
        """What there is to tell now."""
        while self._blocks:
            at_ns, pcm = self._blocks.popleft()
            if self._page:
                for begun_ns, piece in self._joiner.add(at_ns, pcm):
                    yield HeardSound(at_ns=begun_ns, payload=piece.astype("<i2", copy=False).tobytes())
            if self._room:
                begun_ns, levels = self._envelope.add(at_ns, pcm)
                if levels.size and levels.max() > FLOOR_DB:
                    yield PlayedEnvelope(at_ns=begun_ns, payload=packed(levels))
