"""Sound of the user's turn, cut out of what was heard last. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actors.turn_manager.user_turn import UserTurn
from bus.clock import MS, SECOND
from bus.messages import SpeechTail

RATE_HZ = 16_000
BEFORE_NS = 500 * MS
"""Sound before the turn that is judged with it: the model was trained so (pipecat's `pre_speech_ms`)."""


def sound_of_turn(tail: SpeechTail, turn: UserTurn) -> NDArray[np.int16]:
    """The samples of the turn, and a little before it, up to the end of `tail`. Empty when there is no turn.

    Counted from the end, because what a microphone lost in the middle would shift a count from the start.
    """
    pcm = np.frombuffer(tail.payload[: len(tail.payload) // 2 * 2], dtype="<i2")
    if not turn:
        return pcm[:0]
    end_ns = tail.at_ns + pcm.size * SECOND // RATE_HZ
    wanted = max(0, end_ns - turn.onset_ns + BEFORE_NS) * RATE_HZ // SECOND
    return pcm[max(0, pcm.size - wanted) :]
