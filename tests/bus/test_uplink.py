"""Scenes of the uplink: what is said before and after there is a hub."""

from __future__ import annotations

import logging

from bus.control import Handled, Welcome, decode_word
from bus.socket import Network, SessionKeys
from bus.tally import Tally
from bus.uplink import Uplink
from tests.bus.house import until


def test_streams_that_were_stored_before_the_hub_came_are_sent_in_order_and_again_to_the_next() -> None:
    keys = SessionKeys.make()
    hub, peer = Network(keys, hub=True), Network(keys)
    doorman = hub.doorman
    assert doorman is not None
    control = hub.socket("router")
    tally = Tally(logging.getLogger("test"))
    uplink = Uplink(peer, control.bind(), b"!x#1", tally)
    for number in (1, 2, 3):
        uplink.store(number, [b"a\0", b"%d" % number, b""])
    uplink.publish("b", [b"b\0", b"", b""])
    assert tally["b", "unsent"] == 1
    for rest in ([b"1", b"2", b"3"], [b"2", b"3"]):
        pull, xsub = hub.socket("pull"), hub.socket("xsub")
        uplink.connect(Welcome(1, pull.bind(), xsub.bind(), 0))
        uplink.send_again()
        got = [(until(lambda pull=pull: doorman.admit() == 0 and pull.try_receive()) or [])[1] for _ in rest]  # type: ignore[misc]
        assert got == rest
        uplink.settle(1)
        assert uplink.unsettled == 2
        pull.close()
        xsub.close()
    uplink.close()
    control.close()
    peer.close()
    hub.close()


def test_a_state_comes_before_the_receipts_that_lean_on_it() -> None:
    """Else a hub could hand a successor the rest of the work, and an old state to begin it with."""
    keys = SessionKeys.make()
    hub, peer = Network(keys, hub=True), Network(keys)
    doorman = hub.doorman
    assert doorman is not None
    control, pull, xsub = hub.socket("router"), hub.socket("pull"), hub.socket("xsub")
    uplink = Uplink(peer, control.bind(), b"!x#1", Tally(logging.getLogger("test")))
    uplink.connect(Welcome(1, pull.bind(), xsub.bind(), 0))
    uplink.store(1, [b"av-sync.sound\0", b"1", b""])
    uplink.publish("av-sync.place", [b"av-sync.place\0", b"2", b""], keep=True)
    uplink.handled((7,))
    came: list[list[bytes]] = []

    def take() -> bool:
        if doorman.admit() == 0 and (frames := pull.try_receive()):
            came.append(frames)
        return len(came) == 3

    until(take)
    assert [frames[0] for frames in came] == [b"av-sync.sound\0", b"av-sync.place\0", b"!x#1"]
    assert decode_word(came[2][1]) == Handled((7,))
    uplink.close()
    for socket in (control, pull, xsub):
        socket.close()
    peer.close()
    hub.close()
