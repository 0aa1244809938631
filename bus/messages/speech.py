"""Speech of the person: what vad and asr say about it. Sound is s16le, 16 kHz, mono in the payload."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from bus.messages.message import Lane, Message, Spec


class SpeechChunk(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of an utterance, s16le 16 kHz mono in `payload`; the first one begins with 300 ms before the speech."""

    spec: ClassVar = Spec("vad.speech", Lane.STREAM)
    utterance: int
    """Counts utterances from 1 in each life of vad."""
    index: int
    """Counts the chunks of the utterance from 0."""
    at_ns: int
    """Capture time of the first sample of this chunk."""
    last: bool = False
    """The utterance ends here (payload may be empty)."""
    quiet_ms: int = 0
    """For how long nobody has been speaking at the end of this chunk: it may be a pause, or the end."""


class SpeechEdge(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Speech began, paused or went on. `at_ns` is the true time of the edge, not of its detection."""

    spec: ClassVar = Spec("vad.edge", Lane.STREAM)
    kind: Literal["started", "stopped"]
    utterance: int
    at_ns: int
    """Capture time of the first sample of speech (started) or of the first sample after it (stopped)."""


class SpeechTail(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What was heard until speech stopped, pauses and all: 8 s at most, s16le 16 kHz mono in `payload`. It comes just before
    the edge that says so."""

    spec: ClassVar = Spec("vad.tail", Lane.STREAM, observed=True)
    utterance: int
    """The one that stopped."""
    at_ns: int
    """Capture time of the first sample."""


class Level(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Loudness of the microphone, about 12 times a second."""

    spec: ClassVar = Spec("vad.level", Lane.LATEST, observed=True)
    dbfs: float
    """RMS level in dB relative to full scale, -96..0."""
    speech: float
    """Speech probability 0..1."""


class SoundBegan(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The microphone's source began. A vad that is started again goes on in it instead of from its beginning."""

    spec: ClassVar = Spec("vad.began", Lane.STATE, observed=True)
    at_ns: int
    """Capture time of the first sample ever."""
    source: str = ""
    """Which one: a vad that was given another begins it anew."""


class Listening(Message, frozen=True, kw_only=True, omit_defaults=True):
    """How far vad has listened, for its successor: it goes on in the middle of a word. Sent with each window of speech, else a
    few times a second."""

    spec: ClassVar = Spec("vad.listening", Lane.STATE, observed=True)
    heard_ns: int
    """Everything captured before was heard."""
    from_ns: int
    """What was captured since then must be heard again: the next utterance may begin in it."""
    utterance: int
    """Number of the open utterance, or of the last one."""
    index: int = 0
    """Its next chunk."""
    opened_ns: int = 0
    """When it began; 0: nobody speaks."""
    speech_end_ns: int = 0
    quiet: int = 0
    """Windows without speech at its end."""


class Echo(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What the microphone hears of the avatar's loudspeaker, and is guarded against. Sent when that has changed; a vad that is
    started again knows the room by it."""

    spec: ClassVar = Spec("vad.echo", Lane.STATE, observed=True)
    state: Literal["unknown", "none", "guarded"]
    """"unknown" until a second of the first reply has been listened to."""
    lag_ms: int = 0
    """From the time at which the loudspeaker says that it plays to the time at which the microphone says that it hears."""
    gain_db: float = 0.0
    """How loud it is heard, compared with how loud it was played: the median of its bands."""
    gains: tuple[float, ...] = ()
    """The same of each band."""


class SoundEnded(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The microphone's source has an end (a file) and it was reached."""

    spec: ClassVar = Spec("vad.ended", Lane.STREAM, observed=True)
    at_ns: int


class RecognisedWord(msgspec.Struct, frozen=True, array_like=True):
    """A word; times in ms from the first sample of the utterance, confidence 0..1."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


class Partial(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What was said so far in an open utterance; may still change."""

    spec: ClassVar = Spec("asr.partial", Lane.LATEST)
    utterance: int
    text: str


class Final(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The words of a finished utterance; empty text when it held none."""

    spec: ClassVar = Spec("asr.final", Lane.STREAM)
    utterance: int
    text: str
    language: str
    words: tuple[RecognisedWord, ...] = ()


class RecognitionCost(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What the words of an utterance took, told behind them. Zeros where the engine does not tell."""

    spec: ClassVar = Spec("asr.cost", Lane.LATEST, observed=True)
    utterance: int
    sound_ms: float
    """Of the utterance."""
    late_ms: float
    """From the last sound to the final words."""
    decode_ms: float = 0.0
    """The pass of the model that gave the final words; it may have been done before the last sound came."""
    real_time_factor: float = 0.0
    """Of that pass: its time by the sound's."""
    passes: int = 0
    """Of the model, in all."""
    partials_skipped: int = 0
    """Partial texts that were due while the model was busy, or too slow."""
    passages_dropped: int = 0
    """Of the final words: what looked invented (silence, loops, known phrases)."""
