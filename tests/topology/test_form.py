"""Scenes of a table filled into a struct."""

from __future__ import annotations

from typing import Annotated

import msgspec

from topology.form import Form
from topology.source import Source


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    depth: Annotated[int, msgspec.Meta(ge=0)] = 0


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    title: str
    given: str = ""
    inner: Inner = Inner()
    sizes: tuple[int, ...] = ()


def filled(text: str) -> tuple[Outer | None, list[str]]:
    form = Form(Source("p.toml", text))
    outer = form.fill(Outer, ("outer",), form.source.data["outer"], given="yes")
    return outer, [f"{fault.line}: {fault.what}" for fault in form.faults]


def test_a_good_table_becomes_its_struct_with_what_was_given() -> None:
    assert filled('[outer]\ntitle = "x"\ninner.depth = 2\n') == (Outer(title="x", given="yes", inner=Inner(2)), [])


def test_what_is_given_cannot_be_written_in_the_table() -> None:
    assert filled('[outer]\ntitle = "x"\ngiven = "no"\n') == (None, ["3: outer.given: no such key"])


def test_every_fault_is_found_also_inside_inner_tables() -> None:
    text = "[outer]\nsizes = [1, 'two']\n[outer.inner]\ndepth = -1\nwidth = 3\n"
    assert filled(text)[1] == [
        "1: outer has no title",
        "5: outer.inner.width: no such key",
        "4: outer.inner.depth: expected an integer >= 0, got -1",
        "2: outer.sizes: expected a list, each an integer, got [1, 'two'] (at [1])",
    ]


def test_a_value_where_a_table_should_be_is_named() -> None:
    form = Form(Source("p.toml", "outer = 3\n"))
    assert form.fill(Outer, ("outer",), 3) is None
    assert form.faults[0].what == "outer: expected a table, got 3"
