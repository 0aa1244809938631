from __future__ import annotations

from actors.turn_manager.conversation import CORRECTABLE, Dialogue, Reply
from bus.messages import Caption, Line, Played, SpokenText, SpokenWord

HELLO = (SpokenWord("Hello ", 0, 100), SpokenWord("there.", 100, 200))


def reply(turn: int = 1, position: int = 0, *, answers: bool = True) -> Reply:
    one = Reply(turn, 1, "en", answers, 0)
    one.heard.learn(SpokenText(sentence=0, words=HELLO))
    one.heard.position = position
    return one


def played(event: str, position: int) -> Played:
    assert event in ("playing", "cut", "done")
    return Played(event=event, position=position, at_ns=0)  # type: ignore[arg-type]


def test_a_reply_that_nobody_heard_has_no_line() -> None:
    talk = Dialogue(10)
    talk.add(Line("user", "Hi", 1))
    talk.add(reply(position=10))
    assert talk.lines == (Line("user", "Hi", 1),)


def test_the_last_report_of_a_reply_holds_even_when_it_takes_something_back() -> None:
    one = reply()
    one.play(played("playing", 180), 0)
    one.play(played("playing", 90), 0)
    assert one.line.text == "Hello there."
    one.play(played("cut", 90), 0)
    assert one.line == Line("assistant", "Hello", 1, interrupted=True)


def test_a_position_that_stands_still_is_no_progress() -> None:
    one = reply()
    one.play(played("playing", 100), 5)
    one.play(played("playing", 100), 9)
    assert one.progress_ns == 5


def test_a_caption_is_sent_only_when_it_changed_and_says_when_it_is_the_last() -> None:
    one = reply()
    assert one.caption() is None
    one.heard.position = 60
    assert one.caption() == Caption(text="Hello")
    assert one.caption() is None
    one.over = one.interrupted = True
    assert one.caption() == Caption(text="Hello", done=True, interrupted=True)
    assert one.caption() is None


def test_a_reply_without_a_heard_word_ends_without_a_caption() -> None:
    one = reply()
    one.over = True
    assert one.caption() is None


def test_only_the_unheard_answer_at_the_end_leaves_its_question_open() -> None:
    line = Line("user", "Hi", 1)
    for last, opened in ((reply(), True), (reply(position=60), False), (reply(answers=False), False)):
        talk = Dialogue(10)
        talk.add(line)
        talk.add(last)
        assert talk.unanswered(last) == (line if opened else None)
        talk.add(Line("user", "Stop", 2))
        assert talk.unanswered(last) is None


def test_a_question_that_goes_on_takes_the_place_of_its_beginning() -> None:
    talk = Dialogue(10)
    talk.add(Line("user", "Hi", 1))
    talk.add(reply())
    assert talk.go_on(Line("user", "Hi", 1), "again") == Line("user", "Hi again", 1)
    assert talk.lines == (Line("user", "Hi again", 1),)
    assert talk.reply(1, 1) is None


def test_only_the_last_entries_may_still_change() -> None:
    talk = Dialogue(10)
    talk.add(reply())
    for turn in range(2, CORRECTABLE + 1):
        talk.add(Line("user", "more", turn))
    assert talk.reply(1, 1)
    assert talk.reply(1, 2) is None
    talk.add(Line("user", "more", 9))
    assert talk.reply(1, 1) is None


def test_the_oldest_lines_go_first() -> None:
    talk = Dialogue(2)
    talk.restore(tuple(Line("user", text) for text in "abc"))
    assert [line.text for line in talk.lines] == ["b", "c"]
    talk.add(Line("user", "d"))
    assert [line.text for line in talk.lines] == ["c", "d"]


def test_of_a_reply_that_cannot_change_any_more_only_its_line_is_kept() -> None:
    talk = Dialogue(100)
    for turn in range(1, 20):
        talk.add(Line("user", "Hi", turn))
        talk.add(reply(turn, position=200))
    kept = [entry for entry in talk._entries if isinstance(entry, Reply)]
    assert len(kept) <= CORRECTABLE
    assert [line.turn for line in talk.lines] == sorted([*range(1, 20), *range(1, 20)])
    assert talk.language == "en"
