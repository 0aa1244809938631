"""Scenes of bringing what a host needs."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bus.errors import Wrong
from remote.far.bringing import Bringing
from remote.shipping.landing import Landing
from tests.remote.far.abroad import LANDING, PLAN
from topology.plan import Host, Plan


def test_it_goes_on_beside_everything_else_and_says_how_far_it_is() -> None:
    go, said = threading.Event(), threading.Event()

    def ship(host: Host, name: str, plan: Plan, say: Callable[[str], None]) -> Landing:
        say(f"sending the code to {name}")
        said.set()
        assert go.wait(30)
        return LANDING

    bringing = Bringing(ship, "gpu", PLAN)
    assert said.wait(30)
    assert (bringing.landed, bringing.words) == (None, "sending the code to gpu")
    go.set()
    bringing.thread.join()
    assert bringing.landed == LANDING


def test_what_kept_it_from_arriving_is_known() -> None:
    refusal = Wrong("gpu does not let you in")

    def ship(*_: object) -> Landing:
        raise refusal

    bringing = Bringing(ship, "gpu", PLAN)
    bringing.thread.join()
    assert bringing.landed is refusal
