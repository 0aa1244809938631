"""Scenes of the words that a person gives a verb."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest

from bus.errors import Wrong
from cli.words import words_of


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


def test_a_pipe_may_begin_with_a_byte_order_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, b"\xef\xbb\xbfhello\r\n")
    assert words_of("-") == "hello"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"", b"\n"])
def test_what_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    pipe(monkeypatch, data)
    with pytest.raises(Wrong):
        words_of("-")
