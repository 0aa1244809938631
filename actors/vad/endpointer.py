"""Endpointer: windows of sound with their speech probability in, edges of speech and pieces of utterances out.

A pure state machine of two states. Silence: windows wait in a short memory, so that an utterance can begin before it was
noticed. Speech: each window goes out at once as a piece of the open utterance.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from actors.vad.engine import RATE_HZ, WINDOW, Sound
from actors.vad.loudness import Loudness
from actors.vad.settings import VadSettings
from actors.vad.tail import Tail
from bus.clock import MS, SECOND
from bus.messages import Listening, SpeechChunk, SpeechEdge, SpeechTail

Noticed = SpeechEdge | SpeechChunk | SpeechTail

WINDOW_MS = WINDOW * 1000 // RATE_HZ
WINDOW_NS = WINDOW_MS * MS
HYSTERESIS = 0.15
"""Speech goes on until the probability is this much below the threshold (the value of silero's own iterator)."""
SURE_NOISE = 0.1
"""Below this probability a window counts as the room's noise."""
LOOK_BACK_MS = 192
"""How far before the detector's edge the true one is searched: it notices soft beginnings late and lets go late."""
LOOK_AHEAD_MS = 64
QUIET_WINDOWS = 2
"""Windows below the threshold in a row before speech may have stopped, however clear the sound."""
TELL_NS = 200 * MS
"""How often it is told how far it has come while nobody speaks."""
SPEECH_AGAIN = 12
"""Windows of open speech that a successor hears again: by them it knows how loud it was, and the detector warms up."""
SPLIT_GRACE_MS = 2_000
"""How much longer than `max_utterance_ms` an utterance may get while a place between two words is searched."""


class Endpointer:
    """Turns windows, in order, into `SpeechEdge`, `SpeechChunk` and `SpeechTail` messages. Edges carry their true times."""

    def __init__(self, settings: VadSettings) -> None:
        self.settings = settings
        self.utterance = 0
        """Number of the open utterance, or of the last one."""
        self.speaking = False
        self._loudness = Loudness()
        self._tail = Tail()
        kept_ms = settings.pre_roll_ms + LOOK_BACK_MS + settings.start_ms
        self._waiting: deque[Sound] = deque(maxlen=math.ceil(kept_ms / WINDOW_MS) + 2)
        self._run = 0
        """Windows of speech in a row while it is not yet sure that it is speech."""
        self._run_ns = 0
        self._quiet = 0
        self._speech_end_ns = 0
        self._opened_ns = 0
        self._index = 0
        self._heard_ns = 0
        self._closed_ns = 0
        self._told: Listening | None = None

    def hear(self, sound: Sound, probability: float) -> list[Noticed]:
        """Takes the next window and gives what is to be sent."""
        self._loudness.hear(sound, noise=probability < SURE_NOISE)
        self._tail.hear(sound)
        if self.speaking and sound.at_ns < self._heard_ns:
            return []  # sent by the process before this one
        self._heard_ns = max(self._heard_ns, sound.at_ns + WINDOW_NS)
        if self.speaking:
            return self._hear_speech(sound, probability)
        return self._hear_silence(sound, probability)

    @property
    def listening(self) -> Listening:
        """How far it has come."""
        again = SPEECH_AGAIN if self.speaking else self._waiting.maxlen or 0
        return Listening(
            heard_ns=self._heard_ns,
            from_ns=max(self._heard_ns - again * WINDOW_NS, 0 if self.speaking else self._closed_ns),
            utterance=self.utterance,
            index=self._index,
            opened_ns=self._opened_ns if self.speaking else 0,
            speech_end_ns=self._speech_end_ns,
            quiet=self._quiet,
        )

    def news(self) -> Listening | None:
        """How far it has come, where a successor must know: each window of speech, else a few times a second."""
        told, now = self._told, self.listening
        if told is None or told.opened_ns != now.opened_ns:
            due = True
        else:
            due = now.heard_ns - told.heard_ns >= (WINDOW_NS if self.speaking else TELL_NS)
        self._told = now if due else told
        return now if due else None

    def resume(self, before: Listening) -> None:
        """Goes on where the process before this one was; what it says is to be heard again comes first."""
        self.utterance, self._index = before.utterance, before.index
        self.speaking, self._opened_ns = before.opened_ns > 0, before.opened_ns
        self._heard_ns, self._speech_end_ns, self._quiet = before.heard_ns, before.speech_end_ns, before.quiet
        self._told = before

    def _hear_silence(self, sound: Sound, probability: float) -> list[Noticed]:
        self._waiting.append(sound)
        if probability >= self.settings.threshold:
            if self._run == 0:
                self._run_ns = sound.at_ns
            self._run += 1
        elif probability < self.settings.threshold - HYSTERESIS:
            self._run = 0
        if self._run * WINDOW_MS < self.settings.start_ms or self._run == 0:
            return []
        onset_ns = self._loudness.onset_ns(self._run_ns, LOOK_BACK_MS)
        pcm, at_ns = self._remembered(onset_ns - self.settings.pre_roll_ms * MS)
        self._open(onset_ns)
        self._speech_end_ns = sound.at_ns + WINDOW_NS
        return [self._edge("started", onset_ns), self._chunk(pcm, at_ns)]

    def _hear_speech(self, sound: Sound, probability: float) -> list[Noticed]:
        now_ns = sound.at_ns + WINDOW_NS
        if probability >= self.settings.threshold - HYSTERESIS:
            self._quiet = 0
            self._speech_end_ns = now_ns
        else:
            self._quiet += 1
        if self._quiet >= QUIET_WINDOWS:
            end_ns = self._loudness.end_ns(self._speech_end_ns, LOOK_BACK_MS, LOOK_AHEAD_MS)
            if now_ns - end_ns >= self.settings.stop_ms * MS:
                self._close()
                return [
                    self._tail.of(self.utterance),
                    self._edge("stopped", max(end_ns, self._opened_ns)),
                    self._chunk(sound.pcm, sound.at_ns, last=True),
                ]
        if self._must_split(now_ns):
            return self._split(sound)
        return [self._chunk(sound.pcm, sound.at_ns)]

    def _must_split(self, now_ns: int) -> bool:
        too_long_ms = (now_ns - self._opened_ns) / MS - self.settings.max_utterance_ms
        return too_long_ms >= (0 if self._quiet else SPLIT_GRACE_MS)

    def _split(self, sound: Sound) -> list[Noticed]:
        """Ends the utterance after this window and opens the next one there: nothing is lost, nothing comes twice."""
        here_ns = sound.at_ns + WINDOW_NS
        ended: list[Noticed] = [
            self._edge("stopped", here_ns),
            self._chunk(sound.pcm, sound.at_ns, last=True),
        ]
        quiet = self._quiet
        self._open(here_ns)
        self._quiet = quiet
        return [*ended, self._edge("started", here_ns)]

    def _open(self, onset_ns: int) -> None:
        self.speaking = True
        self.utterance += 1
        self._index = self._quiet = self._run = 0
        self._opened_ns = onset_ns

    def _close(self) -> None:
        self.speaking = False
        self._closed_ns = self._heard_ns
        self._run = 0
        self._waiting.clear()  # what the utterance had is not the next one's pre-roll

    def _remembered(self, from_ns: int) -> tuple[NDArray[np.int16], int]:
        """Sound from `from_ns` until now, or what is left of it; and the time of its first sample."""
        kept = [w for w in self._waiting if w.at_ns + WINDOW_NS > from_ns]
        self._waiting.clear()
        pcm = np.concatenate([w.pcm for w in kept])
        skipped = max(0, (from_ns - kept[0].at_ns) * RATE_HZ // SECOND)
        return pcm[skipped:], kept[0].at_ns + skipped * SECOND // RATE_HZ

    def _edge(self, kind: Literal["started", "stopped"], at_ns: int) -> SpeechEdge:
        return SpeechEdge(kind=kind, utterance=self.utterance, at_ns=at_ns)

    def _chunk(self, pcm: NDArray[np.int16], at_ns: int, *, last: bool = False) -> SpeechChunk:
        index, self._index = self._index, self._index + 1
        sound = pcm.astype("<i2", copy=False).tobytes()
        quiet_ms = self._quiet * WINDOW_MS
        return SpeechChunk(
            utterance=self.utterance, index=index, at_ns=at_ns, last=last, quiet_ms=quiet_ms, payload=sound
        )
