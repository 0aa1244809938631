"""GGUF file: its header, read without loading it. What the model is, how it wants to be talked to, what memory it takes.

Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian.
"""

from __future__ import annotations

import mmap
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bus.errors import Wrong

MAGIC = b"GGUF"
VERSIONS = (2, 3)
DOWNLOAD = "download it again"
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_ALIGNMENT = 32
_MOST_DIMENSIONS = 4

Value: TypeAlias = int | float | bool | str | tuple[int | float | bool, ...]
"""Of arrays only those of numbers are kept, and no long ones: vocabularies are of no use here."""
LONGEST_ARRAY = 1024


@dataclass(frozen=True, slots=True)
class Gguf:
    """What a header tells, and how large the file is, with all its parts."""

    metadata: Mapping[str, Value]
    file_bytes: int

    def text(self, key: str) -> str:
        """A text of the metadata; empty when it is not there."""
        value = self.metadata.get(key, "")
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int:
        """A number of this model's architecture, such as "context_length"; 0 when it is not there."""
        value = self.metadata.get(f"{self.text('general.architecture')}.{key}", 0)
        return int(value) if isinstance(value, int) else 0

    @property
    def name(self) -> str:
        """The name that its makers gave it."""
        return self.text("general.name") or self.text("general.architecture")

    @property
    def trained_context(self) -> int:
        """The longest context that it was made for, in tokens; 0: not told."""
        return self.number("context_length")

    def kv_bytes(self, context: int) -> int:
        """Memory of keys and values (f16) for so many tokens. Sliding windows count whole: they are kept for reuse."""
        layers, heads = self.number("block_count"), self.number("attention.head_count") or 1
        told = self.metadata.get(f"{self.text('general.architecture')}.attention.head_count_kv", heads)
        kv_heads = sum(map(int, told)) if isinstance(told, tuple) else layers * int(told)
        width = self.number("embedding_length") // heads
        key, value = self.number("attention.key_length") or width, self.number("attention.value_length") or width
        return kv_heads * (key + value) * 2 * context


def read_gguf(path: Path) -> Gguf:
    """The header of a file. Raises Wrong for what is no GGUF, is of another version, or ends too early."""
    try:
        size = sum(part.stat().st_size for part in _parts(path))
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise Wrong(f"{path} is not a GGUF file", "models for llama.cpp end in .gguf")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return Gguf(_Reader(data, path).header(), size)
    except OSError as error:
        raise Wrong(f"the model {path} cannot be read: {error.strerror}", "correct the path in the plan") from error
    except (struct.error, UnicodeDecodeError) as error:
        raise Wrong(f"the model {path} is cut off or damaged", DOWNLOAD) from error


def _parts(path: Path) -> list[Path]:
    """All files of a model that was split ("x-00001-of-00003.gguf"): llama.cpp is given the first, and finds the others."""
    split = re.fullmatch(r"(.*)-(\d{5})-of-(\d{5})\.gguf", path.name)
    if not split:
        return [path]
    if int(split[2]) != 1:
        raise Wrong(f"{path} is not the first part of its model", f"name {split[1]}-00001-of-{split[3]}.gguf")
    parts = [path.with_name(f"{split[1]}-{number:05}-of-{split[3]}.gguf") for number in range(1, int(split[3]) + 1)]
    missing = [part.name for part in parts if not part.is_file()]
    if missing:
        raise Wrong(f"parts of the model are missing: {', '.join(missing[:3])}", f"put them into {path.parent}")
    return parts


class _Reader:
    """Reads on from a place in the file. Everything read is bounded by the file's end."""

    def __init__(self, data: mmap.mmap, path: Path) -> None:
        self._data = data
        self._path = path
        self._at = len(MAGIC)

    def header(self) -> dict[str, Value]:
        """The metadata; also looks whether the file has a place for each tensor."""
        version = self._number("I")
        if version not in VERSIONS:
            raise Wrong(f"{self._path} is GGUF of version {version}", f"known: {', '.join(map(str, VERSIONS))}")
        tensors, entries = self._number("Q"), self._number("Q")
        metadata = {}
        for _ in range(entries):
            key = self._text()
            if (value := self._value(self._number("I"))) is not None:
                metadata[key] = value
        last = max((self._tensor_offset() for _ in range(tensors)), default=0)
        alignment = metadata.get("general.alignment", _ALIGNMENT)
        step = alignment if isinstance(alignment, int) and alignment > 0 else _ALIGNMENT
        begin = -(-self._at // step) * step
        if tensors and begin + last >= len(self._data):
            raise Wrong(f"the model {self._path} is cut off", DOWNLOAD)
        return metadata

    def _tensor_offset(self) -> int:
        self._text()
        dimensions = self._number("I")
        if dimensions > _MOST_DIMENSIONS:
            raise struct.error("too many dimensions")
        self._skip(8 * dimensions + 4)
        return self._number("Q")

    def _value(self, kind: int) -> Value | None:
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            return self._number(_scalar(kind))
        kind, count = self._number("I"), self._number("Q")
        if kind == _STRING:
            for _ in range(count):
                self._skip(self._number("Q"))
            return None
        form = _scalar(kind)
        if count > LONGEST_ARRAY:
            self._skip(count * struct.calcsize(f"<{form}"))
            return None
        return tuple(self._number(form) for _ in range(count))

    def _text(self) -> str:
        length = self._number("Q")
        self._skip(length)
        return self._data[self._at - length : self._at].decode("utf-8")

    def _number(self, form: str) -> int:
        value: int = struct.unpack_from(f"<{form}", self._data, self._at)[0]
        self._at += struct.calcsize(f"<{form}")
        return value

    def _skip(self, count: int) -> None:
        if count > len(self._data) - self._at:
            raise struct.error("ends too early")
        self._at += count


def _scalar(kind: int) -> str:
    if kind not in _SCALARS:
        raise struct.error(f"unknown type {kind}")
    return _SCALARS[kind]
