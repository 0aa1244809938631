"""Transcript: a scene as text. `>>` goes in, `<<` must come out, `--` lets time pass; any difference is shown as a diff.

    # A question is answered
    -- at 1200 ms
    >> vad started 1000
    << state user-speaking
    -- 450 ms

Lines that begin with `..` are set-up for the player, `#` names the scene that follows.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Protocol

_PASS = re.compile(r"-- (?P<at>at )?(?P<ms>[\d.]+) ms")


class Player(Protocol):
    """What a scene is played on. Times are virtual, in ms from the start of the scene."""

    now_ms: float

    def set_up(self, words: str) -> None:
        """Takes the words of a `..` line."""

    def take(self, words: str) -> list[str]:
        """Takes the words of a `>>` line; gives what comes out, as the words of `<<` lines."""
        ...

    def pass_until(self, at_ms: float) -> list[str]:
        """Lets time pass; gives what came out meanwhile."""
        ...


def scenes(path: Path) -> dict[str, str]:
    """The scenes of a file by their names."""
    _, *parts = re.split(r"^# +(.+)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def play(scene: str, player: Player) -> str:
    """Plays the lines that go in; gives the transcript with what really came out."""
    told: list[str] = []
    for line in filter(None, map(str.strip, scene.splitlines())):
        if line.startswith("<<"):
            continue
        told.append(line)
        if line.startswith(">> "):
            out = player.take(line[3:])
        elif passing := _PASS.fullmatch(line):
            ms = float(passing["ms"])
            out = player.pass_until(ms if passing["at"] else player.now_ms + ms)
        elif line.startswith(".. "):
            player.set_up(line[3:])
            out = []
        else:
            raise ValueError(f"not a line of a transcript: {line}")
        told += [f"<< {words}".rstrip() for words in out]
    return "\n".join(told)


def check(scene: str, player: Player) -> None:
    """Plays the scene and fails with a diff unless exactly what is written came out."""
    written = [line.strip() for line in scene.splitlines() if line.strip()]
    really = play(scene, player).splitlines()
    diff = difflib.unified_diff(written, really, "as written", "as played", lineterm="", n=100)
    if text := "\n".join(diff):
        raise AssertionError(f"the scene went another way\n{text}")
