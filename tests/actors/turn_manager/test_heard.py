from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.turn_manager.heard import Heard
from bus.messages import SentenceEnd, SpokenText, SpokenWord

ONE_TWO = (SpokenWord("One, ", 100, 300), SpokenWord("two.", 300, 500))
THREE = (SpokenWord("Three!", 50, 150),)


def heard(position: int, *sentences: tuple[SpokenWord, ...]) -> Heard:
    one = Heard()
    for index, words in enumerate(sentences):
        one.learn(SpokenText(sentence=index, words=words))
    one.position = position
    return one


def test_a_word_counts_when_half_of_it_was_heard() -> None:
    assert heard(199, ONE_TWO).text == ""
    assert heard(200, ONE_TWO).text == "One,"
    assert heard(399, ONE_TWO).text == "One,"
    assert heard(400, ONE_TWO).text == "One, two."


def test_a_sentence_begins_where_the_one_before_ended_and_its_pause_is_over() -> None:
    one = heard(700, ONE_TWO, THREE)
    assert one.text == "One, two."
    one.learn(SentenceEnd(sentence=0, samples=550, pause=50))
    assert one.text == "One, two. Three!"
    one.position = 699
    assert one.text == "One, two."


def test_what_came_before_its_place_was_known_counts_once_that_is() -> None:
    one = Heard()
    one.position = 10_000
    one.learn(SpokenText(sentence=1, words=THREE))
    one.learn(SentenceEnd(sentence=1, samples=150))
    assert one.text == ""
    one.learn(SpokenText(sentence=0, words=ONE_TWO))
    one.learn(SentenceEnd(sentence=0, samples=500))
    assert one.text == "One, two. Three!"


def test_behind_a_sentence_that_got_lost_all_was_heard_when_the_reply_was_played_to_its_end() -> None:
    one = heard(700, ONE_TWO, THREE)
    one.to_the_end = True
    assert one.text == "One, two. Three!"


def test_words_without_a_space_after_them_are_not_torn_apart() -> None:
    assert heard(99, (SpokenWord("don", 0, 10), SpokenWord("'t ", 10, 20), SpokenWord("go", 20, 30))).text == "don't go"


def test_nothing_behind_an_unheard_word_was_heard() -> None:
    one = heard(10_000, (SpokenWord("late ", 50_000, 60_000),), THREE)
    one.learn(SentenceEnd(sentence=0, samples=100))
    assert one.text == ""


def test_a_word_without_length_is_heard_with_what_follows_it() -> None:
    silent = (SpokenWord("— ", 100, 100),)
    assert heard(100, silent).text == ""
    assert heard(101, silent).text == "—"


def test_the_later_report_of_a_sentence_replaces_the_earlier_one() -> None:
    one = heard(250, ONE_TWO)
    one.learn(SpokenText(sentence=0, words=(SpokenWord("One, ", 0, 900),)))
    assert one.text == ""


def test_nothing_was_heard_while_no_word_was_or_no_sound_when_words_have_no_place() -> None:
    assert heard(150, ONE_TWO).nothing
    assert not heard(250, ONE_TWO).nothing
    assert heard(0).nothing
    assert not heard(1).nothing


@given(st.lists(st.integers(0, 50), min_size=1), st.integers(0, 2_000))
def test_the_heard_text_grows_with_the_position_and_is_always_a_beginning(lengths: list[int], position: int) -> None:
    starts = [sum(lengths[:i]) for i in range(len(lengths))]
    words = tuple(SpokenWord(f"w{i} ", s, s + n) for i, (s, n) in enumerate(zip(starts, lengths, strict=True)))
    text = heard(position, words).text
    assert " ".join(f"w{i}" for i in range(len(lengths))).startswith(text)
    assert heard(position + 1, words).text.startswith(text)
