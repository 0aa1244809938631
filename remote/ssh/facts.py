"""Facts about another host: a script that any POSIX shell can run there, and what its answers mean. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from remote.finding import Finding

MIN_PYTHON = (3, 11)
MIN_FREE_GIB = 2.0
MODELS_FREE_GIB = 40.0
"""Environments and models of the real engines: torch, a 9B language model, a voice, a face."""

USUAL_PATHS = 'PATH="$PATH:$HOME/.local/bin:$HOME/.cargo/bin"'
"""Where uv lies, though no shell without a terminal looks there."""

FACTS = rf"""
echo "system=$(uname -srm)"
{USUAL_PATHS}
echo "python=$(python3 -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null)"
echo "uv=$(uv --version 2>/dev/null)"
echo "disk=$(df -Pk "$HOME" 2>/dev/null | awk 'NR == 2 {{ print $4, $6 }}')"
nvidia-smi --query-gpu=name,memory.free,memory.total,driver_version --format=csv,noheader,nounits 2>/dev/null |
    while read -r gpu; do echo "gpu=$gpu"; done
"""


def facts_of(answers: str) -> Iterator[Finding]:
    """Findings from what the script printed."""
    facts: dict[str, list[str]] = {}
    for line in answers.splitlines():
        key, _, value = line.partition("=")
        facts.setdefault(key, []).append(value.strip())
    yield Finding(subject="system", verdict="ok", what=_first(facts, "system") or "unknown")
    uv = _first(facts, "uv")
    yield _python(_first(facts, "python"), bool(uv))
    yield _uv(uv)
    yield _disk(_first(facts, "disk"))
    yield from _gpus(facts.get("gpu", []))


def _first(facts: dict[str, list[str]], key: str) -> str:
    return facts.get(key, [""])[0]


def _python(version: str, has_uv: bool) -> Finding:
    number = tuple(int(part) for part in version.split(".") if part.isdecimal())
    if number >= MIN_PYTHON:
        return Finding(subject="python", verdict="ok", what=version)
    what = f"Python {version} is too old" if version else "there is no python3"
    if has_uv:
        return Finding(subject="python", verdict="ok", what=f"{what}, but uv brings its own")
    return Finding(subject="python", verdict="fail", what=what, todo="install Python 3.11 or newer there, or uv")


def _uv(version: str) -> Finding:
    if version:
        return Finding(subject="uv", verdict="ok", what=version)
    return Finding(subject="uv", verdict="warn", what="not installed", todo="pip install uv, on that host")


def _disk(answer: str) -> Finding:
    kilobytes, _, mount = answer.partition(" ")
    if not kilobytes.isdecimal():
        return Finding(subject="disk", verdict="warn", what="its free space is unknown", todo="look with: df -h")
    free = int(kilobytes) / 1024**2
    what = f"{free:.1f} GiB free on {mount}"
    if free < MIN_FREE_GIB:
        return Finding(subject="disk", verdict="fail", what=what, todo="free some space there")
    if free < MODELS_FREE_GIB:
        todo = f"the real engines and their models take up to {MODELS_FREE_GIB:.0f} GiB"
        return Finding(subject="disk", verdict="warn", what=what, todo=todo)
    return Finding(subject="disk", verdict="ok", what=what)


def _gpus(rows: list[str]) -> Iterator[Finding]:
    for row in rows:
        name, free, total, driver = ([part.strip() for part in row.split(",")] + [""] * 4)[:4]
        what = f"{name}, {free} of {total} MiB free, driver {driver}"
        yield Finding(subject="gpu", verdict="ok", what=what)
    if not rows:
        todo = "fine for the embedded engines; the real ones need an NVIDIA GPU and its driver"
        yield Finding(subject="gpu", verdict="warn", what="no NVIDIA GPU, or no driver", todo=todo)
