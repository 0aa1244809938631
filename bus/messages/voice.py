"""Voice of the avatar. Sound is s16le, 48 kHz, mono; `position` counts its samples from the start of the reply."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from bus.messages.message import Lane, Message, Spec

RATE_HZ = 48_000
"""Sample rate of the avatar's voice everywhere behind tts."""
SLICE_SAMPLES = 960
"""One slice of sound: 20 ms, 1,920 bytes."""


class Phoneme(msgspec.Struct, frozen=True, array_like=True):
    """One phoneme in IPA (empty: silence) that begins at sample `position` of the reply; it lasts until the next one."""

    ipa: str
    position: int


class SpokenWord(msgspec.Struct, frozen=True, array_like=True):
    """A word of the answer (with its punctuation and the space after it) spoken in samples [start, end) of the reply."""

    text: str
    start: int
    end: int


class VoiceAudio(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Sound of a sentence, in `payload`."""

    spec: ClassVar = Spec("tts.audio", Lane.STREAM, fenced=True)
    sentence: int
    position: int
    """First sample of this piece in the reply."""
    phonemes: tuple[Phoneme, ...] = ()
    """Phonemes that begin inside this piece; empty when the engine gives none."""


class SpokenText(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Where in the reply's sound the words of a sentence are."""

    spec: ClassVar = Spec("tts.text", Lane.STREAM, fenced=True)
    sentence: int
    words: tuple[SpokenWord, ...]


class VoiceDone(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The reply's sound is complete: `samples` in all."""

    spec: ClassVar = Spec("tts.done", Lane.STREAM, fenced=True)
    samples: int
