"""Voices of a Fish server, over true connections."""

from __future__ import annotations

import pytest

from actors.tts.fish_voices import FishVoices, checked
from actors.tts.reference import Reference
from bus.errors import Gone, Wrong
from tests.actors.tts.speaking_server import speaking_server

REFERENCE = Reference(b"RIFF....WAVE", "What was said, й.", 12.0)


def test_a_voice_is_added_listed_and_removed() -> None:
    with speaking_server() as server:
        voices = FishVoices(server.url)
        voices.add("petro", REFERENCE)
        assert voices.names() == ["olena", "petro"]
        (learnt,) = server.learnt
        assert REFERENCE.wav in learnt and REFERENCE.text.encode() in learnt and b'name="audio"' in learnt
        voices.remove("petro")
        assert voices.names() == ["olena"]


def test_a_name_that_is_taken_and_one_that_is_not_there_are_refused() -> None:
    with speaking_server() as server:
        voices = FishVoices(server.url)
        with pytest.raises(Wrong, match="already"):
            voices.add("olena", REFERENCE)
        with pytest.raises(Wrong, match="no voice 'petro'"):
            voices.remove("petro")
        assert server.voices == ["olena"] and not server.learnt


def test_a_refused_key_and_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECH_KEY", "right")
    with speaking_server() as server:
        server.key = "other"
        with pytest.raises(Wrong, match="refuses the key"):
            FishVoices(server.url, "SPEECH_KEY").names()
        server.key = "right"
        assert FishVoices(server.url, "SPEECH_KEY").names() == ["olena"]
    with pytest.raises(Gone, match="no server answers"):
        FishVoices("http://127.0.0.1:9").names()


@pytest.mark.parametrize("name", ["", "../x", "ім'я", "a/b", " a", "a" * 65, "a\n"])
def test_a_name_that_would_be_no_folder_is_refused(name: str) -> None:
    with pytest.raises(Wrong, match="cannot be the name"):
        checked(name)
