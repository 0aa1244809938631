"""Scenes of the track: positions that never break, phonemes and words where they are heard."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.tts.engine import PhonemeTime, VoiceChunk, WordTime
from actors.tts.track import Track
from bus.messages import SpokenText, VoiceAudio


def spoken(track: Track, sentence: int, text: str, chunks: list[VoiceChunk]) -> list[VoiceAudio | SpokenText]:
    pieces: list[VoiceAudio | SpokenText] = [*track.begin(sentence, text)]
    for chunk in chunks:
        pieces += track.lay(chunk)
    return [*pieces, *track.finish()]


def second(phoneme: str = "a") -> VoiceChunk:
    return VoiceChunk(np.ones(48_000, np.int16), (PhonemeTime(phoneme, 0.25),), (WordTime(0, 2, 0.5),))


def test_a_long_chunk_comes_out_in_tenths_of_a_second_and_a_phoneme_with_the_piece_it_begins_in() -> None:
    audio = [p for p in spoken(Track(48_000, 160), 0, "Hm.", [second()]) if isinstance(p, VoiceAudio)]
    assert [len(p.payload) for p in audio] == [9_600] * 10
    assert [p.position for p in audio] == [i * 4_800 for i in range(10)]
    assert [(i, p.phonemes[0]) for i, p in enumerate(audio) if p.phonemes] == [(2, audio[2].phonemes[0])]
    assert audio[2].phonemes[0].position == 12_000


def test_pauses_between_sentences_count_and_the_next_words_come_after_them() -> None:
    track = Track(48_000, 160)
    spoken(track, 0, "Hm.", [second()])
    pieces = spoken(track, 1, "So,", [second()])
    assert isinstance(pieces[0], VoiceAudio) and pieces[0].phonemes[0] == type(pieces[0].phonemes[0])("", 48_000)
    words = pieces[-1]
    assert isinstance(words, SpokenText)
    assert (words.words[0].start, words.words[0].end) == (48_000 + 7_680 + 24_000, 2 * 48_000 + 7_680)
    spoken(track, 2, "cut in the", [second()])
    assert track.position == 3 * 48_000 + 7_680 + 3_840
    spoken(track, 3, "middle", [second()])
    assert track.position == 4 * 48_000 + 7_680 + 3_840


def test_a_silent_sentence_moves_nothing() -> None:
    track = Track(22_050, 160)
    (words,) = spoken(track, 0, "😀", [])
    assert isinstance(words, SpokenText) and words.words[0].end == 0
    assert track.position == 0


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(st.integers(1, 9_000), max_size=5), min_size=1, max_size=4),
    st.sampled_from([16_000, 22_050, 44_100, 48_000]),
)
def test_pieces_are_contiguous_whatever_the_voice_gives(sentences: list[list[int]], rate_hz: int) -> None:
    track = Track(rate_hz, 100)
    expected = 0
    for index, sizes in enumerate(sentences):
        for piece in spoken(track, index, "Yes.", [VoiceChunk(np.ones(n, np.int16)) for n in sizes]):
            if isinstance(piece, VoiceAudio):
                assert piece.position == expected
                assert 0 < len(piece.payload) <= 9_600
                expected += len(piece.payload) // 2
    assert track.position == expected
