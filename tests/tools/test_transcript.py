from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.transcript import check, play, scenes


class Echo:
    """Says back what it is told, and the time when it passes."""

    def __init__(self) -> None:
        self.now_ms: float = 0
        self.prefix = ""

    def set_up(self, words: str) -> None:
        self.prefix = words

    def take(self, words: str) -> list[str]:
        return [f"{self.prefix}{words}"]

    def pass_until(self, at_ms: float) -> list[str]:
        self.now_ms = at_ms
        return [f"{at_ms:g}"]


def test_a_scene_that_goes_as_written_passes() -> None:
    check(">> one\n<< one\n-- 5 ms\n<< 5\n-- at 7 ms\n<< 7\n.. say\n>> two\n<< saytwo", Echo())


def test_a_scene_that_goes_another_way_is_shown_as_a_diff() -> None:
    with pytest.raises(AssertionError, match=r"-<< two\n\+<< one"):
        check(">> one\n<< two", Echo())


def test_output_that_is_not_written_fails_too() -> None:
    with pytest.raises(AssertionError):
        check(">> one", Echo())


def test_what_is_written_is_not_taken_for_what_came_out() -> None:
    assert play(">> one\n<< nonsense", Echo()) == ">> one\n<< one"


def test_a_line_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="not a line"):
        play("one", Echo())


def test_a_file_holds_scenes_by_name(tmp_path: Path) -> None:
    file = tmp_path / "scenes.txt"
    file.write_text("# First one\n>> a\n\n# Second\n>> b\n", "utf-8")
    assert scenes(file) == {"First one": ">> a\n\n", "Second": ">> b\n"}
