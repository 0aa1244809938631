"""Scenes of wiring between actors."""

from __future__ import annotations

from bus.messages import Final, SpeechChunk, VoiceDone
from tests.topology.toys import TOYS
from topology.edges import edges, givers, takers, unfed, unread


def test_an_edge_goes_from_each_giver_to_each_taker() -> None:
    found = {(edge.source, edge.target, edge.kind.spec.topic) for edge in edges(TOYS)}
    assert ("vad", "asr", "vad.speech") in found
    assert ("asr", "turn-manager", "asr.final") in found
    assert ("web", "vad", "web.sound") in found


def test_only_inputs_that_must_be_fed_are_missed() -> None:
    assert [(loose.actor, loose.kind) for loose in unfed(TOYS)] == [("mic-out", VoiceDone)]
    assert [(loose.actor, loose.kind) for loose in unfed({"vad": TOYS["vad"]})] == []


def test_only_outputs_that_must_be_read_are_missed() -> None:
    assert [(loose.actor, loose.kind) for loose in unread({"vad": TOYS["vad"]})] == [("vad", SpeechChunk)]
    assert unread(TOYS) == []


def test_givers_and_takers_of_a_message_are_named() -> None:
    assert givers(Final, TOYS) == ["asr"]
    assert takers(Final, TOYS) == ["turn-manager"]
