"""Scenes of the visit."""

from __future__ import annotations

import pytest

from bus.control import PeerView
from bus.errors import Gone
from remote.session import Session
from remote.visit import visit
from tests.bus.house import until
from tests.remote.pretended import PretendedCall


def test_a_visitor_has_a_name_of_its_own_and_says_goodbye(call: PretendedCall) -> None:
    with visit(call.session, "tap") as first:
        names = [peer.name for peer in first.ask("hub", "peers", kind=list[PeerView])]
        assert first.name in names
        assert first.name.startswith("tap-")
    until(lambda: call.house.phase(first.name, 0) == "gone")
    until(lambda: not call.house.hub.roster.named(first.name))


def test_a_call_that_has_ended_cannot_be_visited(home: object) -> None:
    with pytest.raises(Gone, match="has ended"), visit(Session("none"), "tap"):
        pass
