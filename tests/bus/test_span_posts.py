"""Scenes of what is said on the control lane between two hosts when their connection breaks."""

from __future__ import annotations

from tests.bus.two_sides import GPU_NS, Side, frames_of, met


def posted(side: Side) -> list[int]:
    return [number for number, _ in side.told("posted")]


def test_a_pause_that_goes_down_with_the_connection_and_one_said_while_there_is_none_come_when_there_is_one_again() -> (
    None
):
    wire = met()
    wire.gpu.span.post(frames_of("turn-manager.pause", 1))
    wire.run(10)
    wire.cut()
    wire.gpu.span.post(frames_of("turn-manager.resume", 2))
    wire.run(30_000)
    wire.gpu.span.post(frames_of("turn-manager.pause", 3))
    assert posted(wire.laptop) == []
    wire.mend()
    wire.run(300)
    assert posted(wire.laptop) == [1, 2, 3]


def test_what_is_known_to_have_come_long_ago_is_not_said_again() -> None:
    wire = met()
    wire.gpu.span.post(frames_of("turn-manager.pause", 1))
    wire.run(4_000)
    wire.laptop.span.begin()
    wire.run(300)
    assert posted(wire.laptop) == [1]


def test_a_hub_that_takes_the_place_of_one_that_died_hears_what_was_just_said() -> None:
    wire = met()
    wire.laptop.span.post(frames_of("turn-manager.pause", 1))
    wire.run(1_000)
    wire.gpu = Side(wire, "gpu", GPU_NS, boot=2)
    wire.laptop.span.begin()
    wire.run(300)
    assert posted(wire.gpu) == [1]
