"""Scenes of a hearing: sound in pieces of 32 ms, and a decoder that hears what the scene says, when it says so."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from actors.asr.engine import Word
from actors.asr.pace import Pace
from actors.asr.tongue import Guess, Tongue
from actors.asr.whisper_decoder import Decoded, Decoder
from actors.asr.whisper_hearing import LONGEST_PARTIAL_MS, WhisperHearing
from actors.asr.whisper_settings import WhisperSettings
from bus.errors import Stuck
from bus.off_loop import OffLoop

PIECE = np.ones(512, np.int16)


class Ear:
    """A decoder that hears one more word with each 500 ms, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        """"final" or "partial", and ms of sound."""
        self.languages: list[str] = []
        self.guesses = 0
        self.cost_ms = 10.0
        self.error: Exception | None = None
        self.free = threading.Event()
        self.free.set()

    def guess(self, pcm: NDArray[np.int16]) -> Guess:
        self.guesses += 1
        return [("uk", 0.9), ("en", 0.1)]

    def decode(self, pcm: NDArray[np.int16], language: str, *, final: bool, stop: threading.Event) -> Decoded:
        self.asked.append(("final" if final else "partial", pcm.size // 16))
        self.languages.append(language)
        self.free.wait(5)
        if self.error:
            raise self.error
        heard = [f"w{i}" for i in range(pcm.size // 8_000)]
        words = tuple(Word(word, i * 500, i * 500 + 400, 0.9) for i, word in enumerate(heard)) if final else ()
        return Decoded(" ".join(heard), words, language, self.cost_ms, dropped=1 if final else 0)


class Stage:
    """A hearing, its decoder, and all partial texts."""

    def __init__(self, **settings: object) -> None:
        self.ear = Ear()
        self.settings = WhisperSettings(**settings)  # type: ignore[arg-type]
        self.pace = Pace(self.settings.partial_ms)
        self.tongue = Tongue(self.settings.language, self.settings.languages)
        self.off_loop = OffLoop("ear")
        self.partials: list[str] = []
        self.listen()

    def listen(self) -> None:
        decoder = cast(Decoder, self.ear)
        self.hearing = WhisperHearing(decoder, self.off_loop, self.pace, self.tongue, self.settings)

    async def speak(self, ms: int, *, settle: bool = True) -> None:
        for _ in range(ms // 32):
            await self._hear(0, settle=settle)

    async def silence(self, ms: int, *, settle: bool = True) -> None:
        for quiet_ms in range(32, ms + 1, 32):
            await self._hear(quiet_ms, settle=settle)

    async def _hear(self, quiet_ms: int, *, settle: bool) -> None:
        if text := await self.hearing.hear(PIECE, quiet_ms):
            self.partials.append(text)
        if settle:
            await self.off_loop.run(lambda: None)  # whatever pass was begun is done
            await asyncio.sleep(0)

    def finals(self) -> list[int]:
        return [ms for kind, ms in self.ear.asked if kind == "final"]


def play(scene: Callable[[Stage], Awaitable[None]], **settings: object) -> None:
    async def run() -> None:
        stage = Stage(**{"language": "uk", **settings})
        try:
            await scene(stage)
        finally:
            stage.ear.free.set()
            stage.off_loop.close()

    asyncio.run(run())


def test_words_come_while_they_are_said_once_two_passes_agree() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(2_600)
        assert stage.partials == ["w0", "w0 w1", "w0 w1 w2", "w0 w1 w2 w3"]
        assert [kind for kind, _ in stage.ear.asked] == ["partial"] * 5

    play(scene)


def test_the_final_words_are_there_when_vad_is_sure() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(1_600)
        await stage.silence(224)
        stage.ear.error = AssertionError("it was heard already")
        heard = await stage.hearing.finish()
        assert (heard.text, heard.language, len(heard.words)) == ("w0 w1 w2", "uk", 3)
        assert stage.finals() == [1_600 + 96]
        assert (heard.cost.decode_ms, heard.cost.passes, heard.cost.passages_dropped) == (10.0, 4, 1)
        assert heard.cost.real_time_factor == pytest.approx(10 / 1_696)

    play(scene)


def test_a_pass_that_began_in_the_silence_is_waited_for() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(320)
        stage.ear.free.clear()
        await stage.silence(224, settle=False)
        asyncio.get_running_loop().call_later(0.02, stage.ear.free.set)
        await stage.hearing.finish()
        assert stage.ear.asked == [("final", 416)]

    play(scene)


def test_speech_that_goes_on_makes_the_early_words_worthless() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(1_600)
        await stage.silence(128)
        await stage.speak(960)
        await stage.silence(224)
        heard = await stage.hearing.finish()
        assert heard.text == "w0 w1 w2 w3 w4"
        assert stage.finals() == [1_696, 1_600 + 128 + 960 + 96]

    play(scene)


def test_without_word_of_the_silence_all_is_heard_at_the_end() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(960)
        heard = await stage.hearing.finish()
        assert (heard.text, stage.finals()) == ("w0", [960])

    play(scene)


def test_a_slow_machine_hears_each_utterance_once() -> None:
    async def scene(stage: Stage) -> None:
        stage.pace.took(5_000)
        stage.listen()
        await stage.speak(3_200)
        await stage.silence(224)
        heard = await stage.hearing.finish()
        assert stage.ear.asked == [("final", 3_296)]
        assert heard.cost.partials_skipped == 6

    play(scene)


def test_while_a_pass_runs_no_other_waits_behind_it() -> None:
    async def scene(stage: Stage) -> None:
        stage.ear.free.clear()
        await stage.speak(3_200, settle=False)
        await stage.silence(128, settle=False)
        stage.ear.free.set()
        heard = await stage.hearing.finish()
        assert stage.ear.asked in ([("partial", 512), ("final", 3_296)], [("final", 3_296)])
        assert heard.cost.partials_skipped == 5

    play(scene)


def test_beyond_what_a_pass_hears_at_once_there_are_no_partial_words() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(LONGEST_PARTIAL_MS + 3_200)
        assert max(ms for _, ms in stage.ear.asked) <= LONGEST_PARTIAL_MS
        assert (await stage.hearing.finish()).text.split()[-1] == "w61"

    play(scene)


def test_the_language_is_guessed_once_when_there_is_enough_to_guess_from() -> None:
    async def scene(stage: Stage) -> None:
        await stage.speak(960)
        assert stage.ear.asked == []
        await stage.speak(2_048)
        await stage.hearing.finish()
        assert stage.ear.guesses == 1
        assert set(stage.ear.languages) == {"uk"}
        stage.listen()
        await stage.speak(640)
        await stage.hearing.finish()
        assert stage.ear.guesses == 1

    play(scene, language=None)


def test_a_model_that_fails_is_not_hidden() -> None:
    async def scene(stage: Stage) -> None:
        stage.ear.error = RuntimeError("CUDA failed with error out of memory")
        with pytest.raises(RuntimeError, match="CUDA"):
            await stage.speak(1_600)
        with pytest.raises(RuntimeError, match="CUDA"):
            await stage.hearing.finish()

    play(scene)


def test_a_model_that_hangs_is_given_up() -> None:
    async def scene(stage: Stage) -> None:
        stage.ear.free.clear()
        await stage.speak(1_600, settle=False)
        with pytest.raises(Stuck, match=r"whisper has not come back for 0\.05 s"):
            await stage.hearing.finish()

    play(scene, most_s=0.05)


def test_an_utterance_without_sound_has_no_words() -> None:
    async def scene(stage: Stage) -> None:
        assert await stage.hearing.hear(PIECE[:0]) is None
        heard = await stage.hearing.finish()
        assert (heard.text, heard.language, stage.ear.asked) == ("", "uk", [])

    play(scene)


@pytest.mark.parametrize("spoken_ms", [0, 320, 640, 1_600])
def test_it_can_be_dropped_at_any_point(spoken_ms: int) -> None:
    async def scene(stage: Stage) -> None:
        stage.ear.free.clear()
        await stage.speak(spoken_ms, settle=False)
        await stage.hearing.cancel()
        await stage.hearing.cancel()
        stage.ear.free.set()
        stage.listen()
        await stage.speak(640)
        assert (await stage.hearing.finish()).text == "w0"

    play(scene)
