"""Scenes of the words for types and values."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import pytest

from topology.wording import describe, example, show


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (int, "an integer"),
        (Annotated[int, msgspec.Meta(ge=50)], "an integer >= 50"),
        (Annotated[float, msgspec.Meta(gt=0, lt=1)], "a number > 0 and < 1"),
        (bool, "true or false"),
        (str, "a text"),
        (Annotated[str, msgspec.Meta(min_length=1)], "a text that is not empty"),
        (Annotated[str, msgspec.Meta(extra={"path": "input"})], "a text"),
        (Annotated[str, msgspec.Meta(pattern="^x", description="an http address")], "an http address"),
        (Literal["a", "b"], 'one of "a", "b"'),
        (str | None, "a text"),
        (int | str, "an integer or a text"),
        (list[str], "a list, each a text"),
        (tuple[int, int], "a list of 2: an integer, an integer"),
        (dict[str, str], "a table, each value a text"),
    ],
)
def test_a_type_is_described_in_a_persons_words(kind: object, words: str) -> None:
    assert describe(kind) == words


def test_values_are_shown_as_they_are_written() -> None:
    assert [show(True), show("x"), show(3), show({})] == ["true", '"x"', "3", "a table"]
    assert len(show("long" * 50)) == 60


def test_an_example_of_a_type_fits_it() -> None:
    assert example(Annotated[int, msgspec.Meta(ge=50)]) == "50"
    assert example(Literal["a", "b"]) == '"a"'
    assert example(bool) == "true"
    assert example(tuple[str, ...]) == '["..."]'
