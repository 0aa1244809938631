"""Scenes of the sockets: keys, ports, and sending without waiting."""

from __future__ import annotations

import pytest

from bus.errors import Broken
from bus.socket import Network, Poller, SessionKeys
from tests.bus.house import until


def test_keys_never_show_in_a_log() -> None:
    keys = SessionKeys.make()
    assert repr(keys) == "SessionKeys(***)"
    assert keys.hub_secret not in f"{keys}"


def test_a_port_that_is_taken_says_so() -> None:
    network = Network(SessionKeys.make(), hub=True)
    one, two = network.socket("pull"), network.socket("pull")
    port = one.bind()
    with pytest.raises(Broken, match=f"port {port} of this machine cannot be bound"):
        two.bind(port)
    one.close()
    two.close()
    network.close()


def test_frames_arrive_whole_and_a_push_without_a_peer_refuses() -> None:
    keys = SessionKeys.make()
    hub, peer = Network(keys, hub=True), Network(keys)
    assert hub.doorman is not None
    push, pull = hub.socket("push"), peer.socket("pull")
    port = push.bind()
    assert not push.try_send([b"a", b"", b"c"])
    assert pull.try_receive() is None
    connections = pull.watch_connections()
    poller = Poller()
    poller.add(connections)
    pull.connect(port)
    doorman = hub.doorman
    until(lambda: doorman.admit() == 0 and push.try_send([b"a", b"", b"c"]))
    assert until(pull.try_receive) == [b"a", b"", b"c"]
    assert poller.wait(1_000) == {id(connections.raw)}
    poller.remove(connections)
    assert poller.wait(0) == set()
    for socket in (connections, pull, push):
        socket.close()
    peer.close()
    hub.close()
