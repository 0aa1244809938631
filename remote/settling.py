"""Settling of a session's plan, by the first thing that its host agent does: engines that it leaves open are chosen for good."""

from __future__ import annotations

from remote.session import Session
from topology.choice import settle
from topology.lacks import expect_ready, lacks_of
from topology.plan import Plan


def settled_plan(session: Session, *, fresh: bool) -> Plan:
    """The plan with its engines chosen, and from now on the session's: a host agent after this one chooses no others.

    `fresh`: its part of the call begins now. On another host than the first nobody has looked yet whether its engines can
    run. Raises Fatal.
    """
    place, plan = session.place(), session.plan()
    settled = settle(plan, place.host)
    if fresh and not place.is_first:
        expect_ready(lacks_of(settled, place.host))
    if settled != plan:
        session.write("plan.json", settled)
    return settled
