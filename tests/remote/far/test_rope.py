"""Scenes of a rope, with Pythons on this machine in place of ssh."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bus.clock import SECOND, now_ns, sleep_ms
from bus.errors import Gone
from remote.far.charge import Charge, Word
from remote.far.place import Place
from remote.far.rope import HOLD, Footing, Rope
from remote.ssh import visit
from tests.remote.doubles import KEYS, plan
from topology.plan import Host

ECHO = """
import sys
print('Welcome to gpu!')
for line in sys.stdin:
    if len(line) > 10: print('{"anchor": "here"}')
    if line == 'end\\n': print('{"anchor": "ended", "ending": {"what": "told to"}}')
    if line == '\\n': print('{"anchor": "starting"}')
"""
"""An anchor that greets, and tells what it hears."""


@pytest.fixture
def throw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Rope]]:
    lines: list[tuple[str, list[int]]] = []
    ropes: list[Rope] = []

    def thrown(swift: str = ECHO, bulky: str = "import sys; sys.stdin.read()") -> Rope:
        def line(_host: Host, command: str, *, forwards: list[object], verbose: bool) -> list[str]:
            lines.append((command, [f.there for f in forwards]))  # type: ignore[attr-defined]
            return [sys.executable, "-u", "-c", bulky if HOLD in command else swift]

        monkeypatch.setattr(visit, "ssh_line", line)
        place = Place(host="gpu", gate={"swift": 4001, "bulky": 4002})
        charge = Charge(session="scene", keys=KEYS, plan=plan(tmp_path), place=place)
        ropes.append(Rope(Host(ssh="gpu"), Footing("/far/python", "/far/my folder"), charge))
        assert [there for _, there in lines] == [[4001], [4002]]
        assert "cd '\"'\"'/far/my folder'\"'\"' && exec /far/python -m remote.far" in lines[0][0]
        return ropes[-1]

    yield thrown
    for rope in ropes:
        rope.close()


def heard(rope: Rope, until: Callable[[list[Word]], bool]) -> list[Word]:
    words: list[Word] = []
    deadline = now_ns() + 10 * SECOND
    while not until(words):
        assert now_ns() < deadline, words
        words += rope.heard(now_ns())
        sleep_ms(5)
    return words


def test_the_anchor_gets_its_charge_and_signs_of_life_and_is_heard(throw: Callable[..., Rope]) -> None:
    words = heard(throw(), lambda words: len(words) == 2)
    assert [word.anchor for word in words] == ["here", "starting"]


def test_the_anchor_is_told_to_end_the_call(throw: Callable[..., Rope]) -> None:
    rope = throw()
    rope.end_call()
    words = heard(rope, lambda words: any(word.anchor == "ended" for word in words))
    assert next(word for word in words if word.anchor == "ended").ending.what == "told to"


@pytest.mark.parametrize("road", ["swift", "bulky"])
def test_one_connection_that_breaks_is_the_fault_of_both(throw: Callable[..., Rope], road: str) -> None:
    rope = throw(**{road: "import sys; sys.stderr.write('Connection to gpu closed by remote host.')"})
    deadline = now_ns() + 10 * SECOND
    while rope.fault is None:
        assert now_ns() < deadline
        rope.heard(now_ns())
        sleep_ms(5)
    assert isinstance(rope.fault, Gone)
