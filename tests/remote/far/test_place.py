"""Scenes of places: what is called how on which host."""

from __future__ import annotations

from remote.far.place import HERE, Place, host_of, is_actor


def test_where_the_call_began_names_need_no_host() -> None:
    assert (HERE.agent, HERE.named("hub")) == ("agent", "hub")


def test_elsewhere_hub_and_agent_are_told_apart_by_their_host() -> None:
    gpu = Place(host="gpu")
    assert (gpu.agent, gpu.named("hub")) == ("agent-gpu", "hub@gpu")
    assert (host_of("hub@gpu"), host_of("hub")) == ("gpu", "local")


def test_neither_hub_nor_agent_of_any_host_is_an_actor() -> None:
    assert [is_actor(name) for name in ("tts", "tts#1", "hub", "agent", "hub@gpu", "agent@gpu")] == [True, True] + 4 * [
        False
    ]
