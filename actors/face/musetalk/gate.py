"""Gate: where the voice is silent the mouth is that of the idle clip, and the way there and back is a short cross-fade.

The network never learned to close a mouth on silence (its lips quiver), so nothing is drawn there at all.
"""

from __future__ import annotations

from collections.abc import Mapping

HOLD = 3
"""Pictures that the mouth stays with the network after the last sound: a stop inside a word does not end speech."""
FADE = 2
"""Pictures of a cross-fade: with none the mouth jumps, with five it is seen double (measured by others at 20 a second)."""


def share(loud: Mapping[int, bool], frame: int) -> float:
    """How much of picture `frame` is the network's: 1 where somebody speaks, 0 in silence, between them in steps.

    `loud` says for each picture whether it is spoken in; for one that it does not know, it is not. To be sure, `frame + 2`
    must be known.
    """
    return max(
        (1 - abs(away) / (FADE + 1) for away in range(-FADE, FADE + 1) if _speaks(loud, frame + away)), default=0.0
    )


def _speaks(loud: Mapping[int, bool], frame: int) -> bool:
    """Whether speech lasts at `frame`; behind the last known picture the reply is over, and nothing is held."""
    return frame in loud and any(loud.get(frame - back, False) for back in range(HOLD + 1))
