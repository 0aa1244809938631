"""GGUF: what a file says of itself, and files that are none."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from actors.llm.gguf import Gguf, Value, read_gguf
from bus.errors import Wrong
from tests.actors.llm.tiny_gguf import GEMMA, write_tiny_gguf


def test_a_model_tells_its_name_its_context_and_its_template(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    header = read_gguf(path)
    assert (header.name, header.trained_context) == ("tiny random", 4096)
    assert header.text("tokenizer.chat_template") == GEMMA
    assert header.file_bytes == path.stat().st_size


def test_memory_of_keys_and_values_is_that_of_gemma_2() -> None:
    gemma: dict[str, Value] = {
        "general.architecture": "gemma2", "gemma2.block_count": 42, "gemma2.embedding_length": 3584,
        "gemma2.attention.head_count": 16, "gemma2.attention.head_count_kv": 8, "gemma2.attention.key_length": 256,
        "gemma2.attention.value_length": 256,
    }  # fmt: skip
    assert Gguf(gemma, 0).kv_bytes(1) == 336 * 1024


def test_memory_without_told_lengths_and_with_heads_of_each_layer() -> None:
    llama: dict[str, Value] = {"general.architecture": "llama", "llama.block_count": 2, "llama.embedding_length": 64}
    assert Gguf({**llama, "llama.attention.head_count": 4}, 0).kv_bytes(10) == 2 * 4 * 32 * 2 * 10
    heads: dict[str, Value] = {"llama.attention.head_count": 4, "llama.attention.head_count_kv": (2, 1)}
    assert Gguf({**llama, **heads}, 0).kv_bytes(10) == 3 * 32 * 2 * 10


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\3\4 a zip", b"<html>404</html>"])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(content)
    with pytest.raises(Wrong, match="is not a GGUF file"):
        read_gguf(path)


def test_a_missing_file_a_folder_and_another_version_are_told(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="No such file"):
        read_gguf(tmp_path / "none.gguf")
    with pytest.raises(Wrong, match="cannot be read"):
        read_gguf(tmp_path)
    (tmp_path / "old.gguf").write_bytes(b"GGUF" + struct.pack("<I", 1) + bytes(100))
    with pytest.raises(Wrong, match="version 1"):
        read_gguf(tmp_path / "old.gguf")


@pytest.mark.parametrize("share", [0.0001, 0.01, 0.05, 0.3, 0.9])
def test_a_download_that_was_cut_off_is_told(tmp_path: Path, share: float) -> None:
    whole = write_tiny_gguf(tmp_path / "tiny.gguf").read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(whole[: round(len(whole) * share)])
    with pytest.raises(Wrong, match=r"cut off|damaged"):
        read_gguf(path)


def test_a_header_of_nonsense_is_told_soon(tmp_path: Path) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2**60) + b"\xff" * 1000)
    with pytest.raises(Wrong, match="damaged"):
        read_gguf(path)


def test_a_model_in_parts_is_as_large_as_all_of_them_and_a_missing_one_is_named(tmp_path: Path) -> None:
    first = write_tiny_gguf(tmp_path / "big-00001-of-00003.gguf")
    (tmp_path / "big-00003-of-00003.gguf").write_bytes(bytes(1_000))
    with pytest.raises(Wrong, match=r"parts of the model are missing: big-00002-of-00003\.gguf"):
        read_gguf(first)
    (tmp_path / "big-00002-of-00003.gguf").write_bytes(bytes(500))
    assert read_gguf(first).file_bytes == first.stat().st_size + 1_500
    with pytest.raises(Wrong, match="not the first part"):
        read_gguf(tmp_path / "big-00002-of-00003.gguf")
