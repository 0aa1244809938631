"""Scenes of a plan's text: each key is found in the line where a person wrote it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topology.source import Source, Unreadable, key_lines

TEXT = '''\
# [not.a.table]
top = "a # b [c]" # comment
[actors.vad]   # header
host = "local"
"quoted key" = 1
dotted.inner = 2
many = [
  "x", # ]
  { y = 1 },
]
text = """
[looks.like]
a = "table"
"""
raw = \'\'\'
key = 1
\'\'\'
[actors.vad.settings]
path = 'C:\\files\\[x]'
inline = { a = 1, b = { c = 2 } }
[ "spaced" . name ]
last = true'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("top", 2),
        ("actors", 3),
        ("actors.vad", 3),
        ("actors.vad.host", 4),
        ("actors.vad.quoted key", 5),
        ("actors.vad.dotted", 6),
        ("actors.vad.dotted.inner", 6),
        ("actors.vad.many", 7),
        ("actors.vad.text", 11),
        ("actors.vad.raw", 15),
        ("actors.vad.settings", 18),
        ("actors.vad.settings.path", 19),
        ("actors.vad.settings.inline.b.c", 20),
        ("spaced.name.last", 22),
        ("actors.vad.missing", 3),
        ("nowhere", 1),
    ],
)
def test_a_key_is_found_in_its_line(key: str, line: int) -> None:
    assert Source("plan.toml", TEXT).line_of(tuple(key.split("."))) == line


def test_text_inside_strings_and_comments_is_no_key() -> None:
    found = key_lines(TEXT)
    assert ("looks", "like") not in found
    assert ("actors", "vad", "key") not in found
    assert ("not", "a", "table") not in found


def test_a_table_written_after_its_child_has_its_own_line() -> None:
    assert key_lines("[a.b]\nx = 1\n[a]\ny = 2\n")[("a",)] == 3


VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text(alphabet="ab\"'#[]{}=\n\\. ", max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, list):
        return "[\n" + ",\n".join(as_toml(v) for v in value) + "\n]"
    return str(value)


@given(st.lists(VALUES, max_size=6))
def test_whatever_the_values_hold_the_keys_after_them_are_found(values: list[object]) -> None:
    text, expected = "", {}
    for index, value in enumerate(values):
        expected[(f"k{index}",)] = text.count("\n") + 1
        text += f"k{index} = {as_toml(value)}\n"
    assert len(tomllib.loads(text)) == len(values)
    assert key_lines(text) == expected


def test_toml_that_ends_in_the_middle_is_unreadable_at_its_end() -> None:
    with pytest.raises(Unreadable) as raised:
        Source("plan.toml", '[a]\nb = "open')
    assert raised.value.fault.line == 2


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as raised:
        Source.read(tmp_path / "none" / "plan.toml")
    assert raised.value.fault.what == "there is no such file"
