"""Scenes of pocketsphinx on turns of the demo's conversation (tests/actors/test_conversation.py hears all of it)."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from actors.asr.engine import Transcript
from actors.asr.sphinx import Sphinx, SphinxSettings
from bus.errors import Wrong

TOPOLOGY = Path(__file__).parents[3] / "topology"
NOTHING = Transcript("", "en")


def turn(number: int) -> NDArray[np.int16]:
    """Sound of one turn of the demo, with 300 ms around it."""
    said = json.loads((TOPOLOGY / "conversation.json").read_text(encoding="utf-8"))["turns"][number]
    pcm, _ = soundfile.read(TOPOLOGY / "conversation.wav", dtype="int16")
    return np.asarray(pcm[(said["start_ms"] - 300) * 16 : (said["end_ms"] + 300) * 16])


def hear(pcm: NDArray[np.int16], **settings: object) -> tuple[list[str], Transcript]:
    """Partial texts and the final words."""

    async def scene() -> tuple[list[str], Transcript]:
        recognizer = Sphinx(SphinxSettings(**settings))  # type: ignore[arg-type]
        await recognizer.load()
        hearing = recognizer.listen()
        heard = [await hearing.hear(pcm[i : i + 512]) for i in range(0, pcm.size, 512)]
        final = await hearing.finish()
        await recognizer.close()
        await recognizer.close()
        return [text for text in heard if text is not None], final

    return asyncio.run(scene())


def test_a_question_is_understood_word_by_word() -> None:
    partials, final = hear(turn(1))
    assert final.text == "what happens if one of your parts crashes"
    assert partials[0].startswith("what")
    assert 5 <= len(partials) <= 20
    assert [w.text for w in final.words] == final.text.split()
    assert all(a.end_ms <= b.start_ms for a, b in zip(final.words, final.words[1:], strict=False))
    assert 200 <= final.words[0].start_ms <= 400
    assert all(0 <= w.confidence <= 1 for w in final.words)


def test_silence_has_no_words() -> None:
    noise = np.random.default_rng(1).normal(scale=8, size=8_000).astype(np.int16)
    assert hear(noise)[1].words == ()
    assert hear(noise[:0])[1] == NOTHING


def test_what_is_likely_to_be_said_is_known_better(tmp_path: Path) -> None:
    phrases = tmp_path / "phrases.txt"
    phrases.write_text("What happens if one of your carts crashes?\nWhat happens then?\n", encoding="utf-8")
    assert hear(turn(1), phrases=str(phrases))[1].text == "what happens if one of your carts crashes"


def test_what_was_not_expected_is_not_bent_into_what_was(tmp_path: Path) -> None:
    phrases = tmp_path / "phrases.txt"
    phrases.write_text("What is your name?\nHow do you work?\nThank you, goodbye.\n", encoding="utf-8")
    assert hear(turn(1), phrases=str(phrases))[1].text == "what happens if one of your parts crashes"


def test_words_without_a_pronunciation_are_skipped_and_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    phrases = tmp_path / "phrases.txt"
    phrases.write_text("My secret is xyzzyqux\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert hear(turn(0), phrases=str(phrases))[1].text == "hello tell me who you are"
    assert "xyzzyqux" not in caplog.text
    assert caplog.records[0].__dict__["words"] == 1


def test_a_dropped_utterance_leaves_nothing_behind() -> None:
    async def scene() -> None:
        recognizer = Sphinx(SphinxSettings())
        await recognizer.load()
        dropped = recognizer.listen()
        await dropped.hear(turn(0))
        await dropped.cancel()
        await dropped.cancel()
        await recognizer.listen().cancel()
        assert await recognizer.listen().finish() == NOTHING
        hearing = recognizer.listen()
        await hearing.hear(turn(1))
        assert "parts" in (await hearing.finish()).text
        await recognizer.close()

    asyncio.run(scene())


@pytest.mark.parametrize("setting", ["acoustic_model", "lm", "dictionary", "phrases"])
def test_a_missing_model_is_named(tmp_path: Path, setting: str) -> None:
    with pytest.raises(Wrong) as error:
        hear(turn(0), **{setting: str(tmp_path / "missing")})
    assert "missing" in error.value.what


def test_a_broken_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "lm").write_bytes(b"nonsense")
    with pytest.raises(Wrong):
        hear(turn(0), lm=str(tmp_path / "lm"))
