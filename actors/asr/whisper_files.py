"""Files of a Whisper model in CTranslate2's format: where they are on this machine, and whether they are whole.

What is missing is found here and told at once. The library would look for it in the internet, or load, and fail at the
first word: without preprocessor_config.json it hears with 80 bands where large-v3 wants 128.
"""

from __future__ import annotations

import math
import os
import struct
from pathlib import Path
from typing import BinaryIO

from actors.weights import WeightFile, Weights, models_folder
from bus.errors import Fatal, Wrong

NEEDED = ("model.bin", "config.json", "tokenizer.json", "preprocessor_config.json")
VOCABULARY = ("vocabulary.json", "vocabulary.txt")
_TODO = "copy the model again, all its files"
_PULLED = {
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "large-v3": "Systran/faster-whisper-large-v3",
}
"""Models that `avatar models pull` can bring, and whose."""


def weights_named(name: str) -> Weights | None:
    """How a model is pulled; None for one that is not."""
    if (repository := _PULLED.get(name)) is None:
        return None
    page = f"https://huggingface.co/{repository}"
    return Weights(
        name=repository.partition("/")[2],
        files=tuple(WeightFile(file) for file in (*NEEDED, VOCABULARY[0])),
        source=f"{page}/resolve/main/",
        page=page,
        licence="MIT: commercial use is allowed",
    )


def find_model(name: str, folder: str | None) -> Path:
    """The model's folder: the given one, the one that was pulled, or the one in Hugging Face's cache; never the network.

    Raises Wrong for a folder that is not there, Fatal for a name of which nothing is on this machine.
    """
    if folder is not None:
        if not Path(folder).is_dir():
            raise Wrong(f"there is no folder {folder}", "correct `folder` in the plan, or name a `model`")
        return Path(folder)
    pulled = weights_named(name)
    for place in (pulled.folder if pulled else None, models_folder() / f"faster-whisper-{name}"):
        if place is not None and place.is_dir():
            return place
    return _cached(name)


def _cached(name: str) -> Path:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when the library is imported: a call does not download
    try:
        from faster_whisper.utils import available_models, download_model
    except ImportError as error:
        raise Fatal("faster-whisper is not installed", "install it: uv sync --extra whisper") from error
    if "/" not in name and name not in available_models():
        raise Wrong(f"there is no Whisper model {name!r}", f"name one of: {', '.join(available_models())}")
    try:
        return Path(download_model(name, local_files_only=True))
    except (OSError, ValueError) as error:  # not in the cache; or no name of a repository
        todo = f"pull it: avatar models pull faster-whisper-{name}; or set `folder` to a CTranslate2 folder"
        raise Fatal(f"the speech model {name} is not on this machine", todo) from error


def check_files(folder: Path) -> int:
    """How many weights the model has. Raises Fatal for the first file that is missing or broken."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in VOCABULARY):
        missing.append(" or ".join(VOCABULARY))
    if missing:
        raise Fatal(f"the speech model in {folder} has no {', no '.join(missing)}", _TODO)
    return count_weights(folder / "model.bin")


def count_weights(path: Path) -> int:
    """The weights in a model.bin, from its headers. Raises Fatal when it is none, or not whole."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _counted(file, size)
    except (OSError, struct.error, ValueError) as error:
        raise Fatal(f"{path} is no whole CTranslate2 model", _TODO) from error


def _counted(file: BinaryIO, size: int) -> int:
    """Layout (CTranslate2, version 4 and later): u32 version, name, u32 revision, u32 count; each variable: name, u8 rank,
    u32 dimensions, u8 type, u32 bytes, its data. A name is u16 length and so many bytes."""
    (version,) = _read(file, "<I")
    if not 4 <= version <= 100:
        raise ValueError("no model")
    _skip_name(file)
    _, count = _read(file, "<II")
    weights = 0
    for _ in range(count):
        _skip_name(file)
        (rank,) = _read(file, "<B")
        weights += math.prod(_read(file, f"<{rank}I"))
        _, length = _read(file, "<BI")
        if file.seek(length, os.SEEK_CUR) > size:
            raise ValueError("torn")
    return weights


def _skip_name(file: BinaryIO) -> None:
    (length,) = _read(file, "<H")
    file.seek(length, os.SEEK_CUR)


def _read(file: BinaryIO, layout: str) -> tuple[int, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))
