"""Echo guard: windows of a microphone in, the same windows out, with the avatar's own voice taken for silence.

Without headphones the microphone hears the loudspeaker, and the avatar would interrupt itself. The guard compares the envelope
of what is heard with that of what is played: it learns how long the echo takes and how loud each band of it arrives, and what
is no louder than that is echo. What is louder is held back until it is clear what it is, about 100 ms: somebody who
speaks over the avatar (then nothing of it is lost, and it goes on to the end), or the echo at another volume.

Its limits, measured in synthetic rooms: somebody 5 dB louder than the echo is noticed within 300 ms, somebody as loud three times
in four, and somebody 5 dB below it every other time: then in the avatar's next pause. In the first second of the first reply
somebody is noticed up to 0.9 s late. Taking headphones off in the middle of a reply may let the avatar interrupt itself once;
so may a device whose delay jumps by more than 50 ms. An echo that comes later than 400 ms, as through somebody else's
call, is not found. It decides what is heard at all, and subtracts nothing: where both speak, the avatar's words are heard with
the person's. It takes 0.5 % of a core.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from actors.envelope import BANDS, FLOOR_DB, Envelope, Levels, slot_of
from actors.vad.echo_lag import LAGS, EchoLag
from actors.vad.echo_path import CLEAR_DB, HISTORY, EchoPath, Slots, sounds
from actors.vad.echo_reference import ALIVE_DB, Reference
from actors.vad.engine import RATE_HZ, WINDOW, Sound

State: TypeAlias = Literal["unknown", "none", "guarded"]

MARGIN_DB = 6.0
"""So much above the loudest echo is none: of an echo alone less than 1 % of all cells are."""
LARGEST_DB = 12.0
"""One band of one step counts for no more than this."""
DOUBTFUL_DB = 0.4
"""Mean excess of a window's cells from which it may be somebody. Measured of echoes alone: below 0.3."""
SURE_DB = 1.5
"""Sum of that over windows from which it is decided. Twice that while the path is new."""
LEAST, MOST = 2, 6
"""Windows that are held back at least, and at most."""
PATIENT = 8
"""Windows after the last doubtful one for which somebody is still speaking."""
LEARNING = 28
"""Windows of coincidence, 0.9 s, for which everything is held back while it is not known whether there is an echo."""
UNHEARD = 30
"""Windows in which something is played and nothing heard, 1 s, from which there is none."""
ACTIVE_DB, ACTIVE_BANDS = 8.0, 3
FAINT_DB = 3.0
"""An echo that is further below the noise needs no guard."""
NOISE_RISE_DB, NOISE_FALL_DB = 0.03, 1.5
"""How fast the room's noise is followed, a step: it is what lies lowest."""
QUIETEST_DB = -85.0


@dataclass(frozen=True, slots=True)
class _Window:
    """One of the microphone, and what its steps held."""

    sound: Sound
    slots: Slots
    heard: Levels
    excess_db: float = 0.0


class EchoGuard:
    """Tells the avatar's own voice from somebody else's. Without anything played all windows go through as they are."""

    def __init__(self) -> None:
        self._reference = Reference()
        self._envelope = Envelope(RATE_HZ)
        self._lag = EchoLag()
        self.path: EchoPath | None = None
        self._noise: Levels = np.full(BANDS, FLOOR_DB, dtype=np.float32)
        self._history: list[_Window] = []
        self._held: list[_Window] = []
        self._patience = LEARNING
        self._unheard = 0
        self._speaking = 0
        """Windows for which somebody is taken to be speaking, unless there is more of him."""
        self._random = np.random.default_rng(0)

    @property
    def state(self) -> State:
        """Whether there is an echo to guard against."""
        if self.path is None:
            return "unknown" if self._patience else "none"
        audible = (self.path.gains + self._reference.peak_db > self._noise + FAINT_DB).any()
        return "guarded" if audible else "none"

    def expect(self, path: EchoPath) -> None:
        """Begins with a path that is known from before."""
        self.path, self._lag.lag = path, path.lag

    def played(self, at_ns: int, levels: Levels) -> None:
        """What the loudspeaker plays in the steps from `at_ns` on, shape (steps, BANDS); it may lie ahead."""
        self._reference.add(at_ns, levels)

    def hear(self, sound: Sound) -> list[Sound]:
        """The next window of the microphone; those that are decided now, in order."""
        at_ns, heard = self._envelope.add(sound.at_ns, sound.pcm)
        window = _Window(sound, slot_of(at_ns) + np.arange(len(heard), dtype=np.int64), heard)
        self._follow_noise(heard)
        if not self._reference.may_sound(int(window.slots[0])):
            self._speaking = 0
            return self._release(window)
        playing = self._compare(window)
        found = playing and not (self.path and self._held) and self._lag.look()
        if self.path is None:
            return self._begin(window, self._lag.lag) if found else self._wait(window, playing=playing)
        if found:
            self.path.lag = self._lag.lag
        return self._judge(window, self.path)

    def _follow_noise(self, heard: Levels) -> None:
        if self._noise[0] == FLOOR_DB:
            self._noise = heard.min(axis=0)
        for step in heard:
            self._noise = self._noise + np.clip(step - self._noise, -NOISE_FALL_DB, NOISE_RISE_DB)
        self._noise = np.maximum(self._noise, np.float32(QUIETEST_DB))

    def _compare(self, window: _Window) -> bool:
        """Gathers what tells the lag; whether anything of what was played may be heard now."""
        self._history = [*self._history[-HISTORY // 2 :], window]
        playing = False
        for slot, heard in zip(window.slots, window.heard, strict=True):
            played = self._reference.at(slot - np.arange(LAGS))
            if sounds(played, self._reference):
                playing = True
                loud = np.maximum(played, np.float32(self._reference.peak_db - ALIVE_DB))
                self._lag.hear(loud, np.maximum(heard, self._noise + np.float32(CLEAR_DB / 2)))
        return playing

    def _begin(self, window: _Window, lag: int) -> list[Sound]:
        """The echo was found: so what was held back was it."""
        self.path = EchoPath.begin(lag, self._reference, *_steps(self._history))
        self._held.append(window)
        return self._release(echo=True)

    def _wait(self, window: _Window, *, playing: bool) -> list[Sound]:
        """Nobody knows yet whether there is an echo."""
        active = int((window.heard.max(axis=0) > self._noise + ACTIVE_DB).sum()) >= ACTIVE_BANDS
        self._unheard += playing and not active
        if self._unheard >= UNHEARD:
            self._patience = 0
        if playing and self._patience and (self._held or active):
            self._patience -= active
            self._held.append(window)
            return []
        return self._release(window)

    def _judge(self, window: _Window, path: EchoPath) -> list[Sound]:
        """Whether it is more than the echo that is to be expected."""
        echo = path.at_most(self._reference, window.slots)
        if not ((echo > self._noise - FAINT_DB) & (echo > self._reference.floor_db + path.gains + 1)).any():
            self._speaking = 0
            return self._release(window)
        limit = 10 * np.log10(10 ** (echo / 10) + 10 ** (self._noise / 10)) + MARGIN_DB
        excess_db = float(np.clip(window.heard - limit, 0, LARGEST_DB).mean())
        doubtful = excess_db >= DOUBTFUL_DB
        if self._speaking:
            slots, heard = _steps(self._history[-2:])
            turned_up = doubtful and path.is_turned_up(self._reference, slots, heard)
            self._speaking = 0 if turned_up else PATIENT if doubtful else self._speaking - 1
            return self._release(window, echo=turned_up)
        if not doubtful and not self._held:
            path.adapt(self._reference, window.slots, window.heard, self._noise)
            return [self._silenced(window.sound)]
        self._held.append(_Window(window.sound, window.slots, window.heard, excess_db))
        return self._decide(path)

    def _decide(self, path: EchoPath) -> list[Sound]:
        """What the windows are that are held back; none of them while that is open."""
        excess = [window.excess_db for window in self._held]
        if len(excess) < LEAST:
            return []
        if sum(excess) >= (2 * SURE_DB if path.settling else SURE_DB):
            change = path.mend(self._reference, *_steps(self._held))
            if change == "unclear" and len(excess) < MOST:
                return []
            if change == "lag":
                self._lag.move(path.lag)
            is_echo = change in ("volume", "lag")
            self._speaking = 0 if is_echo else PATIENT
            return self._release(echo=is_echo)
        if len(excess) >= MOST or max(excess[-2:]) < DOUBTFUL_DB:
            return self._release(echo=True)
        return []

    def _release(self, *more: _Window, echo: bool = False) -> list[Sound]:
        """All that were held back, and `more`."""
        windows, self._held = [*self._held, *more], []
        return [self._silenced(window.sound) if echo else window.sound for window in windows]

    def _silenced(self, sound: Sound) -> Sound:
        """The room's noise in place of an echo: digital silence would mislead whoever measures that noise."""
        power = float((10 ** (self._noise / 10)).sum()) / 2 * 32_768**2
        noise = self._random.standard_normal(WINDOW) * np.sqrt(power)
        return Sound(np.round(noise).astype(np.int16), sound.at_ns)


def _steps(windows: Sequence[_Window]) -> tuple[Slots, Levels]:
    """All steps of some windows."""
    return np.concatenate([w.slots for w in windows]), np.concatenate([w.heard for w in windows])
