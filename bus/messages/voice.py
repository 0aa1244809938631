"""Voice of the avatar. Sound is s16le, 48 kHz, mono.

Sentences are spoken one by one, perhaps by several voices at once: samples are counted from the start of the sentence, and
who takes them puts the sentences in order (actors/reply_voice.py).
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from bus.messages.message import Lane, Message, Spec

RATE_HZ = 48_000
"""Sample rate of the avatar's voice everywhere behind tts."""
SLICE_SAMPLES = 960
"""One slice of sound: 20 ms, 1,920 bytes."""


class Phoneme(msgspec.Struct, frozen=True, array_like=True):
    """One phoneme in IPA (empty: silence) that begins at sample `position`; it lasts until the next one."""

    ipa: str
    position: int


class SpokenWord(msgspec.Struct, frozen=True, array_like=True):
    """A word of the answer (with its punctuation and the space after it) spoken in samples [start, end)."""

    text: str
    start: int
    end: int


class VoiceAudio(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Sound of a sentence, in `payload`."""

    spec: ClassVar = Spec("tts.audio", Lane.STREAM, fenced=True)
    sentence: int
    position: int
    """First sample of this piece in the sentence."""
    phonemes: tuple[Phoneme, ...] = ()
    """Phonemes that begin inside this piece; empty when the engine gives none."""


class SpokenText(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Where in the sentence's sound its words are."""

    spec: ClassVar = Spec("tts.text", Lane.STREAM, fenced=True)
    sentence: int
    words: tuple[SpokenWord, ...]


class VoiceCost(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What speaking a sentence took, told when it has ended by itself."""

    spec: ClassVar = Spec("tts.cost", Lane.LATEST, observed=True)
    sentence: int
    first_ms: float
    """From the sentence to its first sound; 0 when there was none."""
    whole_ms: float
    """From the sentence to its last sound, the time in which that waited to be taken included."""
    sound_ms: float
    """So long the sound is."""
    waited_ms: float = 0.0
    """So long the server was busy before with a clause that was broken off: part of `first_ms`."""
    failed: str = ""
    """Why the sound broke off."""


class SentenceEnd(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The sentence is spoken, or as much of it as could be: its sound is complete."""

    spec: ClassVar = Spec("tts.end", Lane.STREAM, fenced=True)
    sentence: int
    samples: int
    """Samples in all."""
    pause: int = 0
    """Samples of silence between this sentence and the next sound of the reply; none after the last sound."""


class VoiceDone(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The reply has `sentences` sentences; their sound may still be on its way."""

    spec: ClassVar = Spec("tts.done", Lane.STREAM, fenced=True)
    sentences: int


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where in a reply a sentence begins: what a process must know that takes a reply over in its middle."""

    turn: int
    gen: int
    sentence: int = 0
    position: int = 0
    """End of the sound before the sentence, in samples from the start of the reply."""
    pause: int = 0
    """Samples of silence from there to its first sound."""

    @property
    def start(self) -> int:
        """First sample of the sentence in the reply."""
        return self.position + self.pause

    def after(self, samples: int, pause: int) -> Place:
        """The place of the next sentence when this one has so many samples. One without any sound moves nothing."""
        following = msgspec.structs.replace(self, sentence=self.sentence + 1)
        return msgspec.structs.replace(following, position=self.start + samples, pause=pause) if samples else following


class FacePlace(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The mouth is drawn for all sentences before this place."""

    spec: ClassVar = Spec("face.place", Lane.STATE, observed=True)
    place: Place


class SyncPlace(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The sound of all sentences before this place was sent to be heard."""

    spec: ClassVar = Spec("av-sync.place", Lane.STATE, observed=True)
    place: Place
