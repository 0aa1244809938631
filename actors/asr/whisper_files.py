"""Files of a Whisper model in CTranslate2's format: where they are on this machine, and whether they are whole.

What is missing is found here and told at once. The library would look for it in the internet, or load, and fail at the
first word: without preprocessor_config.json it hears with 80 bands where large-v3 wants 128.
"""

from __future__ import annotations

import math
import os
import struct
from pathlib import Path
from typing import BinaryIO, NamedTuple

from actors.weights import WeightFile, Weights, models_folder
from bus.errors import Fatal, Wrong

NEEDED = ("model.bin", "config.json", "tokenizer.json")
FRONT_END = "preprocessor_config.json"
"""How many bands the model hears with; older models, which hear with 80, come without."""
USUAL_BANDS = 80
VOCABULARY = ("vocabulary.json", "vocabulary.txt")
_TODO = "get the model again, all its files: avatar models pull, or copy them"
_NEW = (*NEEDED, FRONT_END, VOCABULARY[0])
_OLD = (*NEEDED, VOCABULARY[1])


def _weights(name: str, owner: str, files: tuple[str, ...], about: int) -> Weights:
    page = f"https://huggingface.co/{owner}/faster-whisper-{name}"
    return Weights(
        name=f"faster-whisper-{name}",
        files=tuple(WeightFile(file) for file in files),
        source=f"{page}/resolve/main/",
        page=page,
        licence="MIT: commercial use is allowed",
        about=about,
    )


WEIGHTS = (
    _weights("large-v3-turbo", "mobiuslabsgmbh", _NEW, 1_622_000_000),
    _weights("large-v3", "Systran", _NEW, 3_091_000_000),
    _weights("medium", "Systran", _OLD, 1_531_000_000),
    _weights("small", "Systran", _OLD, 486_000_000),
    _weights("base", "Systran", _OLD, 148_000_000),
    _weights("tiny", "Systran", _OLD, 78_000_000),
)
"""Models that `avatar models pull` can bring."""


def weights_named(name: str) -> Weights | None:
    """How the model of that name (of the settings) is pulled; None for one that is not."""
    wanted = "faster-whisper-" + ("large-v3-turbo" if name == "turbo" else name)
    return next((weights for weights in WEIGHTS if weights.name == wanted), None)


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
        pulled = weights_named(name)
        how = f"pull it: avatar models pull {pulled.name}; or " if pulled else ""
        todo = f"{how}set `folder` to a CTranslate2 folder"
        raise Fatal(f"the speech model {name} is not on this machine", todo) from error


class Contents(NamedTuple):
    """What the headers of a model.bin tell: how many weights it has, and how many bands it hears with (0: not known)."""

    weights: int
    bands: int


def check_files(folder: Path) -> int:
    """How many weights the model has. Raises Fatal for the first file that is missing or broken."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    contents = Contents(0, USUAL_BANDS) if "model.bin" in missing else read_contents(folder / "model.bin")
    if contents.bands != USUAL_BANDS and not (folder / FRONT_END).is_file():
        missing.append(FRONT_END)
    if not any((folder / name).is_file() for name in VOCABULARY):
        missing.append(" or ".join(VOCABULARY))
    if missing:
        raise Fatal(f"the speech model in {folder} has no {', no '.join(missing)}", _TODO)
    return contents.weights


def read_contents(path: Path) -> Contents:
    """The headers of a model.bin. Raises Fatal when it is none, or not whole."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _read_headers(file, size)
    except (OSError, struct.error, ValueError) as error:
        raise Fatal(f"{path} is no whole CTranslate2 model", _TODO) from error


def _read_headers(file: BinaryIO, size: int) -> Contents:
    """Layout (CTranslate2, version 4 and later): u32 version, name, u32 revision, u32 count; each variable: name, u8 rank,
    u32 dimensions, u8 type, u32 bytes, its data. A name is u16 length and so many bytes."""
    (version,) = _read(file, "<I")
    if not 4 <= version <= 100:
        raise ValueError("no model")
    _read_name(file)
    _, count = _read(file, "<II")
    weights, bands = 0, 0
    for _ in range(count):
        name = _read_name(file)
        (rank,) = _read(file, "<B")
        shape = _read(file, f"<{rank}I")
        weights += math.prod(shape)
        if name.rstrip(b"\0") == b"encoder/conv1/weight" and rank == 3:
            bands = shape[1]
        _, length = _read(file, "<BI")
        if file.seek(length, os.SEEK_CUR) > size:
            raise ValueError("torn")
    return Contents(weights, bands)


def _read_name(file: BinaryIO) -> bytes:
    (length,) = _read(file, "<H")
    return file.read(length)


def _read(file: BinaryIO, layout: str) -> tuple[int, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))
