"""Pulling of a model's files over https: with progress, from where it was when it was cut off, and checked when it is there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import httpx

from actors.secret import secret_if_any
from actors.weights import WeightFile, Weights
from bus.errors import Broken, Fatal
from remote.pulled import Content, digest, note_pulled, spoilt

TOKEN = "HF_TOKEN"
PART = ".part"
TIMEOUT_S = 30.0
TRIES = 3
"""Of one file; each goes on where the one before was cut off."""
SHA256 = re.compile(r"[0-9a-f]{64}")
REFUSED = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)

Progress = Callable[[str, int, int], None]
"""Told a file's name, how much of it is here, and its size (0: not known), in bytes."""


class Told(NamedTuple):
    """What a server says of a file: Hugging Face of a large one its sha256, too. 0 and empty: it says nothing."""

    size: int = 0
    sha256: str = ""


def token(folder: Path) -> str:
    """The token for gated models: from the environment, else from the file .env of a folder; empty when there is none.
    Raises Wrong for one that cannot be any."""
    return secret_if_any(TOKEN, folder)


def pull(weights: Weights, secret: str, progress: Progress, *, client: httpx.Client | None = None) -> None:
    """Gets what is missing of a model. Raises Fatal without a token for a gated one or where it refuses, Broken when the
    network fails or a file is not what it should be; what is here already is kept, and the next pull goes on from there."""
    if weights.gated and not secret:
        raise Fatal(
            f"{weights.name} is gated: its makers want you to agree to something first",
            f"agree on {weights.page}, then put {TOKEN}=... into the environment or into .env",
        )
    with client or httpx.Client(follow_redirects=True, timeout=TIMEOUT_S) as http:
        errand = _Errand(http, weights, secret, progress)
        for file in _wanted(weights):
            errand.pull(file)


def _wanted(weights: Weights) -> list[WeightFile]:
    """What is missing, and what is there and is not what was pulled."""
    missing, bad = weights.missing, spoilt(weights)
    return [file for file in weights.files if file in missing or file.name in bad]


class _Errand:
    """Pulls the files of one model. The token is shown to nobody who gives without it."""

    def __init__(self, http: httpx.Client, weights: Weights, secret: str, progress: Progress) -> None:
        self._http = http
        self._weights = weights
        self._key = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._headers = {"Accept-Encoding": "identity", **(self._key if weights.gated else {})}
        self._progress = progress

    def pull(self, file: WeightFile) -> None:
        path = self._weights.folder / file.name
        part = path.with_name(path.name + PART)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            told = self._fetched(file, part)
            content = self._checked(part, file, told)
            part.replace(path)
            note_pulled(self._weights, file.name, content)
        except OSError as error:
            raise Broken(
                f"{path} cannot be written: {error.strerror}", "free some disk, or move AVATAR_MODELS"
            ) from None

    def _fetched(self, file: WeightFile, part: Path) -> Told:
        name = self._weights.name
        for tries_left in reversed(range(TRIES)):
            try:
                return self._fetch(file, part)
            except httpx.RequestError as error:
                if not tries_left:
                    what = f"{file.name} of {name} was cut off: {str(error) or type(error).__name__}"
                    raise Broken(what, f"go on with: avatar models pull {name}") from None
        raise AssertionError

    def _fetch(self, file: WeightFile, part: Path) -> Told:
        """Goes on with a part that is there, unless the server begins anew."""
        have = part.stat().st_size if part.exists() else 0
        if file.size and have == file.size:
            return Told()
        asked = {**self._headers, **({"Range": f"bytes={have}-"} if have else {})}
        with self._http.stream("GET", self._weights.source + file.name, headers=asked) as answer:
            if answer.status_code in REFUSED and self._key and "Authorization" not in self._headers:
                self._headers |= self._key  # it asks for one
                return self._fetch(file, part)
            told = told_of([*answer.history, answer])
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                if answer.headers.get("content-range") == f"bytes */{have}":
                    return told  # all of it was here
                part.unlink()
                raise Broken(
                    f"{file.name} of {self._weights.name} is not as long as what is here of it", "pull it again"
                )
            if answer.status_code >= httpx.codes.BAD_REQUEST:
                raise self._refusal(file, answer.status_code)
            self._write(answer, file, part, have, told)
            return told

    def _write(self, answer: httpx.Response, file: WeightFile, part: Path, have: int, told: Told) -> None:
        resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
        have = have if resumed else 0
        size = file.size or told.size or have + int(answer.headers.get("content-length", -have))
        free = shutil.disk_usage(part.parent).free
        if size - have > free:
            what = f"{file.name} of {self._weights.name} takes {(size - have) / 1e9:.1f} GB more"
            raise Broken(f"{what}, and {free / 1e9:.1f} GB are free", "free some disk, or move AVATAR_MODELS")
        with part.open("ab" if resumed else "wb") as out:
            for block in answer.iter_raw():
                out.write(block)
                have += len(block)
                self._progress(file.name, have, size)

    def _refusal(self, file: WeightFile, status: int) -> Fatal:
        weights = self._weights
        if status in REFUSED:
            how = f"with the account of your {TOKEN}" if self._key else f"then put {TOKEN}=... into .env"
            return Fatal(f"{weights.name} is not given to us ({status})", f"agree on {weights.page}, {how}")
        return Fatal(f"{weights.source}{file.name} answers {status}", f"look at {weights.page}")

    def _checked(self, part: Path, file: WeightFile, told: Told) -> Content:
        """A part that is not what it should be is removed: no more of it would make it right."""
        content, size, sha256 = digest(part), file.size or told.size, file.sha256 or told.sha256
        wrong = f"{content.size:,} bytes, not {size:,}" if size and content.size != size else ""
        if not wrong and sha256 and content.sha256 != sha256:
            wrong = "another sha256"
        if wrong:
            part.unlink()
            raise Broken(f"{file.name} of {self._weights.name} is not what it should be: {wrong}", "pull it again")
        return content


def told_of(answers: list[httpx.Response]) -> Told:
    """What the answers to one request, redirects first, say of the file."""
    size, sha256 = 0, ""
    for answer in answers:
        linked, tag = answer.headers.get("x-linked-size", ""), answer.headers.get("x-linked-etag", "").strip('"')
        size = int(linked) if linked.isdigit() else size
        sha256 = tag if SHA256.fullmatch(tag) else sha256
    return Told(size, sha256)
