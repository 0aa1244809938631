"""Terminal view of a call: plain in a pipe, live on a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bus.messages import ActorHealth, CallHealth, CameraHealth, Caption, Partial, TurnState, UserSaid
from bus.messages.message import Message
from bus.messages.stage import Stage, StageAddress, TurnTimeline
from remote.terminal import Terminal, describe
from tests.remote.doubles import delivery

TIMES = TurnTimeline(
    total_ms=812,
    wait_ms=500,
    overhead_ms=12,
    stages=(
        Stage("turn-manager", 500, "wait"),
        Stage("llm", 200, "engine"),
        Stage("llm", 5, "bus"),
        Stage("tts", 100, "engine"),
        Stage("tts", 7, "bus"),
    ),
)


class Piped:
    """A view whose output is a pipe, or a terminal."""

    def __init__(self, *, terminal: bool = False) -> None:
        self.file = io.StringIO()
        console = Console(file=self.file, force_terminal=terminal, highlight=False, soft_wrap=True, width=100)
        self.view = Terminal(console)

    def shows(self, message: Message, turn: int = 1) -> str:
        """What a message adds."""
        before = len(self.file.getvalue())
        self.view.message(delivery(message, turn))
        return self.file.getvalue()[before:]


def test_who_is_lost_is_told_at_once_and_who_came_back_aside() -> None:
    piped = Piped()
    assert piped.shows(CallHealth(actors=(ActorHealth("face", "running", 1, 7),))) == ""
    died = ActorHealth("face", "waiting", restarts=1, error="it ended with code -9")
    assert piped.shows(CallHealth(actors=(died,))) == ""
    back = ActorHealth("face", "running", 2, 8, 1, "it ended with code -9")
    assert "· face was lost (it ended with code -9) and is back" in piped.shows(CallHealth(actors=(back,)))
    given_up = ActorHealth("face", "given up", restarts=1, error="it died 2 times")
    line = piped.shows(CallHealth(actors=(given_up,)))
    assert line == "      ! the voice goes on without the face: it died 2 times (avatar restart face)\n"
    assert "✓ face is back" in piped.shows(CallHealth(actors=(back,)))


def test_words_that_nobody_can_speak_are_shown_as_such() -> None:
    assert piped_line(Caption(text="Hello.", done=True, written=True)) == " avatar  Hello. (in writing)\n"


def piped_line(message: Message) -> str:
    return Piped().shows(message)


def test_a_whole_call_in_a_pipe_is_plain_lines() -> None:
    piped = Piped()
    piped.view.starting(3, 11)
    piped.view.running(2.56)
    for message in (
        StageAddress(url="http://127.0.0.1:8440/#token"),
        TurnState(phase="user-speaking", since_ns=0),
        Partial(utterance=1, text="hel"),
        UserSaid(text="hello", ended_ns=0),
        TIMES,
        Caption(text="Hi", done=False),
        Caption(text="Hi there", done=True, interrupted=True),
    ):
        piped.view.message(delivery(message, 1))
    piped.view.ending()
    piped.view.close()
    assert piped.file.getvalue().splitlines() == [
        "✓ the call is up after 2.6 s   (Ctrl-C ends it)",
        "open http://127.0.0.1:8440/#token",
        "    you  hello",
        "         812 ms from your last word to the first sound: end-of-turn wait 500 · llm 200 · overhead 12 · tts 100",
        " avatar  Hi there — interrupted",
    ]


def test_brackets_in_what_people_say_are_shown_as_they_are() -> None:
    piped = Piped()
    assert piped.shows(UserSaid(text="[red]alert[/] [/nothing]", ended_ns=0)) == "    you  [red]alert[/] [/nothing]\n"
    assert piped.shows(Caption(text="see [link=x]", done=True)) == " avatar  see [link=x]\n"


def test_brackets_do_no_harm_in_the_live_line_either() -> None:
    piped = Piped(terminal=True)
    piped.shows(TurnState(phase="user-speaking", since_ns=0))
    piped.shows(Partial(utterance=1, text="[/red] a [bold] move"))
    piped.view.close()
    assert "[/red] a [bold] move" in piped.file.getvalue()


def test_a_long_partial_cut_in_the_middle_of_a_bracket_does_no_harm() -> None:
    piped = Piped(terminal=True)
    for length in range(90, 110):
        piped.shows(Partial(utterance=1, text="x" * 40 + "[/red]" + "y" * (length - 6)))
    piped.view.close()


def test_on_a_terminal_the_line_below_is_live() -> None:
    """What is drawn last is drawn when the view closes, whenever its thread drew before."""
    starting, speaking = Piped(terminal=True), Piped(terminal=True)
    starting.view.starting(3, 11)
    speaking.shows(Partial(utterance=1, text="what was said before"))
    speaking.shows(TurnState(phase="speaking", since_ns=0))
    speaking.shows(Caption(text="Hi", done=False))
    for piped in (starting, speaking):
        piped.view.close()
        assert "\x1b[" in piped.file.getvalue()
    assert "starting: 3 of 11 actors ready" in starting.file.getvalue()
    assert "speaking\x1b[0m  Hi" in speaking.file.getvalue()


def test_what_the_camera_cannot_do_is_told_once() -> None:
    piped = Piped()
    trouble = CameraHealth(fps=25, worst_gap_ms=40, trouble="recording of the picture stopped: disk full")
    assert piped.shows(CameraHealth(fps=25, worst_gap_ms=40)) == ""
    assert piped.shows(trouble) == "      ! recording of the picture stopped: disk full\n"
    assert piped.shows(trouble) == ""


def test_a_turn_that_went_on_is_shown_again_and_a_repeated_one_is_not() -> None:
    piped = Piped()
    assert piped.shows(UserSaid(text="hello", ended_ns=0)) != ""
    assert piped.shows(UserSaid(text="hello", ended_ns=0)) == ""
    assert "hello you" in piped.shows(UserSaid(text="hello you", ended_ns=0))
    assert "hello you" in piped.shows(UserSaid(text="hello you", ended_ns=0), turn=2)


def test_an_answer_of_which_nothing_was_heard_is_no_line() -> None:
    assert Piped().shows(Caption(text="", done=True, interrupted=True)) == ""


def test_quiet_shows_nothing() -> None:
    file = io.StringIO()
    view = Terminal(Console(file=file, quiet=True))
    view.running(1)
    view.message(delivery(UserSaid(text="hello", ended_ns=0), 1))
    view.close()
    assert file.getvalue() == ""


@pytest.mark.parametrize("stages", [TIMES.stages, ()])
def test_stages_of_one_actor_are_summed_and_the_bus_is_one(stages: tuple[Stage, ...]) -> None:
    text = describe(TurnTimeline(total_ms=812.4, stages=stages))
    assert text.startswith("812 ms")
    assert text.count("llm") == bool(stages)


def test_an_address_that_is_told_again_is_shown_once() -> None:
    piped = Piped()
    address = StageAddress(url="http://127.0.0.1:8440/?token=a")
    assert "token=a" in piped.shows(address)
    assert piped.shows(address) == ""
    assert "token=b" in piped.shows(StageAddress(url="http://127.0.0.1:8440/?token=b"))
