"""Evening of a call in the foreground: what is told at its end, and what Ctrl-C does."""

from __future__ import annotations

import io
import signal
from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec
import pytest
from rich.console import Console

from actors.readiness import Readiness
from bus.client import Client
from bus.clock import SECOND
from bus.errors import AvatarError, Fatal
from bus.messages import UserSaid
from bus.messages.message import Message
from bus.messages.stage import StageAddress
from remote import evening
from remote.director import Audience
from remote.evening import rejoin, spend
from remote.session import Ending, Session
from tests.remote.doubles import delivery, plan
from topology.lacks import Lack
from topology.plan import Placement, Plan

Handler = Callable[..., None]


class FakeDirector:
    """A call that says hello and ends as the scene wants."""

    ending = Ending()
    fails: BaseException | None = None

    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        self.attended = False
        self.stopping = self.left = self.killed = self.ended = False
        self.logs = Path("logs")

    def plan(self) -> Plan | None:
        return None

    def attend(self) -> None:
        self.attended = True
        self.audience.running(0.0)

    def start(self) -> None:
        if self.fails:
            raise self.fails
        self.audience.starting(0, 1)
        self.audience.running(1.0)

    def follow(self, beside: Callable[[Client, int], None] | None = None) -> None:
        if beside:
            beside(cast("Client", self), 1_000 * SECOND)
        self.audience.message(delivery(UserSaid(text="hello", ended_ns=0), 1))

    def end(self) -> Ending:
        self.audience.ending()
        self.ended = True
        return self.ending

    def show_until(self, kind: type[Message], seconds: float) -> None:
        assert (self.left, kind, seconds > 0) == (False, StageAddress, True)
        self.audience.message(delivery(StageAddress(url="http://127.0.0.1:8440/?token=x"), 1))

    def leave(self) -> None:
        self.left = True

    def kill(self) -> None:
        self.killed = True


class Stage:
    """Where an evening is spent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.folder = folder
        self.out = io.StringIO()
        self.handlers: dict[int, Handler] = {}
        self.director: FakeDirector | None = None
        stage = self

        class Made(FakeDirector):
            @classmethod
            def of(cls, plan: Plan, audience: Audience) -> FakeDirector:
                stage.director = cls(audience)
                return stage.director

        self.made = Made
        monkeypatch.setattr(evening, "Director", Made)
        monkeypatch.setattr(evening, "Console", lambda **more: Console(file=self.out, **more))
        monkeypatch.setattr(signal, "signal", self.handlers.__setitem__)

    def spend(self, *, detach: bool = False, quiet: bool = False, record: str = "", watch: Path | None = None) -> int:
        return spend(plan(self.folder, record=record), detach=detach, quiet=quiet, watch=watch)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    return Stage(monkeypatch, tmp_path)


def test_a_good_evening_ends_with_nought_and_its_film_and_minutes(stage: Stage) -> None:
    out = stage.folder / "[out]"  # brackets in a path are no markup
    stage.made.ending = Ending(movies=(str(out / "call.mp4"),))
    assert stage.spend(record=str(out)) == 0
    assert stage.out.getvalue().splitlines()[1:] == [
        "    you  hello",
        f"✓ transcript.jsonl and latency.json in {out}",
        f"✓ {out / 'call.mp4'}",
    ]
    assert "hello" in (out / "transcript.jsonl").read_text()


def test_nothing_is_shown_when_quiet(stage: Stage) -> None:
    assert stage.spend(quiet=True) == 0
    assert stage.out.getvalue() == ""


@pytest.mark.parametrize(
    ("ending", "error", "code", "shown"),
    [
        (Ending("the hub died", "see its log", 1), "the hub died\nsee its log", 1, []),
        (Ending("no microphone", "plug one in", 2), "no microphone\nplug one in", 2, []),
        (Ending("ended without a word"), "ended without a word", 1, []),
        (Ending(given_up=("tts: it died 6 times",)), "the call had to go on without tts: it died 6 times", 1, []),
        (Ending(left_alone=("gpu is out of reach",)), "gpu is out of reach", 1, []),
        (Ending(warnings=("the disk is full",)), "the disk is full\nthe parts of the recording are kept", 1, []),
        (
            Ending("the hub died", "see", 1, given_up=("tts: [gone]",), warnings=("the disk is full",)),
            "the hub died\nsee",
            1,
            ["✗ the call had to go on without tts: [gone]", "✗ the disk is full"],
        ),
    ],
)
def test_a_bad_end_is_one_error_of_two_lines_and_the_rest_is_shown(
    stage: Stage, ending: Ending, error: str, code: int, shown: list[str]
) -> None:
    stage.made.ending = ending
    with pytest.raises(AvatarError) as raised:
        stage.spend()
    assert str(raised.value).startswith(error)
    assert len(str(raised.value).splitlines()) <= 2
    assert raised.value.exit_code == code
    assert [line for line in stage.out.getvalue().splitlines() if line.startswith("✗")] == shown


def test_a_start_that_fails_leaves_closed_minutes(stage: Stage) -> None:
    stage.made.fails = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        stage.spend(record=str(stage.folder / "out"))
    assert (stage.folder / "out" / "latency.json").exists()


def test_a_call_whose_watcher_has_gone_is_ended(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: str) -> int:
        raise OSError("the other end has gone")

    monkeypatch.setattr(stage.out, "write", closed)
    with pytest.raises(OSError, match="has gone"):
        stage.spend()
    assert stage.director
    assert stage.director.ended


def test_a_detached_call_is_left_and_writes_no_empty_minutes(stage: Stage) -> None:
    assert stage.spend(detach=True, record=str(stage.folder / "out")) == 0
    assert stage.director
    assert stage.director.left
    assert "avatar down ends it" in stage.out.getvalue()
    assert not (stage.folder / "out").exists()


def test_one_who_leaves_a_call_with_a_page_is_told_its_address_first(stage: Stage) -> None:
    with_page = msgspec.structs.replace(plan(stage.folder), actors={"web": Placement(actor="web")})
    assert spend(with_page, detach=True, quiet=False) == 0
    lines = stage.out.getvalue().splitlines()
    assert lines[-2:] == [
        "open http://127.0.0.1:8440/?token=x",
        "the call goes on in the background: avatar status, avatar down",
    ]


def served(folder: Path) -> Plan:
    settings: dict[str, object] = {"url": "http://127.0.0.1:1/v1"}
    return msgspec.structs.replace(
        plan(folder), actors={"llm": Placement(actor="llm", engine="openai", settings=settings)}
    )


def test_a_named_engine_that_cannot_run_here_is_told_before_anything_is_started(stage: Stage) -> None:
    with pytest.raises(Fatal, match=r"not ready here: llm \(openai\): no server at 127\.0\.0\.1:1"):
        spend(served(stage.folder), detach=False, quiet=False)
    assert (stage.director, stage.out.getvalue()) == (None, "")


def test_one_that_is_only_slow_here_is_told_and_runs(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Readiness(ok=False, why="no GPU", todo="take a smaller one", slow=True)
    monkeypatch.setattr(evening, "lacks_of", lambda plan, host: (Lack("llm", "openai", slow),))
    assert spend(served(stage.folder), detach=False, quiet=False) == 0
    assert "      ! slow here: llm (openai): no GPU; take a smaller one" in stage.out.getvalue().splitlines()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_ends_in_order_and_the_second_at_once(stage: Stage, number: int) -> None:
    stage.spend()
    director = stage.director
    assert director
    stage.handlers[number](number, None)
    assert (director.stopping, director.killed) == (True, False)
    with pytest.raises(SystemExit) as end:
        stage.handlers[number](number, None)
    assert (director.killed, end.value.code) == (True, 130)


def test_minutes_are_taken_from_the_moment_the_call_is_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remote.minutes.now_ns", lambda: 7 * SECOND)
    stage.spend(record=str(stage.folder / "out"))
    assert '"at_s":-7.0' in (stage.folder / "out" / "transcript.jsonl").read_text()


@pytest.mark.parametrize("quiet", [False, True])
def test_what_the_watching_of_the_plan_finds_is_shown_and_its_errors_always(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, quiet: bool
) -> None:
    class Watching:
        def __init__(self, _path: Path, _plan: Plan, tell: Callable[[str], None], warn: Callable[[str], None]) -> None:
            self.tell, self.warn = tell, warn

        def look(self, _ask: object, _at_ns: int) -> None:
            self.tell("= nothing [here]")
            self.warn("no such [key]")

    monkeypatch.setattr(evening, "Watching", Watching)
    stage.spend(watch=stage.folder / "plan.toml", quiet=quiet)
    shown = stage.out.getvalue()
    assert ("   plan  = nothing [here]\n" in shown) != quiet
    assert "   plan  no such [key]\n" in shown


def test_a_call_that_nobody_shows_is_shown_again_and_its_minutes_go_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVATAR_HOME", str(stage.folder / "home"))
    running = plan(stage.folder, record=str(stage.folder / "out"))
    session = Session.create(running)
    (stage.folder / "out").mkdir()
    (stage.folder / "out" / "transcript.jsonl").write_text("before\n")

    def again(_: Session, audience: Audience) -> FakeDirector:
        stage.director = FakeDirector(audience)
        return stage.director

    monkeypatch.setattr(evening, "Director", again)
    edited = msgspec.structs.replace(running, actors={})
    assert rejoin(session, edited, quiet=False) == 0
    assert stage.director
    assert stage.director.attended
    assert stage.director.ended
    shown = stage.out.getvalue().splitlines()
    assert shown[:2] == ["scene is running: showing it again", "its plan has changed since it was read: avatar apply"]
    assert "    you  hello" in shown
    first, second = (stage.folder / "out" / "transcript.jsonl").read_text().splitlines()
    assert (first, "hello" in second) == ("before", True)
