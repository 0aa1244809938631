"""Policy of restarts: the back-off, the window, the giving up."""

from __future__ import annotations

from bus.clock import MS, SECOND
from remote.policy import RestartPolicy
from topology.plan import Restart


def waits_ms(policy: RestartPolicy, *at_s: float) -> list[float | None]:
    """How long it waits after deaths at these times."""
    waits: list[float | None] = []
    for at in at_s:
        due = policy.died(int(at * SECOND))
        waits.append(None if due is None else (due - int(at * SECOND)) / MS)
    return waits


def test_the_wait_doubles_up_to_its_limit() -> None:
    policy = RestartPolicy(Restart(max=5, backoff_ms=100, backoff_max_ms=500))
    assert waits_ms(policy, 0, 1, 2, 3, 4) == [100, 200, 400, 500, 500]


def test_one_death_too_many_in_the_window_is_the_end() -> None:
    assert waits_ms(RestartPolicy(Restart(max=2)), 0, 1, 2) == [100, 200, None]


def test_deaths_before_the_window_are_forgotten() -> None:
    policy = RestartPolicy(Restart(max=2, window_s=10))
    assert waits_ms(policy, 0, 5, 10.5, 11, 16) == [100, 200, 200, None, 200]


def test_no_restarts_means_none() -> None:
    assert waits_ms(RestartPolicy(Restart(max=0)), 0) == [None]
