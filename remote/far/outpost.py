"""Outpost of a call: one other host, as the host agent where the call began sees it. It brings what that host needs, keeps the
connection, tells its host agent what to do, and knows what that last reported.

Nothing here waits: what takes long (bringing code) has a thread of its own, the rest are pipes and questions that are
looked at again and again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import msgspec

from bus.client import Client, Question
from bus.clock import MS, SECOND, now_ns
from bus.control import HostCall
from bus.errors import AvatarError, Broken
from bus.socket import SessionKeys
from bus.span_view import SpanView
from remote.ending import Ending
from remote.far.bringing import Bringing
from remote.far.charge import Charge
from remote.far.landing import Recall, Ship
from remote.far.orders import Orders, Report
from remote.far.place import FAR, Place, is_actor
from remote.far.rope import Footing, Rope
from remote.far.tie import LinkStatus, Tie
from remote.far.tries import Tries
from remote.shipping.landing import Landing, grown, landed_plan
from topology.plan import Host, Plan

_log = logging.getLogger(__name__)

ASK_NS = 200 * MS
EAGER_NS = 40 * MS
"""The same until all are up there: a person waits for it, and it takes three of them."""
AGAIN_NS = 2 * SECOND
"""A question that was not answered in this time went down with a hub or a connection."""
SILENT_MS = 1_500.0
EPOCHS = 1_000
"""Kept free for processes that a host agent there may have started after its last report."""


class Outpost:
    """One other host, reached `at` an address. Belongs to the host agent's loop."""

    def __init__(
        self,
        host: str,
        at: Host,
        plan: Callable[[], Plan],
        session: str,
        keys: SessionKeys,
        client: Client,
        ship: Ship,
        recall: Recall | None = None,
    ) -> None:
        self.host = host
        self.tie = Tie(host, at.ssh)
        self.report: Report | None = None
        self.ended: Ending | None = None
        """Its part of the call is over, and how."""
        self._at = at
        self._plan: Callable[[], Plan] = lambda: _with(plan(), host, self._at)
        self._session = session
        self._keys = keys
        self._client = client
        self._ship = ship
        self._recall = recall
        self._landing: Landing | None = None
        self._is_recalled = False
        """The landing is what was found there in an earlier call."""
        self._shipping: Bringing | None = None
        self._fitting: tuple[Plan, Bringing] | None = None
        self._tries = Tries(self.tie)
        self._rope: Rope | None = None
        """The connection over which the hubs join."""
        self._joined_ns = 0
        self._connected_ns = 0
        self._question: Question[Report] | None = None
        self._asked_ns = 0
        self._span: SpanView | None = None
        self._is_ending = self._is_turning = False

    @property
    def agent(self) -> str:
        """Whom to ask there."""
        return f"{Place(host=self.host).agent}{FAR}{self.host}"

    def step(self, at_ns: int, spans: Mapping[str, SpanView], orders: Orders) -> None:
        """Goes on when it can. What fails is in `tie`."""
        self._span = spans.get(self.host)
        if self._shipping is not None:
            self._look_for_landing(self._shipping, at_ns)
        elif self.tie.is_due(at_ns) and self.ended is None:
            self._set_out(at_ns)
        self._look_for_arrival(at_ns)
        if self._rope is not None:
            self._hold(self._rope, at_ns)
        if self.tie.stage in ("joining", "up", "silent"):
            self._judge(at_ns)
        if self.tie.stage == "up":
            self._converse(at_ns, orders)

    def fit(self, plan: Plan, *, returns: bool = False) -> Plan | AvatarError | None:
        """Another plan as that host must read it, or why it cannot; None while what it names is being brought, and while the
        host turns to the address that it names. One that `returns` to a plan before stays where it is reached."""
        at = self._at if returns else plan.hosts.get(self.host, self._at)
        turns = at.ssh != self._at.ssh
        if not turns and (self._landing is None or (self._is_turning and not returns)):
            return None  # one after the other
        if self.host not in plan.used_hosts:
            return plan  # nothing need be there, and it may not say any more where that is
        plan = _with(plan, self.host, at)
        if self._fitting is None or self._fitting[0] != plan:
            self._fitting = plan, Bringing(self._ship, self.host, plan)
        landed = self._fitting[1].landed
        if not isinstance(landed, Landing):
            return landed
        known = grown(self._landing or landed, landed, self._plan(), plan, self.host)
        if turns:
            self._turn_to(at, msgspec.structs.replace(landed, extras=known.extras, pythons=known.pythons))
            return None
        self._landing = known
        return landed_plan(plan, self.host, known)

    def _turn_to(self, at: Host, landing: Landing) -> None:
        """All has been brought there. If it is the same machine what runs goes on, else it begins anew: the anchor tells."""
        _log.info("%s is reached at %s from now on", self.host, at.ssh)
        self._at, self._landing, self._shipping, self._is_turning = at, landing, None, True
        self.close()
        self.tie.turned(at.ssh, now_ns())

    def link(self, at_ns: int) -> LinkStatus:
        """How the connection is."""
        return self.tie.status(at_ns, self._span)

    def end(self) -> None:
        """Has its part of the call ended as soon as it can be reached."""
        self._is_ending = True
        self._tries.end_call()
        if self._rope is not None:
            self._rope.end_call()

    def close(self) -> None:
        """Cuts the connection, and all that are being made."""
        self._tries.close()
        self._let_go()

    def _let_go(self) -> None:
        if self._rope is not None:
            self._rope.close()
            self._rope = None

    # --- getting there --------------------------------------------------------------------------------------------

    def _set_out(self, at_ns: int) -> None:
        if self._landing is None:
            self._bring(None if self.tie.was_up else self._recall, at_ns)
        else:
            self._throw(self._landing, at_ns)

    def _bring(self, recall: Recall | None, at_ns: int) -> None:
        self.tie.reached("shipping", at_ns)
        self._shipping = Bringing(self._ship, self.host, self._plan(), recall)

    def _forget(self) -> None:
        if self._is_recalled and self._recall is not None:
            self._recall.forget(self._plan().hosts[self.host], self._plan())
        self._is_recalled = False

    def _look_for_landing(self, shipping: Bringing, at_ns: int) -> None:
        self.tie.detail = shipping.words
        landed = shipping.landed
        if landed is None:
            return
        self._shipping = None
        if isinstance(landed, Landing):
            self._landing, self._is_recalled = landed, shipping.is_recalled
            self._throw(landed, at_ns)
        else:
            self.tie.failed(landed, at_ns)

    def _throw(self, landing: Landing, at_ns: int) -> None:
        self.tie.tried(at_ns)
        rows = self.report.status.actors if self.report else ()
        epochs = {row.actor: row.epoch + EPOCHS for row in rows if is_actor(row.actor)}
        place = Place(host=self.host, gate=landing.ports, epochs=epochs)
        plan = self._plan()
        there = landed_plan(plan, self.host, landing)
        session = f"{self._session}{FAR}{self.host}"
        charge = Charge(session=session, keys=self._keys, plan=there, place=place, only_join=self.tie.has_begun)
        try:
            rope = Rope(plan.hosts[self.host], Footing(landing.python, landing.folder), charge)
        except AvatarError as error:
            self.tie.failed(error, at_ns)
            return
        self._tries.begin(rope, at_ns)
        if self._is_ending:
            rope.end_call()

    def _look_for_arrival(self, at_ns: int) -> None:
        outcome = self._tries.look(at_ns)
        if isinstance(outcome, Ending):
            self._over(outcome, at_ns)
        elif isinstance(outcome, AvatarError):
            if self._is_recalled and not self.tie.was_up:
                self._forget()
                self._bring(None, at_ns)
            elif self._rope is None:
                self.tie.failed(outcome, at_ns)
        elif outcome is not None and self._landing is not None and outcome.gate != self._landing.ports:
            outcome.close()  # of a host agent before this one: its part of the call waits at other ports
            self._landing = msgspec.structs.replace(self._landing, ports=outcome.gate)
            self._throw(self._landing, at_ns)
        elif outcome is not None:
            self._let_go()
            self._rope, self._joined_ns, self._connected_ns = outcome, at_ns, 0
            self.tie.reached("joining", at_ns)

    # --- being there ----------------------------------------------------------------------------------------------

    def _hold(self, rope: Rope, at_ns: int) -> None:
        for word in rope.heard(at_ns):
            if word.anchor == "ended":
                self._over(word.ending, at_ns)
                return
        if fault := rope.fault:
            self._let_go()
            _log.warning("the connection to %s broke: %s", self.host, fault.what)
            self.tie.failed(fault, at_ns)
        elif at_ns - self._connected_ns > ASK_NS:
            self._connected_ns = at_ns  # a hub that is new must hear it, too
            self._client.tell("hub", "connect", HostCall(self.host, rope.ports["swift"], rope.ports["bulky"]))

    def _over(self, ending: Ending, at_ns: int) -> None:
        """Its part has ended: because it was told to, because it could not start, or because nobody came for too long."""
        self.close()
        if not self.tie.was_up:
            self._forget()
        if self._is_ending or not self.tie.was_up:
            self.ended = ending
            self.tie.reached("ended", at_ns)
            return
        self._landing = None
        self.tie.over(Broken(ending.what or "its part of the call had ended", ending.todo), at_ns)

    def _judge(self, at_ns: int) -> None:
        """By the hubs: whether anything crosses, and over this connection."""
        if self._span is None or not self._span.open:
            return
        if self._span.silent_ms < min(SILENT_MS, (at_ns - self._joined_ns) / MS):
            self.tie.reached("up", at_ns)
            self._is_turning = False
            self._tries.close()
        elif self.tie.stage == "up":
            self.tie.fell_silent(at_ns)

    def _converse(self, at_ns: int, orders: Orders) -> None:
        question = self._question
        if question is not None and question.answered:
            self._drop()
            try:
                self.report = question.answer(0)
            except Broken as error:
                _log.debug("no report of %s: %s", self.host, error.what)
        elif question is not None and at_ns - self._asked_ns > AGAIN_NS:
            self._drop()
        every_ns = ASK_NS if self.report is not None and self.report.up else EAGER_NS
        if self._question is None and at_ns - self._asked_ns > every_ns:
            self._asked_ns = now_ns()
            self._question = self._client.question(self.agent, "report", orders, kind=Report)

    def _drop(self) -> None:
        if self._question is not None:
            self._client.drop(self._question)
            self._question = None

    # --- what is known --------------------------------------------------------------------------------------------

    @property
    def is_here(self) -> bool:
        """Whether what was reported last is so now."""
        return self.tie.stage == "up" and self.report is not None

    def known(self) -> Report | None:
        """The last report; of a host that is out of reach nobody is there just now."""
        if self.report is None or self.is_here:
            return self.report
        out = f"{self.host} is out of reach"
        rows = tuple(
            msgspec.structs.replace(row, state="waiting", pid=0, error=out) if row.state != "given up" else row
            for row in self.report.status.actors
        )
        return msgspec.structs.replace(self.report, status=msgspec.structs.replace(self.report.status, actors=rows))


def _with(plan: Plan, host: str, at: Host) -> Plan:
    return msgspec.structs.replace(plan, hosts={**plan.hosts, host: at})
