"""Adoption of a call: what a host agent writes down of its seats, and how another one takes them over with their processes.

The muster roll says who was there when it was last written. The hub says more: who takes part now, and who said hello
after that. Processes that have died meanwhile are taken over too: they are noticed as dead like any other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from bus.client import Client
from bus.clock import SECOND, now_ns, sleep_ms
from bus.control import ActorCall, HubView, PeerView
from bus.errors import Broken, Gone
from bus.socket import SessionKeys
from remote.child import Child, works_of
from remote.far.place import HERE, Place
from remote.foundling import Foundling
from remote.keeper import HubKeeper
from remote.mark import Mark
from remote.muster import Member, Muster, Role, SeatRoll
from remote.seat import Seat
from remote.session import Session
from remote.staff import Staff

LOOK_MS = 5.0
LEAVE_S = 6.0
"""How long a process that has no place any more may take to end."""
DRAIN_S = 12.0
"""How long one that was being replaced may still take for the unit in hand."""


def left_of(session: Session) -> Muster | None:
    """What another host agent has left of a session; None when it had not even a hub: then it begins anew."""
    left = session.muster()
    if left is not None and not left.control_port:
        left.kill()
        return None
    return left


def hub_of(
    keys: SessionKeys,
    logs: Path,
    left: Muster | None,
    note: Callable[[Mark | None, int], None],
    grace_s: float,
    place: Place = HERE,
) -> HubKeeper:
    """The hub of a session: a new one, the one that is there, or one in the place of the one that was there.

    Raises Broken. One that was killed together with its host agent comes back at the same port.
    """
    if left is None:
        return HubKeeper(keys, logs, grace_s, note, place=place)
    if left.hub is None:  # it was just being started: was it?
        try:
            return HubKeeper(keys, logs, grace_s, note, left.control_port, place=place)
        except Broken:  # its port is taken: it was
            left = msgspec.structs.replace(left, hub=_asked_hub(keys, left.control_port))
    assert left.hub is not None
    note(left.hub, left.control_port)
    found = Foundling("hub", 1, left.hub, logs / "hub.log")
    keeper = HubKeeper(keys, logs, grace_s, note, left.control_port, found, place)
    while keeper.child.exit_code() is not None and not keeper.look_after():
        sleep_ms(LOOK_MS)
    return keeper


def _asked_hub(keys: SessionKeys, control_port: int) -> Mark:
    client = Client(keys, control_port, f"agent-{os.getpid()}")
    try:
        mark = Mark.of(client.ask("hub", "hub", kind=HubView).pid)
    finally:
        client.close()
    if mark is None:
        raise Gone("the call's hub has just ended", "see: avatar logs hub")
    return mark


def rolls_of(staff: Staff, name: str = "", epoch: int = 0) -> tuple[SeatRoll, ...]:
    """All seats, and the epochs of those that were taken out. `epoch`: it is about to be given to a process of `name`."""
    rolls = [roll_of(seat, epoch if seat.name == name else 0) for seat in staff.seats.values()]
    past = (SeatRoll(name=gone, epoch=last) for gone, last in staff.epochs.items() if gone not in staff.seats)
    return (*rolls, *past)


def adopt_staff(
    staff: Staff, left: Muster, peers: Sequence[PeerView], logs: Path
) -> list[tuple[Literal["stop", "gone"], ActorCall]]:
    """Fills the seats; gives what the hub must be told of processes that have no place any more."""
    told: list[tuple[Literal["stop", "gone"], ActorCall]] = []
    rolls = {roll.name: roll for roll in left.seats}
    for name, seat in staff.seats.items():
        roll = rolls.pop(name, SeatRoll(name=name, epoch=0))
        epochs = adopt_seat(seat, roll, peers, logs, up=left.up)
        told += [("stop", ActorCall(name, epoch)) for epoch in epochs]
    for name, roll in rolls.items():  # the plan has no place for them any more
        staff.epochs[name] = roll.epoch
        for member in roll.members:
            member.mark.kill()
            told.append(("gone", ActorCall(name, member.epoch)))
    loaded = left.loaded or any(seat.current for seat in staff.seats.values())
    staff.resume(loaded=loaded, up=left.up or all(s.state == "running" for s in staff.seats.values()))
    for seat in staff.seats.values():
        if staff.all_up and is_outdated(seat) and seat.successor is None:
            staff.renew(seat)
    return told


def roll_of(seat: Seat, epoch: int = 0) -> SeatRoll:
    """The seat as another host agent must know it."""
    return SeatRoll(
        name=seat.name,
        epoch=max([seat.epoch, epoch, *(child.epoch for child in seat.children)]),
        restarts=seat.restarts,
        since_ns=seat.since_ns,
        given_up=seat.state == "given up",
        error=seat.error,
        deaths=tuple(seat.policy.deaths),
        members=tuple(_members(seat)),
    )


def adopt_seat(seat: Seat, roll: SeatRoll, peers: Sequence[PeerView], logs: Path, *, up: bool) -> tuple[int, ...]:
    """Fills a seat with the processes that are there; gives the epochs that have no place in it and must be told to stop.

    `peers`: those that the hub knows now; of a hub that has just been started not all of them.
    """
    known = {peer.epoch: peer for peer in peers if peer.name == seat.name and peer.kind == "actor"}
    members = _everybody(roll, known)
    seat.epoch = max([roll.epoch, *(member.epoch for member in members)])
    seat.restarts, seat.since_ns, seat.error = roll.restarts, roll.since_ns, roll.error
    seat.policy.deaths.extend(roll.deaths)
    unwanted: list[Child] = []
    for member in sorted(members, key=lambda m: m.epoch):
        child: Child = Foundling(seat.name, member.epoch, member.mark, logs / f"{seat.name}.log", member.works)
        match _role(member, known.get(member.epoch)):
            case "current":
                _retire(seat)
                seat.current = child
            case "successor":
                if seat.successor is not None:
                    unwanted.append(seat.successor)
                seat.successor = child
            case "retired":
                child.leave_by_ns = now_ns() + int(DRAIN_S * SECOND)
                seat.retired.append(child)
            case "other":
                unwanted.append(child)
    if seat.successor and seat.current and seat.successor.epoch < seat.current.epoch:
        unwanted.append(seat.successor)
        seat.successor = None
    for child in unwanted:
        child.leave_by_ns = now_ns() + int(LEAVE_S * SECOND)
        seat.retired.append(child)
    _settle(seat, roll, up=up)
    return tuple(child.epoch for child in unwanted)


def is_outdated(seat: Seat) -> bool:
    """Whether its process was started by another plan than the one that the session goes by: a change was under way."""
    child = seat.successor or seat.current
    return child is not None and child.works not in ("", works_of(seat.placement.engine, seat.placement.settings))


def _settle(seat: Seat, roll: SeatRoll, *, up: bool) -> None:
    """Its state; a seat without a process gets one at once."""
    if seat.successor is not None:
        seat.state = "restarting" if up else "starting"
    elif seat.current is not None:
        seat.state = "running"
    elif roll.given_up:
        seat.state = "given up"
    else:
        seat.state, seat.restart_at_ns = "waiting" if up else "starting", now_ns()


def _retire(seat: Seat) -> None:
    if seat.current is not None:
        seat.current.leave_by_ns = now_ns() + int(DRAIN_S * SECOND)
        seat.retired.append(seat.current)


def _members(seat: Seat) -> Iterator[Member]:
    for child in seat.children:
        role: Role = "other"
        if child is seat.current:
            role = "current"
        elif child is seat.successor:
            role = "successor"
        elif child in seat.retired:
            role = "retired"
        if child.mark is not None:
            yield Member(child.epoch, role, child.mark, child.works)


def _everybody(roll: SeatRoll, known: dict[int, PeerView]) -> list[Member]:
    """The members of the roll, and those who only the hub knows: the roll could not be written any more."""
    members = list(roll.members)
    listed = {member.epoch for member in members}
    for epoch, peer in known.items():
        mark = Mark.of(peer.pid) if epoch not in listed else None
        if mark is not None:
            members.append(Member(epoch, "successor", mark, ""))
    return members


def _role(member: Member, peer: PeerView | None) -> Role:
    """The hub knows better who takes part; the roll alone knows who is not meant for this seat."""
    match peer.phase if peer else "":
        case "active":
            return "current"
        case "starting":
            return "successor"
        case "draining":
            return "retired"
        case "standby" if member.role != "other":
            return "successor"
        case _:
            return member.role
