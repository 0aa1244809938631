"""Pulling of a model's files over https: with progress, from where it was when it was cut off, and checked when it is there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import httpx

from actors.weights import WeightFile, Weights
from bus.errors import Broken, Fatal

TOKEN = "HF_TOKEN"
PART = ".part"
TIMEOUT_S = 30.0
TRIES = 3
"""Of one file; each goes on where the one before was cut off."""

Progress = Callable[[str, int, int], None]
"""Told a file's name, how much of it is here, and its size (0: not known), in bytes."""


def token(folder: Path) -> str:
    """The token for gated models: from the environment, else from the file .env of a folder; empty when there is none."""
    if found := os.environ.get(TOKEN):
        return found
    try:
        lines = (folder / ".env").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    told = (line.removeprefix("export ").partition("=") for line in lines)
    return next((value.strip().strip("\"'") for name, _, value in told if name.strip() == TOKEN), "")


def pull(weights: Weights, secret: str, progress: Progress, *, client: httpx.Client | None = None) -> None:
    """Gets what is missing of a model. Raises Fatal without a token for a gated one or where it refuses, Broken when the
    network fails or a file is not what it should be; what is here already is kept, and the next pull goes on from there."""
    if weights.gated and not secret:
        raise Fatal(
            f"{weights.name} is gated: its makers want you to agree to something first",
            f"agree on {weights.page}, then put {TOKEN}=... into the environment or into .env",
        )
    headers = {"Accept-Encoding": "identity"}
    if weights.gated:
        headers["Authorization"] = f"Bearer {secret}"
    with client or httpx.Client(follow_redirects=True, timeout=TIMEOUT_S) as http:
        for file in weights.missing:
            _pull_file(http, weights, file, headers, progress)


def _pull_file(
    http: httpx.Client, weights: Weights, file: WeightFile, headers: dict[str, str], progress: Progress
) -> None:
    path = weights.folder / file.name
    part = path.with_name(path.name + PART)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for tries_left in reversed(range(TRIES)):
            try:
                _fetch(http, weights, file, part, headers, progress)
                break
            except httpx.TransportError as error:
                if not tries_left:
                    what = f"{file.name} of {weights.name} was cut off: {str(error) or type(error).__name__}"
                    raise Broken(what, f"go on with: avatar models pull {weights.name}") from None
        _check(part, file, weights)
        part.replace(path)
    except OSError as error:
        raise Broken(f"{path} cannot be written: {error.strerror}", "free some disk, or move AVATAR_MODELS") from None


def _fetch(
    http: httpx.Client, weights: Weights, file: WeightFile, part: Path, headers: dict[str, str], progress: Progress
) -> None:
    """Goes on with a part that is there, unless the server begins anew."""
    have = part.stat().st_size if part.exists() else 0
    if file.size and have == file.size:
        return
    asked = {**headers, "Range": f"bytes={have}-"} if have else headers
    with http.stream("GET", weights.source + file.name, headers=asked) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()
            raise Broken(f"{file.name} of {weights.name} is not as long as what is here of it", "pull it again")
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise _refused(weights, file, answer.status_code)
        resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
        have = have if resumed else 0
        with part.open("ab" if resumed else "wb") as out:
            for block in answer.iter_raw():
                out.write(block)
                have += len(block)
                progress(file.name, have, file.size)


def _refused(weights: Weights, file: WeightFile, status: int) -> Fatal:
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Fatal(
            f"{weights.name} is not given to us ({status})",
            f"agree on {weights.page}, with the account of your {TOKEN}",
        )
    return Fatal(f"{weights.source}{file.name} answers {status}", f"look at {weights.page}")


def _check(part: Path, file: WeightFile, weights: Weights) -> None:
    """A part that is not what it should be is removed: no more of it would make it right."""
    size = part.stat().st_size
    wrong = f"{size:,} bytes, not {file.size:,}" if file.size and size != file.size else ""
    if not wrong and file.sha256:
        with part.open("rb") as content:
            wrong = "" if hashlib.file_digest(content, "sha256").hexdigest() == file.sha256 else "another sha256"
    if wrong:
        part.unlink()
        raise Broken(f"{file.name} of {weights.name} is not what it should be: {wrong}", "pull it again")
