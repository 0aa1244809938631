"""Scenes of finding a voice by the name that a person writes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actors.tts.espeak_library import EspeakLibrary
from actors.tts.espeak_voices import find_voice
from bus.errors import Wrong


@pytest.fixture
def library() -> Iterator[EspeakLibrary]:
    library = EspeakLibrary(60)
    yield library
    library.end()


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("en-us", "gmw/en-US"),
        ("EN-GB", "gmw/en"),
        ("en", "gmw/en"),
        ("en-us+f2", "gmw/en-US+f2"),
        ("uk+annie", "zle/uk+Annie"),
        ("German", "gmw/de"),
        ("gmw/en", "gmw/en"),
    ],
)
def test_codes_names_and_files_all_lead_to_the_voice(library: EspeakLibrary, written: str, found: str) -> None:
    assert find_voice(library, written) == found


@pytest.mark.parametrize(
    ("written", "near"), [("en-uss", "en-us"), ("uk+f22", "f2"), ("", "for example"), ("uk+", "for")]
)
def test_a_voice_that_does_not_exist_is_wrong(library: EspeakLibrary, written: str, near: str) -> None:
    with pytest.raises(Wrong) as caught:
        find_voice(library, written)
    assert near in caught.value.todo


def test_a_language_without_a_voice_takes_the_other(library: EspeakLibrary) -> None:
    assert find_voice(library, "xx+f2", otherwise="gmw/en-US") == "gmw/en-US"
