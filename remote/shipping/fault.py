"""Faults on the other host while something is brought there, in plain words: from what the step said last. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bus.errors import AvatarError, Broken, Fatal, Wrong
from topology.plan import Host


@dataclass(frozen=True, slots=True)
class Known:
    """A fault that is told by these words, in some step or, with "", in any. `{host}` and `{folder}` are filled in."""

    step: str
    sign: re.Pattern[str]
    kind: type[AvatarError]
    what: str
    todo: str


def _known(step: str, sign: str, kind: type[AvatarError], what: str, todo: str) -> Known:
    return Known(step, re.compile(sign, re.IGNORECASE), kind, what, todo)


KNOWN = (
    _known(
        "python",
        "",
        Fatal,
        "{host} has no Python that can be used, and no uv",
        "install Python 3.11 or newer there (apt install python3 python3-pip), or uv: https://docs.astral.sh/uv",
    ),
    _known(
        "damage",
        "",
        Broken,
        "a file arrived on {host} other than it was sent",
        "try again; a file that is just being written cannot be brought",
    ),
    _known(
        "",
        "no space left|disk quota|file too large|os error (28|122|27)\\b",
        Fatal,
        "the disk of {host} is full",
        "free some space there ({folder} holds what was brought): df -h",
    ),
    _known(
        "",
        "permission denied|read-only file system|not a directory|operation not permitted",
        Wrong,
        "nothing can be written into {folder} on {host}",
        "make it writable for this user, or set AVATAR_HOME there to a folder that is",
    ),
    _known(
        "uv",
        "no pip to install it with",
        Fatal,
        "{host} has neither uv nor pip",
        "there, type: apt install python3-pip, or: curl -LsSf https://astral.sh/uv/install.sh | sh",
    ),
    _known(
        "packages",
        "no interpreter found|failed to (download|fetch).*python-build-standalone|python downloads? (is|are) (disabled|not)",
        Fatal,
        "{host} has no Python 3.11 or newer, and uv can fetch none",
        "install one there: apt install python3.11, or let it out to github.com",
    ),
    _known(
        "",
        "failed to fetch|error sending request|dns error|could not connect|connection (refused|reset|timed out)"
        "|name resolution|network (is|was|connectivity)|retries exceeded|no matching distribution found for uv",
        Broken,
        "{host} cannot reach the package index",
        "let it out to the network, or name a mirror there: UV_DEFAULT_INDEX for uv, PIP_INDEX_URL for pip",
    ),
)


def shipping_fault(step: str, log: str, folder: str, host: Host) -> AvatarError:
    """What went wrong in a step; its last line when nothing of it is known."""
    words = {"host": host.ssh, "folder": folder or "its home"}
    for known in KNOWN:
        if known.step in ("", step) and known.sign.search(log):
            return known.kind(known.what.format(**words), known.todo.format(**words))
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    last = lines[-1] if lines else "it ended without a word"
    return Broken(f"{host.ssh} could not be made ready ({step}): {last}", f"see: avatar doctor {host.ssh}")
