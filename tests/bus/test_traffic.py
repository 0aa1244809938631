"""Scenes of the traffic: what a hub has passed on, by topic."""

from __future__ import annotations

from bus.traffic import Traffic


def test_messages_and_their_payloads_are_counted() -> None:
    traffic = Traffic()
    traffic.add(10)
    traffic.add(0)
    assert (traffic.messages, traffic.payload_bytes) == (2, 10)
