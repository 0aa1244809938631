"""Scenes at the border to the C library: what comes back and what goes wrong."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

import espeakng_loader
import pytest

from actors.tts import espeak_library
from actors.tts.espeak_library import EspeakLibrary, Mark
from bus.errors import Fatal


@pytest.fixture
def library() -> Iterator[EspeakLibrary]:
    library = EspeakLibrary(60)
    yield library
    library.end()


def test_the_structs_have_the_size_that_the_library_was_built_with() -> None:
    assert ctypes.sizeof(espeak_library._Event) == 40  # on 64-bit Linux and Windows alike: int is 4 bytes on both


def test_sound_and_marks_come_in_order_with_exact_samples(library: EspeakLibrary) -> None:
    assert library.set_voice("gmw/en-US")
    sound = bytearray()
    marks: list[Mark] = []

    def take(pcm: bytes, found: list[Mark]) -> bool:
        sound.extend(pcm)
        marks.extend(found)
        return True

    library.speak("Hello там", take)
    assert [mark.character for mark in marks if mark.ipa is None][:2] == [0, 6]
    samples = [mark.sample for mark in marks]
    assert samples == sorted(samples) and samples[-1] <= len(sound) // 2


def test_refusing_a_buffer_stops_the_synthesis(library: EspeakLibrary) -> None:
    taken = 0

    def take(_: bytes, __: list[Mark]) -> bool:
        nonlocal taken
        taken += 1
        return taken < 3

    library.speak("word " * 500, take)
    assert taken == 3


def test_voices_and_variants_are_listed(library: EspeakLibrary) -> None:
    ukrainian = next(voice for voice in library.voices() if voice.name == "Ukrainian")
    assert (ukrainian.identifier, ukrainian.languages) == ("zle/uk", ((5, "uk"),))
    assert {"f2", "Annie"} <= set(library.variants())


def test_an_unknown_voice_is_told(library: EspeakLibrary) -> None:
    assert not library.set_voice("nobody")


def test_a_data_path_that_is_too_long_is_fatal_not_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 120) / ("e" * 120)
    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(deep))
    with pytest.raises(Fatal, match="cannot read its data"):
        EspeakLibrary(60)


def test_a_missing_library_is_fatal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeakng_loader, "get_library_path", lambda: str(tmp_path / "none.so"))
    with pytest.raises(Fatal, match="cannot be loaded"):
        EspeakLibrary(60)
