"""Concert of hosts: the part of one host agent in a call on several. The one where the call began leads, the others follow.

All hosts load; then the others begin, and the one that leads begins last: nobody speaks before everybody hears.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from bus.client import Client
from bus.control import Answer
from bus.socket import SessionKeys
from remote.far.landing import Recall
from remote.far.lead import Lead
from remote.far.orders import Orders
from remote.far.place import HERE, Place
from remote.reservation import reservation
from remote.seat import Seat
from remote.shipping.shipment import forget, recall
from remote.staff import Staff
from topology.plan import Placement, Plan


class Concert:
    """Belongs to the host agent's loop. `plan` gives the plan that the call goes by now."""

    def __init__(
        self, plan: Callable[[], Plan], session: str, keys: SessionKeys, client: Client, place: Place, staff: Staff
    ) -> None:
        self.lead = Lead(plan, session, keys, client, place, recall=Recall(recall, forget))
        self._plan = plan
        self._place = place
        self._staff = staff
        self._orders = Orders()
        """What was heard last, on a host that follows."""

    @property
    def leads(self) -> bool:
        """Whether the call began here."""
        return self._place == HERE

    def step(self, at_ns: int) -> None:
        """Goes on when it can. Raises StartFailed while the call starts and another host cannot take part."""
        staff = self._staff
        if not self.leads:
            return
        began = staff.all_loaded or (self.lead.loaded and staff.stands_by)
        gone = _given_up(staff.seats.values()) | self.lead.lost_actors()
        orders = Orders(begin=began, given_up=tuple(sorted(gone)))
        self.lead.step(at_ns, orders, starting=not staff.all_up)
        if began and self.lead.up:
            staff.begin()

    def heed(self, orders: Orders) -> bool:
        """What the host agent that leads wants; whether it is news."""
        if orders.begin:
            self._staff.begin()
        before, self._orders = self._orders, orders
        return orders != before

    def elsewhere(self) -> Iterator[Placement]:
        """Actors of other hosts for whom streams are to be kept."""
        lost = self.lead.lost_actors() | set(self._orders.given_up)
        for placement in self._plan().actors.values():
            if placement.host != self._place.host and placement.actor not in lost:
                yield placement

    def answers(self) -> Iterator[Answer]:
        """What other host agents answered to questions that were passed on to them, for those who asked."""
        for ask, answer in self.lead.answers():
            yield msgspec.structs.replace(answer, number=ask.number, to=ask.asker)


def _given_up(seats: Iterable[Seat]) -> set[str]:
    """Actors of this host of whom no process is left to come."""
    every = list(seats)
    return {seat.placement.actor for seat in every} - reservation(every).keys()
