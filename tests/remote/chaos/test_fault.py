"""Scenes of planned faults: the same for the same seed, in time, of every kind that is wanted."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from remote.chaos.fault import CUT_S, KINDS, LINKS, LONG_CUT_S, SPLIT_KINDS, Done, Fault, plan_faults

ACTORS = ("vad", "asr", "llm", "tts")


def test_the_same_seed_plans_the_same_and_another_does_not() -> None:
    assert plan_faults(7, 50, 4.0, KINDS, ACTORS) == plan_faults(7, 50, 4.0, KINDS, ACTORS)
    assert plan_faults(7, 50, 4.0, KINDS, ACTORS) != plan_faults(8, 50, 4.0, KINDS, ACTORS)


def test_faults_come_in_order_with_room_between_them() -> None:
    faults = plan_faults(1, 300, 4.0, KINDS, ACTORS)
    times = [fault.at_s for fault in faults]
    assert times == sorted(times)
    assert all(0.7 < after - before < 7.3 for before, after in pairwise(times))
    assert 1_190 < times[-1] < 1_210
    assert [fault.number for fault in faults] == list(range(1, 301))


def test_every_kind_and_every_actor_has_its_turn_and_only_those_that_are_wanted() -> None:
    faults = plan_faults(1, 300, 4.0, KINDS, ACTORS)
    assert {fault.kind for fault in faults} == set(KINDS)
    assert {fault.target for fault in faults if fault.kind == "kill"} == set(ACTORS)
    assert {fault.target for fault in faults if fault.kind in ("hub", "agent")} == {"hub", "agent"}
    assert all(0.3 <= fault.stop_s <= 3.0 for fault in faults if fault.kind == "stop")
    assert Counter(fault.kind for fault in faults)["kill"] > Counter(fault.kind for fault in faults)["stop"]
    assert {fault.kind for fault in plan_faults(1, 50, 4.0, ("hub",), ACTORS)} == {"hub"}


def test_of_two_hosts_both_are_shot_at_and_the_way_between_them_is_cut() -> None:
    faults = plan_faults(1, 400, 4.0, SPLIT_KINDS, ACTORS, ("gpu",))
    assert {fault.kind for fault in faults} == set(SPLIT_KINDS)
    assert {fault.target for fault in faults if fault.kind == "hub"} == {"hub", "hub@gpu"}
    assert {fault.target for fault in faults if fault.kind == "agent"} == {"agent", "agent@gpu"}
    assert {fault.target for fault in faults if fault.kind in LINKS} == {"gpu"}
    cuts = Counter(fault.stop_s for fault in faults if fault.kind == "cut")
    assert cuts[CUT_S] > cuts[LONG_CUT_S] > 0


def test_a_fault_has_a_name_for_people() -> None:
    fault = Fault(number=1, at_s=1, kind="kill", target="tts")
    assert Done(fault=fault, at_ns=1, until_ns=1).name == "kill tts"
    assert Done(fault=Fault(number=1, at_s=1, kind="hub", target="hub"), at_ns=1, until_ns=1).name == "kill hub"
    far = Fault(number=1, at_s=1, kind="agent", target="agent@gpu")
    assert Done(fault=far, at_ns=1, until_ns=1).name == "kill agent@gpu"
