"""Scenes of ports that are free, and of one that is not."""

from __future__ import annotations

import socket

from topology.ports import free_port, is_free


def test_a_port_is_free_until_somebody_listens_on_it() -> None:
    port = free_port()
    assert is_free(port)
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
