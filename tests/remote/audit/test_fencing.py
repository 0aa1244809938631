"""Scenes of the rules of the fence: each finds the damage that it is there for."""

from __future__ import annotations

import msgspec
import pytest

from bus.codec import decode_header, encode_header
from bus.messages import Played, Shown, SoundSlice, Token
from bus.recording import Passed
from remote.audit.fencing import nothing_old_passes
from tests.remote.audit.scene import Spoil, evidence, good_call, late, spoilt


def test_another_host_cannot_know_of_a_cut_before_it_was_told() -> None:
    scene = good_call()
    late(Token)(scene)
    entry = scene.entries[-1]
    assert isinstance(entry, Passed)
    frames = [b"llm.token\0", entry.header, entry.payload or b""]
    header = msgspec.structs.replace(decode_header(frames)[1], host="gpu")
    scene.entries[-1] = msgspec.structs.replace(entry, header=encode_header(header))
    found = evidence(scene)
    assert len(list(nothing_old_passes(found))) == 1
    found.cuts = {"gpu": [(entry.seen_ns + 1, 2)]}
    assert list(nothing_old_passes(found)) == []
    found.cuts = {"gpu": [(entry.seen_ns - 1, 2)]}
    assert len(list(nothing_old_passes(found))) == 1


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        pytest.param(late(Token), "nothing old passes", id="a token behind the cut"),
        pytest.param(late(SoundSlice), "nothing old passes", id="a slice behind the cut"),
        pytest.param(late(Played), "nothing old at a sink", id="sound behind the cut"),
        pytest.param(late(Shown), "nothing old at a sink", id="a mouth behind the cut"),
    ],
)
def test_damage_is_found(spoil: Spoil, rule: str) -> None:
    assert rule in spoilt(spoil)
