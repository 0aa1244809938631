"""Scenes of the decoder: which device it takes and why, on a library that does as the scene says; and the real one, tiny."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest

from actors.asr import whisper_decoder
from actors.asr.whisper_decoder import Decoder, devices, most_tokens, open_decoder
from actors.asr.whisper_files import check_files
from actors.asr.whisper_settings import WhisperSettings
from actors.gpu import Gpu
from bus.errors import Fatal

TURBO = 809_000_000
SECOND = np.ones(16_000, np.int16)


def segment(text: str, *, no_speech: float = 0.1, logprob: float = -0.3, compression: float = 1.0) -> Any:
    words = [
        SimpleNamespace(
            word=f" {word}", start=np.float64(i * 0.5), end=np.float64(i * 0.5 + 0.4), probability=np.float64(0.87654)
        )
        for i, word in enumerate(text.split())
    ]
    return SimpleNamespace(
        text=f" {text}", words=words, no_speech_prob=no_speech, avg_logprob=logprob, compression_ratio=compression
    )


@dataclass
class Library:
    """Stands for ctranslate2 and faster_whisper."""

    gpus: int = 1
    deaf: tuple[str, ...] = ()
    """Devices on which nothing is understood, without an error."""
    broken: dict[str, str] = field(default_factory=dict)
    """Devices on which loading fails, and with what error."""
    said: tuple[Any, ...] = (segment("hello there"),)
    loaded: list[tuple[str, str]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    decoded: int = 0

    def get_cuda_device_count(self) -> int:
        return self.gpus

    def get_supported_compute_types(self, device: str, index: int) -> set[str]:
        return {"float16", "int8_float16", "int8", "float32"} if device == "cuda" else {"int8", "float32"}

    def WhisperModel(self, folder: str, **given: Any) -> Any:
        device = given["device"]
        if device in self.broken:
            raise RuntimeError(self.broken[device])
        self.loaded.append((device, given["compute_type"]))

        def transcribe(wave: Any, **options: Any) -> tuple[Iterator[Any], None]:
            self.asked.append(options)
            return self._decoding(() if device in self.deaf else self.said), None

        return SimpleNamespace(transcribe=transcribe, model=SimpleNamespace(is_multilingual=True))

    def _decoding(self, segments: tuple[Any, ...]) -> Iterator[Any]:
        for one in segments:
            self.decoded += 1
            yield one


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    made = Library()
    for name in ("ctranslate2", "faster_whisper"):
        module: Any = ModuleType(name)
        for attribute in ("get_cuda_device_count", "get_supported_compute_types", "WhisperModel"):
            setattr(module, attribute, getattr(made, attribute))
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(whisper_decoder, "gpus", lambda: (Gpu("A card", 8_000, 7_000),))
    return made


def opened(**settings: object) -> Decoder:
    return open_decoder(WhisperSettings(**settings), Path("turbo"), TURBO)[0]  # type: ignore[arg-type]


def test_devices_are_tried_in_order() -> None:
    assert devices("auto", 1) == ("cuda", "cpu")
    assert devices("auto", 0) == devices("cpu", 2) == ("cpu",)
    assert devices("cuda", 1) == ("cuda",)
    assert devices("cuda", 0) == ()


def test_a_gpu_that_understands_is_taken(library: Library) -> None:
    decoder = opened()
    assert (decoder.device, decoder.compute, library.loaded) == ("cuda", "float16", [("cuda", "float16")])


def test_a_gpu_that_gives_empty_texts_is_not_believed(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    library.deaf = ("cuda",)
    assert opened().device == "cpu"
    (line,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert line.startswith("speech is recognised on the CPU: ")
    with pytest.raises(Fatal, match="nothing of clear speech") as error:
        opened(device="cuda")
    assert "driver" in error.value.todo


def test_a_gpu_whose_libraries_are_missing_is_not_taken(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    library.broken = {"cuda": "Library libcublas.so.12 is not found or cannot be loaded"}
    assert opened().device == "cpu"
    assert "libcublas" in caplog.text
    with pytest.raises(Fatal, match="libcublas"):
        opened(device="cuda")


def test_no_gpu_where_one_is_asked_for_is_told(library: Library) -> None:
    library.gpus = 0
    with pytest.raises(Fatal, match="no GPU"):
        opened(device="cuda")


def test_a_model_that_understands_nothing_anywhere_is_refused(library: Library) -> None:
    library.deaf = ("cuda", "cpu")
    with pytest.raises(Fatal, match="on cpu"):
        opened()


@pytest.mark.parametrize(("free_mb", "compute"), [(7_000, "float16"), (2_000, "int8_float16")])
def test_the_compute_type_fits_the_free_memory(
    library: Library, monkeypatch: pytest.MonkeyPatch, free_mb: int, compute: str
) -> None:
    monkeypatch.setattr(whisper_decoder, "gpus", lambda: (Gpu("A card", 8_000, free_mb),))
    assert opened().compute == compute


def test_it_never_takes_more_than_its_budget(library: Library) -> None:
    assert opened(memory_mb=2_000).compute == "int8_float16"
    with pytest.raises(Fatal, match="needs 1259 MB, and 700 MB are free on cuda"):
        opened(memory_mb=700, device="cuda")


def test_a_compute_type_that_is_asked_for_is_taken_or_refused(library: Library) -> None:
    assert opened(compute="int8").compute == "int8"
    with pytest.raises(Fatal, match="bfloat16"):
        opened(compute="bfloat16")


def test_partial_words_cost_little_and_final_ones_have_times(library: Library) -> None:
    decoder = opened(hot_words=("Nova", "ZeroMQ"))
    library.asked.clear()
    assert decoder.decode(SECOND, "uk", final=False).text == "hello there"
    words = decoder.decode(SECOND, "uk", final=True).words
    partial, final = library.asked
    assert (partial["beam_size"], partial["without_timestamps"], partial["word_timestamps"]) == (1, True, False)
    assert (final["beam_size"], final["without_timestamps"], final["word_timestamps"]) == (5, False, True)
    for asked in (partial, final):
        assert (asked["language"], asked["temperature"], asked["hotwords"]) == ("uk", 0.0, "Nova, ZeroMQ")
        assert not asked["condition_on_previous_text"] and not asked["vad_filter"]
    assert [(w.text, w.start_ms, w.end_ms, w.confidence) for w in words] == [
        ("hello", 0, 400, 0.877), ("there", 500, 900, 0.877),
    ]  # fmt: skip


def test_words_can_be_sent(library: Library) -> None:
    words = opened().decode(SECOND, "en", final=True).words
    assert json.loads(msgspec.json.encode(words))
    assert {type(value) for word in words for value in (word.start_ms, word.end_ms, word.confidence)} == {int, float}


def test_times_stay_within_the_sound(library: Library) -> None:
    words = opened().decode(SECOND[:9_600], "en", final=True).words
    assert [(w.start_ms, w.end_ms) for w in words] == [(0, 400), (500, 600)]


def test_what_is_not_believed_is_left_out_and_counted(library: Library) -> None:
    library.said = (
        segment("hello"),
        segment("Thanks for watching!", no_speech=0.5),
        segment("there"),
        segment("no no no no no", compression=5),
    )
    heard = opened().decode(SECOND, "en", final=True)
    assert (heard.text, heard.dropped, len(heard.words)) == ("hello there", 2, 2)


def test_a_pass_that_nobody_needs_ends_at_its_next_window(library: Library) -> None:
    decoder, stop = opened(), threading.Event()
    library.said, library.decoded = tuple(segment(f"part {i}") for i in range(5)), 0
    stop.set()
    decoder.decode(SECOND, "en", final=True, stop=stop)
    assert library.decoded == 1


def test_a_loop_can_only_cost_what_could_have_been_said() -> None:
    assert [most_tokens(seconds) for seconds in (0, 1, 5, 30, 3_000)] == [24, 40, 104, 216, 216]


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    with pytest.raises(Fatal, match="not installed") as error:
        opened()
    assert error.value.todo == "install it: uv sync --extra whisper"


def test_the_real_library_takes_all_that_it_is_given(tiny: Path) -> None:
    settings = WhisperSettings(device="cpu", guess_logprob=-100.0, most_repetition=1e9, hot_words=("x" * 2_000,))
    decoder, took_ms = open_decoder(settings, tiny, check_files(tiny))
    assert (decoder.device, decoder.compute, took_ms > 0) == ("cpu", "int8", True)
    chances = decoder.guess(SECOND)
    assert len(chances) == 100 and abs(sum(chance for _, chance in chances) - 1) < 1e-3
    speech = np.random.default_rng(1).normal(scale=3_000, size=40_000).astype(np.int16)
    heard = decoder.decode(speech, "uk", final=True)
    assert heard.text and heard.words and heard.took_ms > 0
    assert decoder.decode(speech, "uk", final=False).words == ()


def test_a_folder_with_another_model_s_files_is_told(tiny: Path, tmp_path: Path) -> None:
    for file in tiny.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "preprocessor_config.json").write_text('{"feature_size": 80}', encoding="utf-8")
    with pytest.raises(Fatal, match="does not run on cpu"):
        open_decoder(WhisperSettings(device="cpu"), tmp_path, 1)
