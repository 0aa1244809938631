"""Tiny GGUF: a language model of 200 kB with random weights that llama.cpp loads. It knows a few dozen words of two languages
and says them without sense, but always the same ones to the same prompt, so that what it remembers can be seen."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, LAYERS, HEADS, KV_HEADS, HIDDEN, CONTEXT = 64, 2, 4, 2, 96, 4096
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
ALIGNMENT = 32

_WORDS = """
    the we you hello good call voice face word again never always maybe today morning evening. yes, no.
    привіт так ні дякую добре голос день ранок вечір слово знову завжди сьогодні. може,
"""
WORDS = _WORDS.split()
CONTROLS = ("<start_of_turn>", "<end_of_turn>")
GEMMA = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{{ '<start_of_turn>' + ('model' if m['role'] == 'assistant' else m['role']) + '\n' + m['content'] | trim + "
    "'<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
"""What the template of Gemma 2 does: no system role, user and model in turn."""


@dataclass
class Vocabulary:
    """Tokens in the order of their ids, as SentencePiece has them."""

    tokens: list[str] = field(default_factory=lambda: ["<unk>", "<s>", "</s>"])
    kinds: list[int] = field(default_factory=lambda: [UNKNOWN, CONTROL, CONTROL])

    def __post_init__(self) -> None:
        for kind, tokens in (
            (BYTE, [f"<0x{value:02X}>" for value in range(256)]),
            (CONTROL, CONTROLS),
            (NORMAL, [f"▁{word}" for word in WORDS]),
        ):
            self.tokens += tokens
            self.kinds += [kind] * len(tokens)

    def of(self, *kinds: int) -> list[int]:
        """Ids of the tokens of some kinds."""
        return [index for index, kind in enumerate(self.kinds) if kind in kinds]


def write_tiny_gguf(path: Path, *, template: str = GEMMA, ends: bool = False, context: int = CONTEXT) -> Path:
    """Writes the model. `ends`: it comes to an end by itself, sooner or later; else it speaks for ever."""
    vocabulary = Vocabulary()
    tensors = _tensors(vocabulary, ends=ends)
    metadata = _metadata(vocabulary, template, context)
    head = [b"GGUF", struct.pack("<IQQ", 3, len(tensors), len(metadata)), *metadata]
    offset = 0
    for name, tensor in tensors.items():
        shape = tensor.shape[::-1]
        head += [_text(name), struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, offset)]
        offset += -(-tensor.nbytes // ALIGNMENT) * ALIGNMENT
    body = b"".join(_padded(tensor.tobytes()) for tensor in tensors.values())
    path.write_bytes(_padded(b"".join(head)) + body)
    return path


def _tensors(vocabulary: Vocabulary, *, ends: bool) -> dict[str, NDArray[np.float32]]:
    """Random weights. The rows of tokens that it must not say are zero: others always have a larger value."""
    random = np.random.default_rng(7)

    def weights(*shape: int) -> NDArray[np.float32]:
        return (random.standard_normal(shape) * 0.3).astype(np.float32)

    size, kv = len(vocabulary.tokens), WIDTH // HEADS * KV_HEADS
    output = weights(size, WIDTH)
    silent = vocabulary.of(UNKNOWN, BYTE, CONTROL)
    output[[index for index in silent if not (ends and vocabulary.tokens[index] == CONTROLS[1])]] = 0
    tensors = {"token_embd.weight": weights(size, WIDTH), "output_norm.weight": _ones(WIDTH), "output.weight": output}
    for layer in range(LAYERS):
        for name, shape in {
            "attn_norm": (WIDTH,), "attn_q": (WIDTH, WIDTH), "attn_k": (kv, WIDTH), "attn_v": (kv, WIDTH),
            "attn_output": (WIDTH, WIDTH), "ffn_norm": (WIDTH,), "ffn_gate": (HIDDEN, WIDTH), "ffn_up": (HIDDEN, WIDTH),
            "ffn_down": (WIDTH, HIDDEN),
        }.items():  # fmt: skip
            tensors[f"blk.{layer}.{name}.weight"] = weights(*shape) if len(shape) > 1 else _ones(*shape)
    return tensors


def _ones(size: int) -> NDArray[np.float32]:
    return np.ones(size, np.float32)


def _metadata(vocabulary: Vocabulary, template: str, context: int) -> list[bytes]:
    numbers = {
        "context_length": context, "embedding_length": WIDTH, "block_count": LAYERS, "feed_forward_length": HIDDEN,
        "attention.head_count": HEADS, "attention.head_count_kv": KV_HEADS, "rope.dimension_count": WIDTH // HEADS,
        "vocab_size": len(vocabulary.tokens),
    }  # fmt: skip
    entries = [_entry("general.architecture", 8, _text("llama")), _entry("general.name", 8, _text("tiny random"))]
    entries += [_entry(f"llama.{key}", 4, struct.pack("<I", value)) for key, value in numbers.items()]
    entries += [
        _entry("llama.attention.layer_norm_rms_epsilon", 6, struct.pack("<f", 1e-5)),
        _entry("tokenizer.ggml.model", 8, _text("llama")),
        _entry("tokenizer.ggml.tokens", 9, _array(8, [_text(token) for token in vocabulary.tokens])),
        _entry("tokenizer.ggml.scores", 9, _array(6, [struct.pack("<f", -i) for i in range(len(vocabulary.tokens))])),
        _entry("tokenizer.ggml.token_type", 9, _array(5, [struct.pack("<i", kind) for kind in vocabulary.kinds])),
        _entry("tokenizer.ggml.bos_token_id", 4, struct.pack("<I", 1)),
        _entry("tokenizer.ggml.eos_token_id", 4, struct.pack("<I", 2)),
        _entry("tokenizer.ggml.unknown_token_id", 4, struct.pack("<I", 0)),
        _entry("tokenizer.ggml.add_bos_token", 7, b"\1"),
    ]
    return entries + ([_entry("tokenizer.chat_template", 8, _text(template))] if template else [])


def _entry(key: str, kind: int, value: bytes) -> bytes:
    return _text(key) + struct.pack("<I", kind) + value


def _array(kind: int, items: Sequence[bytes]) -> bytes:
    return struct.pack("<IQ", kind, len(items)) + b"".join(items)


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % ALIGNMENT)
