"""Scenes of telling: what a tap prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bus.clock import SECOND
from bus.errors import Wrong
from bus.messages import CameraPicture, Token
from remote import telling
from remote.keeping import PictureFolder
from tests.remote.copies import copy_of

TOKEN = copy_of(Token(index=3, text="so"))


def test_lines_and_objects() -> None:
    assert list(telling.Lines(["llm.token"], as_objects=False).tell(None)) == []
    (line,) = telling.Lines(["llm.token"], as_objects=False).tell(TOKEN)
    assert line.endswith('index=3  text="so"')
    (line,) = telling.Lines(["llm.token"], as_objects=True).tell(TOKEN)
    assert json.loads(line)["body"] == {"index": 3, "text": "so"}


def test_a_field_that_a_message_lacks_is_passed_over() -> None:
    field = telling.Field(["llm.token", "asr.final"], "language", as_objects=True)
    assert list(field.tell(TOKEN)) == list(field.tell(None)) == []
    assert list(telling.Field(["llm.token"], "text", as_objects=True).tell(TOKEN)) == ['"so"']


def test_a_field_that_none_can_have_is_refused_unless_a_type_is_not_known() -> None:
    with pytest.raises(Wrong):
        telling.Field(["llm.token"], "words", as_objects=False)
    telling.Field(["llm.token", "my.topic"], "words", as_objects=False)
    telling.Field(["llm.token"], "seq", as_objects=False)


@pytest.mark.parametrize(("measure", "figure"), [("hz", "rate_hz"), ("bandwidth", "bytes_per_s"), ("delay", "sent_ms")])
def test_figures_come_once_a_second(measure: telling.Measure, figure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = TOKEN.seen_ns
    monkeypatch.setattr(telling, "now_ns", lambda: at)
    meter = telling.Meter(["llm.token", "tts.audio"], measure, as_objects=True)
    assert list(meter.tell(TOKEN)) == []
    at += SECOND
    lines = [json.loads(line) for line in meter.tell(None)]
    assert [line["topic"] for line in lines] == ["llm.token", "tts.audio"]
    assert figure in lines[0]
    assert list(meter.tell(None)) == []


def test_keeping_prints_nothing(tmp_path: Path) -> None:
    folder = PictureFolder(tmp_path, ["cam-out.picture"])
    assert list(telling.Keep(folder).tell(copy_of(CameraPicture(at_ns=0, payload=b"x")))) == []
    assert len(list(tmp_path.iterdir())) == 1
