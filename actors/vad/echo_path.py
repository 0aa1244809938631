"""Path of the echo, from the loudspeaker to the microphone: a lag, and how loud each band arrives.

The prediction is an upper bound: of an echo in that room nothing should be louder. Suppression in the space of spectral
envelopes is described by Faller and Chen, "Suppressing acoustic echo in a spectral envelope space", IEEE Transactions on Speech and
Audio Processing 13(5), 2005.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from actors.envelope import BANDS, STEP_NS, Levels
from actors.vad.echo_lag import LAGS
from actors.vad.echo_reference import ALIVE_DB, Reference
from bus.clock import SECOND

Slots: TypeAlias = NDArray[np.int64]
Change: TypeAlias = Literal["volume", "lag", "unclear"]

REVERBERATION_S = 0.7
"""In which sound falls by 60 dB: a furnished room has 0.3 to 0.6 s. A real one that is shorter makes us a little deaf in pauses."""
DECAY_DB = 60 * STEP_NS / SECOND / REVERBERATION_S
TAIL = 26
"""Steps of what was played that still sound."""
EARLY, LATE = 3, 1
"""Steps around the lag that count whole: it is known to a step, and moves. Later it may be for long, for sound dies away slowly;
an echo that comes sooner than it should is heard at once. (Measured under load on PulseAudio: 55 to 80 ms in a minute.)"""
STRONG_DB = 35.0
"""A band that is played no more than this below the loudest tells how loud it arrives."""
CLEAR_DB = 6.0
"""Above the noise from which a level is a sound's."""
QUICK_DB, SLOW_DB = 0.4, 0.15
"""How far a gain goes towards what is heard, a step: it becomes the median. Quick: in the first seconds."""
LOUD_DB = 25.0
"""Bands of a passage that are no more than this below its loudest can be told from each other."""
FIT_CELLS = 16
"""Bands of steps in a doubtful passage from which it can be told whether it is the echo at another volume."""
FIT_DB = 3.0
"""Median distance from the prediction, one common change of volume apart. Measured: an echo is at 1.6, at most 4.5 in one window
of 32 ms; another voice at 4.1 (window) and at 5 to 8 in the windows that it takes to decide."""
LAG_FIT_DB, LAG_FIT_CELLS = 2.3, 24
"""The same for the echo at another lag: there are 26 to try, so it must fit better."""
LOUDER_DB = 1.0
TURNED_UP_DB, TURNED_UP_FIT_DB = 5.0, 2.0
"""A volume that changes in a passage fits none of it well, but the last `RECENT` steps: there an echo is at 1.0 to 1.4, another
voice that is so much louder at 2.9 and more."""
RECENT = 4
VAGUE_DB = 6.0
"""No further than this from the prediction a passage may hold such a change: the next window tells."""
HISTORY = 60
"""Steps by which the gains are known when the lag becomes known."""
FEW = 5


@dataclass(slots=True)
class EchoPath:
    """Turns what was played into what of it is heard at most."""

    lag: int
    """In steps."""
    gains: Levels
    """In dB, by band: heard over played."""
    settling: int = 40
    """Steps for which it is still new, and learns quickly."""

    @classmethod
    def begin(cls, lag: int, reference: Reference, slots: Slots, heard: Levels) -> EchoPath:
        """Of a lag that has become known; `heard` is what was heard in `slots` just before."""
        played = reference.at(slots - lag)
        differs = np.where(_strong(played, reference), heard - played, np.nan)
        known = np.isfinite(differs)
        common = float(np.median(differs[known])) if known.any() else 0.0
        gains = [
            float(np.median(differs[known[:, b], b])) if known[:, b].sum() >= FEW else common for b in range(BANDS)
        ]
        return cls(lag, np.array(gains, dtype=np.float32))

    def at_most(self, reference: Reference, slots: Slots) -> Levels:
        """The loudest that the echo may be in those steps: shape (steps, BANDS)."""
        played = reference.at(slots[:, None] - self.lag + EARLY - np.arange(TAIL))
        fallen = np.maximum(np.arange(TAIL) - EARLY - LATE, 0) * DECAY_DB
        loudest: Levels = (played - fallen[:, None]).max(axis=1) + self.gains
        return loudest

    def adapt(self, reference: Reference, slots: Slots, heard: Levels, noise: Levels) -> None:
        """Learns from steps that held nothing but the echo."""
        played = reference.at(slots - self.lag)
        expected = played + self.gains
        clear = (expected > noise + CLEAR_DB) | (heard > noise + CLEAR_DB)
        towards = np.sign(heard - expected) * (_strong(played, reference) & clear)
        self.gains = self.gains + towards.sum(axis=0) * np.float32(QUICK_DB if self.settling else SLOW_DB)
        self.settling = max(0, self.settling - len(slots))

    def mend(self, reference: Reference, slots: Slots, heard: Levels) -> Change | None:
        """Takes a passage that is louder than it should be for the echo, where another volume or another lag explains it.

        "unclear" where a longer one may tell; None where nothing explains it: then there is somebody.
        """
        fits = [self._fit(reference.at(slots - lag), heard, reference) for lag in range(LAGS)]
        here = fits[self.lag]
        if here and here.spread_db < FIT_DB and here.louder_db > LOUDER_DB:
            self.gains = self.gains + np.float32(here.louder_db)
            return "volume"
        if self.is_turned_up(reference, slots[-RECENT:], heard[-RECENT:]):
            return "volume"
        if not self.settling and any(fits):
            lag, best = min(((lag, fit) for lag, fit in enumerate(fits) if fit), key=lambda one: one[1].spread_db)
            if best.spread_db < LAG_FIT_DB and abs(best.louder_db) < CLEAR_DB and best.cells >= LAG_FIT_CELLS:
                self.lag = lag
                return "lag"
        vague = here and here.spread_db < VAGUE_DB and here.louder_db > TURNED_UP_DB
        return "unclear" if vague else None

    def is_turned_up(self, reference: Reference, slots: Slots, heard: Levels) -> bool:
        """Whether these steps are plainly the echo, much louder than before; the path takes that."""
        fit = self._fit(reference.at(slots - self.lag), heard, reference)
        if fit is None or fit.spread_db > TURNED_UP_FIT_DB or fit.louder_db < TURNED_UP_DB:
            return False
        self.gains = self.gains + np.float32(fit.louder_db)
        return True

    def _fit(self, played: Levels, heard: Levels, reference: Reference) -> _Fit | None:
        """How well what was played explains what is heard; None where too little was played."""
        strong = played > max(float(played.max()) - LOUD_DB, reference.peak_db - ALIVE_DB)
        cells = int(strong.sum())
        if cells < FIT_CELLS:
            return None
        differs = (heard - played - self.gains)[strong]
        louder = float(np.median(differs))
        return _Fit(float(np.median(np.abs(differs - louder))), louder, cells)


@dataclass(frozen=True, slots=True)
class _Fit:
    spread_db: float
    louder_db: float
    cells: int


def _strong(played: Levels, reference: Reference) -> NDArray[np.bool_]:
    return played > reference.peak_db - STRONG_DB


def sounds(played: Levels, reference: Reference) -> bool:
    """Whether anything of it can be heard."""
    return bool(played.max() > reference.peak_db - ALIVE_DB)
