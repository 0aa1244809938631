"""Spoken replies for scenes: what voices give of sentences whose samples tell where they come from."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from hypothesis import strategies as st

from actors.reply_voice import VoiceMessage
from bus.messages import Phoneme, SentenceEnd, VoiceAudio, VoiceDone


def pcm(sentence: int, first: int, samples: int) -> bytes:
    """Never silent."""
    return b"".join((1 + (sentence * 1_000 + i) % 30_000).to_bytes(2, "little") for i in range(first, first + samples))


def sentence(number: int, samples: int, *, piece: int = 100, pause: int = 30) -> list[VoiceMessage]:
    """All that a voice gives of a sentence."""
    pieces: list[VoiceMessage] = [
        VoiceAudio(
            sentence=number,
            position=at,
            phonemes=(Phoneme(f"{number}", at),),
            payload=pcm(number, at, min(piece, samples - at)),
        )
        for at in range(0, samples, piece)
    ]
    return [*pieces, SentenceEnd(sentence=number, samples=samples, pause=pause if samples else 0)]


def reply(lengths: list[int], *, piece: int = 100, pause: int = 30) -> list[VoiceMessage]:
    """A whole reply by one voice."""
    sentences = [sentence(number, samples, piece=piece, pause=pause) for number, samples in enumerate(lengths)]
    return [*(message for one in sentences for message in one), VoiceDone(sentences=len(lengths))]


def reply_by_two(
    lengths: list[int], data: st.DataObject, *, again: bool = True, piece: int = 100, pause: int = 30
) -> list[VoiceMessage]:
    """Sentences shared by two voices, in any order; `again`: parts are said by the other voice once more."""
    voices: list[list[VoiceMessage]] = [[], []]
    for number, samples in enumerate(lengths):
        messages, who = sentence(number, samples, piece=piece, pause=pause), data.draw(st.integers(0, 1))
        voices[who] += messages
        if again and data.draw(st.booleans()):
            some = messages[: data.draw(st.integers(0, len(messages)))]
            voices[1 - who] += [msgspec.structs.replace(message) for message in some]
    voices[data.draw(st.integers(0, 1))].append(VoiceDone(sentences=len(lengths)))
    return list(_shuffled(voices, data))


def _shuffled(voices: list[list[VoiceMessage]], data: st.DataObject) -> Iterator[VoiceMessage]:
    waiting = [list(messages) for messages in voices if messages]
    while waiting:
        chosen = data.draw(st.integers(0, len(waiting) - 1))
        yield waiting[chosen].pop(0)
        waiting = [messages for messages in waiting if messages]
