"""Scenes of the cases: nothing is left out but what the table says, and the table says nothing idle."""

from __future__ import annotations

import pytest

from tests.actors.cases import cases


def opens() -> None: ...


def fails() -> None: ...


def test_every_engine_plays_every_scene_but_those_of_the_table() -> None:
    made = cases(("fake", "device"), (opens, fails), {(fails, "fake"): "it has nothing that could"})
    assert [case.id for case in made] == ["fake-opens", "device-opens", "device-fails"]


@pytest.mark.parametrize(
    "line", [{(fails, "fake"): "there is no such scene"}, {(opens, "mouse"): "?"}, {(opens, "fake"): ""}]
)
def test_a_line_that_leaves_nothing_out_or_says_no_reason_is_refused(line: dict[tuple[object, str], str]) -> None:
    with pytest.raises(ValueError, match="leaves out"):
        cases(("fake",), (opens,), line)  # type: ignore[arg-type]
