"""Decoder of speech by Whisper: sound in, words out, on the device and with the compute type that work here. Blocking.

A GPU is believed only when it has understood a clear sentence: with a driver older than the library's kernels, it gives
empty texts and no error (WhisperLiveKit #384).
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from actors.asr.compute import Compute, Device, choose_compute, need_mb
from actors.asr.engine import RATE_HZ, Word
from actors.asr.invention import Limits, Passage, invented
from actors.asr.tongue import Guess
from actors.asr.whisper_settings import WhisperSettings
from actors.gpu import gpus
from bus import clock
from bus.clock import MS
from bus.errors import AvatarError, Fatal

log = logging.getLogger(__name__)

CLEAR_SPEECH = Path(__file__).with_name("clear_speech.flac")
"""Three seconds of a synthetic voice that any Whisper model finds words in."""
GPU_RESERVE_MB = 300
MOST_TOKENS = 216
"""Whisper's 448, less what hot words may take, and a few marks."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a pass has heard."""

    text: str
    words: tuple[Word, ...]
    """Only of a final pass."""
    language: str
    took_ms: float
    dropped: int = 0
    """Passages that were not believed."""


class Decoder:
    """One loaded model. Calls belong to one thread."""

    def __init__(self, model: Any, settings: WhisperSettings, device: Device, compute: Compute) -> None:
        self.device: Device = device
        self.compute = compute
        self._model = model
        self._settings = settings
        self._limits = Limits(
            settings.no_speech,
            settings.doubt,
            settings.least_logprob,
            settings.guess_logprob,
            settings.most_repetition,
        )
        self._hot_words = ", ".join(settings.hot_words) or None

    @property
    def english_only(self) -> bool:
        """It knows one language."""
        return not self._model.model.is_multilingual

    def guess(self, pcm: NDArray[np.int16]) -> Guess:
        """How likely each language is; costs a pass of the encoder."""
        _, _, chances = self._model.detect_language(audio=_wave(pcm))
        return [(str(language), float(chance)) for language, chance in chances]

    def decode(
        self, pcm: NDArray[np.int16], language: str, *, final: bool, stop: threading.Event | None = None
    ) -> Decoded:
        """Hears int16 samples (16 kHz, mono). `final`: with the beam, and words with times; else quickly. Ends early after a
        window of 30 s when `stop` is set."""
        started_ns = clock.now_ns()
        segments, dropped = [], 0
        for segment in self._segments(pcm, language, final=final):
            if invented(_passage(segment), self._limits):
                dropped += 1
            else:
                segments.append(segment)
            if stop is not None and stop.is_set():
                break
        text = " ".join("".join(segment.text for segment in segments).split())
        words = tuple(w for segment in segments for w in _words(segment.words or (), pcm.size * 1000 // RATE_HZ))
        return Decoded(text, words, language, (clock.now_ns() - started_ns) / MS, dropped)

    def hears(self) -> float | None:
        """How long, in ms, a clear sentence takes; None when not a word of it is understood."""
        import soundfile

        speech, _ = soundfile.read(CLEAR_SPEECH, dtype="int16")
        for _ in range(2):  # the first pass also makes the kernels ready
            started_ns = clock.now_ns()
            heard = [_passage(segment) for segment in self._segments(np.asarray(speech), "en", final=True)]
        sound = [one for one in heard if one.text.strip() and math.isfinite(one.mean_logprob)]
        return (clock.now_ns() - started_ns) / MS if sound else None

    def _segments(self, pcm: NDArray[np.int16], language: str, *, final: bool) -> Any:
        segments, _ = self._model.transcribe(
            _wave(pcm),
            language=language,
            beam_size=self._settings.beam if final else 1,
            temperature=0.0,
            condition_on_previous_text=False,
            vad_filter=False,
            without_timestamps=not final,
            word_timestamps=final,
            max_new_tokens=most_tokens(pcm.size / RATE_HZ),
            hotwords=self._hot_words,
            # Judged by `invented`, which counts what it drops.
            no_speech_threshold=None,
            log_prob_threshold=None,
            compression_ratio_threshold=None,
        )
        return segments


def most_tokens(seconds: float) -> int:
    """What can be said in so much sound: a loop must not cost more. Fast Ukrainian speech has 12 tokens a second."""
    return min(MOST_TOKENS, 24 + math.ceil(16 * seconds))


def open_decoder(settings: WhisperSettings, folder: Path, weights: int) -> tuple[Decoder, float]:
    """The model on the best device that understands speech, and how long that took, in ms. Raises Fatal."""
    try:
        import ctranslate2
        import faster_whisper
    except ImportError as error:
        raise Fatal("faster-whisper is not installed", "install it: uv sync --extra whisper") from error
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    reason = AvatarError("there is no GPU that CTranslate2 can use")
    for device in devices(settings.device, ctranslate2.get_cuda_device_count()):
        try:
            return _opened(settings, folder, weights, device, ctranslate2, faster_whisper)
        except AvatarError as error:
            reason = error
            if device == "cuda" and settings.device == "auto":
                log.warning("speech is recognised on the CPU: %s", error.what)
    raise Fatal(reason.what, reason.todo or 'see: avatar doctor; or set device = "cpu"')


def devices(wanted: str, cuda: int) -> Sequence[Device]:
    """Which devices are tried, in order."""
    if wanted == "cpu" or (wanted == "auto" and not cuda):
        return ("cpu",)
    if not cuda:
        return ()
    return ("cuda",) if wanted == "cuda" else ("cuda", "cpu")


def _opened(
    settings: WhisperSettings, folder: Path, weights: int, device: Device, ctranslate2: Any, library: Any
) -> tuple[Decoder, float]:
    index = settings.gpu if device == "cuda" else 0
    try:
        supported = ctranslate2.get_supported_compute_types(device, index)
        compute = _compute(settings, device, weights, supported)
        model = library.WhisperModel(
            str(folder),
            device=device,
            device_index=index,
            compute_type=compute,
            cpu_threads=settings.cpu_threads,
            local_files_only=True,
        )
        decoder = Decoder(model, settings, device, compute)
        took_ms = decoder.hears()
    except (RuntimeError, ValueError) as error:  # a driver, cuBLAS or memory is missing; or the files are no Whisper
        raise Fatal(f"the speech model in {folder.name} does not run on {device}: {error}", _todo(device)) from error
    if took_ms is None:
        raise Fatal(f"the speech model understands nothing of clear speech on {device}", _todo(device))
    log.info("speech model loaded", extra={"device": device, "compute": compute, "ms": round(took_ms)})
    return decoder, took_ms


def _todo(device: Device) -> str:
    if device == "cuda":
        return 'update the NVIDIA driver, or install nvidia-cublas-cu12 and nvidia-cudnn-cu12; or set device = "cpu"'
    return "copy the model again, all its files, or name another one"


def _compute(settings: WhisperSettings, device: Device, weights: int, supported: Sequence[str]) -> Compute:
    """The settings' type, or the fastest that fits. Raises Fatal."""
    if settings.compute != "auto":
        if settings.compute not in supported:
            raise Fatal(f"this {device} cannot compute in {settings.compute}", f"choose one of: {', '.join(supported)}")
        return settings.compute
    free_mb = _free_mb(settings, device)
    compute = choose_compute(device, weights, free_mb, supported)
    if compute is None:
        least = min(need_mb(kind, weights) for kind in ("int8", "int8_float16"))
        what = f"the speech model needs {least} MB, and {free_mb} MB are free on {device}"
        raise Fatal(what, "choose a smaller model, or free some memory; `memory_mb` is its budget")
    return compute


def _free_mb(settings: WhisperSettings, device: Device) -> int:
    """What the model may take: free memory, within the budget of the settings on a GPU."""
    if device == "cpu":
        return psutil.virtual_memory().available // 1_000_000
    found = gpus()
    if settings.gpu >= len(found):  # a driver that does not tell
        return settings.memory_mb
    return min(settings.memory_mb, found[settings.gpu].free_mb - GPU_RESERVE_MB)


def _wave(pcm: NDArray[np.int16]) -> NDArray[np.float32]:
    return pcm.astype(np.float32) / np.float32(32_768)


def _passage(segment: Any) -> Passage:
    return Passage(
        segment.text, float(segment.no_speech_prob), float(segment.avg_logprob), float(segment.compression_ratio)
    )


def _words(words: Sequence[Any], sound_ms: int) -> Sequence[Word]:
    """Plain numbers: the library gives numpy's, which no message can carry. Times stay within the sound."""

    def ms(seconds: float) -> int:
        return min(max(0, round(float(seconds) * 1000)), sound_ms)

    return [
        Word(text, ms(word.start), ms(word.end), round(min(1.0, max(0.0, float(word.probability))), 3))
        for word in words
        if (text := str(word.word).strip())
    ]
