"""Precedence of services over actors, in a staff of processes that are none."""

from __future__ import annotations

import msgspec
import pytest

from remote.precedence import leaving_order
from remote.reason import StartFailed
from remote.staff import Staff
from tests.remote.doubles import Troupe, ask
from topology.plan import BackOff, Service

FISH = Service(command=("fish-server", "--port", "8080"), health="http://127.0.0.1:8080/", restart=BackOff(max=2))


class Served(Troupe):
    """A troupe whose tts has a server."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        self.plan = msgspec.structs.replace(self.plan, services={"fish": FISH})
        before = self.staff
        self.staff = Staff(
            self.plan.seats_on("local"), before._keys, 4711, before._logs, self._tell, self._answer, self._refuse
        )

    def serve(self) -> Served:
        """The server is ready."""
        self.staff.start()
        self.notice("fish", 1, "hello", "ready", "active")
        return self

    def up(self) -> Served:
        self.serve()
        self.staff.look_after()
        for name in ("vad", "tts", "mic-out"):
            self.notice(name, 1, "hello", "ready")
        for name in ("vad", "tts", "mic-out"):
            self.notice(name, 1, "active")
        assert self.staff.all_up
        return self

    def states(self) -> dict[str, str]:
        return {name: seat.state for name, seat in self.staff.seats.items()}

    def names(self) -> list[str]:
        return [child.name for child in self.made.made]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    return Served(monkeypatch)


def test_a_service_is_started_first_and_no_actor_before_it_runs(served: Served) -> None:
    served.staff.start()
    served.later(1_000)
    assert served.names() == ["fish"]
    served.notice("fish", 1, "hello", "ready")
    served.later(10)
    assert (served.told_of("activate"), served.names()) == ([("fish", 1)], ["fish"])
    served.notice("fish", 1, "active")
    served.later(10)
    assert served.names() == ["fish", "vad", "tts", "mic-out"]


def test_its_process_is_told_what_the_plan_says(served: Served) -> None:
    served.staff.start()
    child = served.child("fish", 1)
    assert child.command == ["-m", "remote.serving", "fish"]
    assert child.errand.settings["command"] == ["fish-server", "--port", "8080"]
    assert child.errand.settings["health"] == "http://127.0.0.1:8080/"
    assert child.log_path.name == "fish.log"


def test_the_actors_still_begin_together_and_the_service_is_not_begun_twice(served: Served) -> None:
    served.up()
    assert served.told_of("activate") == [("fish", 1), ("mic-out", 1), ("tts", 1), ("vad", 1)]


def test_a_service_that_does_not_start_ends_the_start_with_its_own_words(served: Served) -> None:
    served.staff.start()
    with pytest.raises(StartFailed, match='fish: there is no program "fish-server"'):
        served.bye("fish", 1, 'there is no program "fish-server"', hopeless=True)


def test_a_server_that_dies_comes_back_and_no_actor_notices(served: Served) -> None:
    served.up()
    served.bye("fish", 1, "it ended with code 1")
    served.die("fish", 1, code=1)
    assert served.states()["fish"] == "waiting"
    served.later(101)
    served.notice("fish", 2, "ready", "active")
    assert served.states()["fish"] == "running"
    assert served.names().count("tts") == 1


def test_one_that_dies_again_and_again_is_given_up_loudly(served: Served) -> None:
    served.up()
    for epoch, wait_ms in ((1, 101), (2, 201), (3, 0)):
        served.die("fish", epoch)
        served.later(wait_ms)
    assert served.staff.given_up == ("fish: it died 3 times, the last time: it ended with code -9",)


def test_an_actor_that_cannot_load_without_its_server_waits_for_it_and_is_not_blamed(served: Served) -> None:
    served.up()
    served.die("fish", 1)
    served.die("tts", 1)
    served.later(101)  # both are on their way back
    served.bye("tts", 2, "no server at 127.0.0.1:8080", hopeless=True)
    served.die("tts", 2, code=2)
    assert served.staff.given_up == ()
    served.later(60_000)
    assert served.names().count("tts") == 2
    served.notice("fish", 2, "ready", "active")
    served.later(10)
    assert served.names().count("tts") == 3
    served.notice("tts", 3, "ready", "active")
    assert set(served.states().values()) == {"running"}


def test_an_actor_that_dies_while_a_server_is_away_does_not_wait_for_it(served: Served) -> None:
    served.up()
    served.die("fish", 1)
    served.die("vad", 1)
    served.later(101)
    assert served.names().count("vad") == 2


def test_when_the_server_is_given_up_whoever_waited_for_it_is_given_up_too(served: Served) -> None:
    served.up()
    served.die("fish", 1)
    served.later(101)
    served.die("tts", 1)
    served.later(101)
    served.bye("tts", 2, "no server at 127.0.0.1:8080", hopeless=True)
    served.die("tts", 2, code=2)
    served.bye("fish", 2, "the licence ran out", hopeless=True)
    served.die("fish", 2, code=2)
    served.later(10)
    served.bye("tts", 3, "no server at 127.0.0.1:8080", hopeless=True)
    served.die("tts", 3, code=2)
    assert [line.partition(":")[0] for line in served.staff.given_up] == ["fish", "tts"]


def test_a_service_is_replaced_by_hand_like_an_actor(served: Served) -> None:
    served.up()
    served.staff.replace(ask(7), "fish")
    served.notice("fish", 2, "ready")
    assert served.told_of("activate")[-1] == ("fish", 2)
    served.die("fish", 1, code=0)
    served.notice("fish", 2, "active")
    assert served.answers == [(7, 2)]


def test_a_host_agent_that_takes_over_a_start_still_lets_the_services_come_first(served: Served) -> None:
    served.staff.resume(loaded=False, up=False)
    for seat in served.staff.seats.values():
        seat.restart_at_ns = served.clock.at_ns
    served.later(1)
    assert served.names() == ["fish"]


def test_sinks_end_after_the_other_actors_and_services_last(served: Served) -> None:
    order = leaving_order(served.staff.seats.values(), {"mic-out"})
    assert order == [["vad", "tts"], ["mic-out"], ["fish"]]


def test_the_wait_before_a_restart_holds_for_services_too(served: Served) -> None:
    served.up()
    served.die("fish", 1)
    served.later(99)
    assert served.staff.seats["fish"].epoch == 1
