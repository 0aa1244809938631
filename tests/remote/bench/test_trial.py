"""Scenes of a trial; the calls themselves are run by `avatar bench`, and by the end-to-end tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bus.errors import Broken, Wrong
from remote.bench.trial import adapted, lay_out, trial
from topology.reading import read_plan


def test_a_bundled_plan_in_its_own_folder_is_still_a_good_plan(tmp_path: Path) -> None:
    path = lay_out(tmp_path, "local.toml", {"name": '"bench"', "port": "0", "open_browser": "false"})
    plan = read_plan(path)
    assert plan.session.name == "bench"
    assert plan.actors["web"].settings == {"port": 0, "open_browser": False}


def test_the_demo_can_be_given_another_tail(tmp_path: Path) -> None:
    path = lay_out(tmp_path, "demo.toml", {"path": '"conversation.wav"\ntail_ms = 9000'})
    settings = read_plan(path).actors["vad"].settings
    assert (settings["tail_ms"], Path(str(settings["path"])).parent) == (9_000, tmp_path)


def test_only_whole_keys_are_set_and_a_missing_one_is_told() -> None:
    assert adapted("port = 1 # one\nexport = 2\n", {"port": '"a\\b"'}) == 'port = "a\\b"\nexport = 2\n'
    with pytest.raises(Wrong, match="'port'"):
        adapted("export = 2\n", {"port": "0"})


def test_a_call_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path))
    said = "import sys; sys.exit('avatar: the port is taken\\n        free it')"
    with (
        pytest.raises(Broken, match="did not start: the port is taken") as error,
        trial(tmp_path / "plan.toml", "bench", [sys.executable, "-c", said], ()),
    ):
        pytest.fail("nothing runs")
    assert error.value.todo == "free it"
