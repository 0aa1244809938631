"""Scenes of the command line: what a person sees when something goes wrong, and how fast help is there."""

from __future__ import annotations

import io
import subprocess
import sys
import types
from importlib.metadata import version

import pytest

from bus.errors import Broken, Wrong
from cli import main


def pretend(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail() -> None:
        """Fails."""
        raise error

    module = types.ModuleType("pretended_verb")
    vars(module)["fail"] = fail
    monkeypatch.setitem(sys.modules, "pretended_verb", module)
    monkeypatch.setitem(main.VERBS, "fail", "pretended_verb:fail")


def ran(*words: str) -> tuple[int, str]:
    errors = io.StringIO()
    return main.run(words, errors), errors.getvalue()


def test_a_wrong_input_is_two_lines_and_exit_code_2(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, Wrong("the plan is odd", "make it even"))
    assert ran("fail") == (2, "avatar: the plan is odd\n        make it even\n")


def test_a_failure_is_exit_code_1_and_says_nothing_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, Broken("the hub went away"))
    assert ran("fail") == (1, "avatar: the hub went away\n")


def test_a_bug_is_one_line_and_tells_how_to_see_more(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, ZeroDivisionError("by zero"))
    code, said = ran("fail")
    assert code == 1
    assert said.splitlines()[0] == "avatar: this is a bug: ZeroDivisionError: by zero"
    assert "AVATAR_DEBUG=1" in said


def test_a_bug_shows_its_traceback_to_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, ZeroDivisionError("by zero"))
    monkeypatch.setenv("AVATAR_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        ran("fail")


def test_ctrl_c_is_exit_code_130_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, KeyboardInterrupt())
    assert ran("fail") == (130, "")


@pytest.mark.parametrize("words", [["chek"], ["check"], ["check", "--nothing"], ["graph", "a", "b"]])
def test_wrong_usage_is_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Usage: avatar" in said.err


@pytest.mark.parametrize("verb", main.VERBS)
def test_every_verb_has_help_with_an_example_of_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([verb, "--help"]) == 0
    assert f"Example: avatar {verb}" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--version"]) == 0
    assert capsys.readouterr().out == f"avatar {version('avatar-call')}\n"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from cli.main import run; run(['--help']);"
        "heavy = {'numpy', 'zmq', 'cv2', 'onnxruntime', 'actors'} & set(sys.modules);"
        "sys.exit(','.join(sorted(heavy)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
    assert "check" in done.stdout
