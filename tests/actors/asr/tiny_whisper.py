"""Tiny whisper: a whole model in CTranslate2's format, with random weights, made in a second. It hears nonsense, always the same.

All that loads a real model loads it: same files, same order of tokens (text, end, start, languages, tasks, times).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, HEADS, INNER, BANDS, SEED = 32, 2, 64, 128, 0


class _Weights:
    """Fills layers with small random numbers."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(SEED)

    def some(self, *shape: int) -> Any:
        return (self._random.standard_normal(shape) * 0.05).astype(np.float32)

    def norm(self, layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)

    def linear(self, layer: Any, outputs: int, inputs: int) -> None:
        layer.weight, layer.bias = self.some(outputs, inputs), np.zeros(outputs, np.float32)

    def attention(self, layer: Any, *, cross: bool = False) -> None:
        self.norm(layer.layer_norm)
        for linear, outputs in zip(
            layer.linear, (WIDTH, 2 * WIDTH, WIDTH) if cross else (3 * WIDTH, WIDTH), strict=True
        ):
            self.linear(linear, outputs, WIDTH)

    def feed_forward(self, layer: Any) -> None:
        self.norm(layer.layer_norm)
        self.linear(layer.linear_0, INNER, WIDTH)
        self.linear(layer.linear_1, WIDTH, INNER)


def make(folder: Path) -> Path:
    """Writes the five files of the model into the folder."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES
    from tokenizers import pre_tokenizers

    folder.mkdir(parents=True, exist_ok=True)
    letters = [*sorted(pre_tokenizers.ByteLevel.alphabet()), ""]  # an empty token makes it multilingual
    languages = [f"<|{code}|>" for code in _LANGUAGE_CODES]
    tasks = ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    special = ["<|endoftext|>", "<|startoftranscript|>", *languages, *tasks]
    times = [f"<|{i * 0.02:.2f}|>" for i in range(1_501)]
    _write_model(folder, [*letters, *special, *times], languages)
    _write_tokenizer(folder, letters, special, times)
    front_end = {"feature_size": BANDS, "sampling_rate": 16_000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
    (folder / "preprocessor_config.json").write_text(json.dumps(front_end), encoding="utf-8")
    return folder


def _write_model(folder: Path, vocabulary: list[str], languages: list[str]) -> None:
    from ctranslate2.specs import whisper_spec

    spec, fill = whisper_spec.WhisperSpec(1, HEADS, 1, HEADS), _Weights()
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = fill.some(WIDTH, BANDS, 3), fill.some(WIDTH)
    encoder.conv2.weight, encoder.conv2.bias = fill.some(WIDTH, WIDTH, 3), fill.some(WIDTH)
    encoder.position_encodings.encodings = fill.some(1_500, WIDTH)
    decoder.embeddings.weight = decoder.projection.weight = fill.some(len(vocabulary), WIDTH)
    decoder.position_encodings.encodings = fill.some(448, WIDTH)
    for half in (encoder, decoder):
        fill.norm(half.layer_norm)
        fill.attention(half.layer[0].self_attention)
        fill.feed_forward(half.layer[0].ffn)
    fill.attention(decoder.layer[0].attention, cross=True)
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [vocabulary.index("<|endoftext|>")]
    spec.config.lang_ids = [vocabulary.index(language) for language in languages]
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def _write_tokenizer(folder: Path, letters: list[str], special: list[str], times: list[str]) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    tokenizer = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in times])
    tokenizer.save(str(folder / "tokenizer.json"))
