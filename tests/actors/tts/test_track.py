"""Scenes of the track: positions that never break, phonemes and words where they are heard."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.tts.engine import PhonemeTime, VoiceChunk, WordTime
from actors.tts.track import Track
from bus.messages import SentenceEnd, SpokenText, SpokenWord, VoiceAudio


def spoken(track: Track, chunks: list[VoiceChunk]) -> list[VoiceAudio | SpokenText]:
    return [*(piece for chunk in chunks for piece in track.lay(chunk)), *track.finish()]


def sounds(pieces: list[VoiceAudio | SpokenText]) -> list[VoiceAudio]:
    return [piece for piece in pieces if isinstance(piece, VoiceAudio)]


def second(phoneme: str = "a") -> VoiceChunk:
    return VoiceChunk(np.ones(48_000, np.int16), (PhonemeTime(phoneme, 0.25),), (WordTime(0, 2, 0.5),))


def test_the_first_sound_comes_soon_and_then_tenths_of_a_second_with_the_phonemes_that_begin_in_them() -> None:
    audio = sounds(spoken(Track(3, "Hm.", 48_000), [second()]))
    assert [len(p.payload) // 2 for p in audio] == [960, 3_840, *[4_800] * 9]
    assert [p.position for p in audio] == [0, 960, *(i * 4_800 for i in range(1, 10))]
    assert [(i, p.phonemes[0].position) for i, p in enumerate(audio) if p.phonemes] == [(3, 12_000)]
    assert {p.sentence for p in audio} == {3}


@pytest.mark.parametrize(
    ("text", "pause_ms"), [("Hm.", 160), ("He asked “why?”", 160), ("So,", 80), ("cut in the", 0), ("", 0)]
)
def test_the_end_tells_how_long_the_sentence_was_and_what_pause_belongs_behind_it(text: str, pause_ms: int) -> None:
    track = Track(1, text, 48_000)
    (*_, words) = spoken(track, [second()])
    assert track.end(160) == SentenceEnd(sentence=1, samples=48_000, pause=pause_ms * 48)
    assert isinstance(words, SpokenText)
    assert not words.words or words.words[-1].end == 48_000


def test_a_sentence_without_sound_has_no_pause_behind_it() -> None:
    track = Track(0, "😀.", 22_050)
    (words,) = spoken(track, [])
    assert isinstance(words, SpokenText) and words.words[0].end == 0
    assert track.end(160) == SentenceEnd(sentence=0, samples=0)


def test_of_a_sentence_that_breaks_off_the_words_are_those_that_were_said() -> None:
    track = Track(0, "Half a sentence", 48_000)
    pieces = list(track.lay(VoiceChunk(np.ones(20_000, np.int16))))
    *rest, words = track.break_off()
    assert sum(len(p.payload) // 2 for p in sounds([*pieces, *rest])) == 20_000
    assert words == SpokenText(sentence=0, words=(SpokenWord("Half ", 0, 16_000),))
    assert track.end(160).samples == 20_000


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 9_000), max_size=8),
    st.lists(st.integers(1, 9_000), max_size=8),
    st.sampled_from([16_000, 22_050, 44_100, 48_000]),
)
def test_a_sentence_is_cut_alike_however_the_voice_hands_over_its_sound(
    first: list[int], again: list[int], rate_hz: int
) -> None:
    """Else what a successor sends again would not be what the hub has already."""
    sound = np.arange(min(sum(first), sum(again)), dtype=np.int16)

    def cut(sizes: list[int]) -> list[VoiceAudio]:
        edges = np.minimum(np.cumsum([0, *sizes]), sound.size)
        chunks = [VoiceChunk(sound[a:b]) for a, b in pairwise(edges)]
        return sounds(spoken(Track(0, "Yes.", rate_hz), chunks))

    pieces = cut(first)
    assert [(p.position, len(p.payload)) for p in pieces] == [(p.position, len(p.payload)) for p in cut(again)]
    expected = 0
    for piece in pieces:
        assert piece.position == expected
        assert 0 < len(piece.payload) <= 9_600
        expected += len(piece.payload) // 2
    assert expected == round(sound.size * 48_000 / rate_hz)
