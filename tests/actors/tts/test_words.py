"""Scenes of words finding their place in the sound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.tts.engine import WordTime
from actors.tts.words import guess_words, place_words


def test_known_times_are_kept_and_the_gaps_are_shared_by_characters() -> None:
    words = place_words("One two — three", [WordTime(0, 3, 0.0), WordTime(10, 15, 1.0)], 96_000)
    assert [word.text for word in words] == ["One ", "two ", "— ", "three "]
    assert [word.start for word in words] == [0, 19_200, 38_400, 48_000]
    assert [word.end for word in words] == [*(word.start for word in words[1:]), 96_000]


def test_without_times_a_long_word_takes_longer() -> None:
    short, long = guess_words("a wonderful")
    assert (short.start, long.end) == (0, 11 * 48_000 // 15)
    assert long.end - long.start > 4 * (short.end - short.start)


def test_no_words_no_places() -> None:
    assert place_words("  ", [], 5) == ()


@given(
    st.text("ab .,—\n", max_size=60),
    st.lists(st.tuples(st.integers(0, 70), st.floats(0, 9)), max_size=12),
    st.integers(0, 10**5),
)
def test_joined_words_are_the_text_and_places_never_run_backwards(
    text: str, times: list[tuple[int, float]], length: int
) -> None:
    given_times = [WordTime(at, at + 1, second) for at, second in times]
    words = place_words(text, given_times, length)
    if not text.strip():
        assert words == ()
        return
    assert "".join(word.text for word in words) == text.rstrip() + " "
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert edges[0] >= 0 and edges[-1] == length
