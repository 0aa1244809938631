"""Scenes of classes told by their source."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from cli.pages.classes import class_doc, fields_of, table


class Sample(msgspec.Struct):
    """Says one thing
    in two lines.

    And another."""

    kept: ClassVar[int] = 1
    rate_hz: Annotated[int, msgspec.Meta(ge=1)]
    """Samples a
    second."""
    bare: str = "x"


def test_fields_are_told_with_their_docstrings_and_class_variables_are_not() -> None:
    rate, bare = fields_of(Sample)
    assert (rate.name, rate.default, rate.doc) == ("rate_hz", "", "Samples a second.")
    assert (bare.kind, bare.default, bare.doc) == ("str", "'x'", "")
    assert class_doc(Sample) == "Says one thing in two lines.\n\nAnd another."


def test_a_table_keeps_its_cells_apart_and_an_empty_one_is_nothing() -> None:
    assert table(("a", "b"), [("x|y", "1\n2")]) == "| a | b |\n|---|---|\n| x\\|y | 1 2 |"
    assert table(("a",), []) == ""
