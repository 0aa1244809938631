"""Lead of a call: what the host agent where it began does for all other hosts. With none, it does nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from bus.client import Client, Question
from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.control import Answer, Ask, HostCall
from bus.errors import AvatarError, Broken
from bus.messages import ActorHealth
from bus.socket import SessionKeys
from bus.span_view import SpanView
from remote.applied import Applied
from remote.far.landing import Recall, Ship
from remote.far.leave import WORDS, Leave
from remote.far.orders import Orders
from remote.far.outpost import EPOCHS, Outpost
from remote.far.place import HERE, Place, is_actor
from remote.far.shelf import keep_last
from remote.far.tie import LinkStatus
from remote.reason import StartFailed
from remote.session import Session
from remote.shipping.shipment import ship
from remote.status import ActorStatus
from remote.wish import Wish
from topology.plan import Plan

_log = logging.getLogger(__name__)

SPANS_NS = 100 * MS
AGAIN_NS = 2 * SECOND
END_S = 25.0
LOST_S = 5.0
"""How long the end of a call waits for a host that is out of reach: that ends itself after its grace."""
LOOK_MS = 20.0


class Lead:
    """All outposts. `plan` gives the plan that the call goes by now."""

    def __init__(
        self,
        plan: Callable[[], Plan],
        session: str,
        keys: SessionKeys,
        client: Client,
        place: Place = HERE,
        ship: Ship = ship,
        recall: Recall | None = None,
    ) -> None:
        self._client = client
        known = plan()
        hosts = known.used_hosts[1:] if place == HERE else ()
        self._plan = plan
        self._session, self._keys, self._ship, self._recall = session, keys, ship, recall
        self.outposts = {host: self._outpost(host, known) for host in hosts}
        self._leaves: dict[str, Leave] = {host: Leave() for host in hosts}
        self._spans: dict[str, SpanView] = {}
        self._question: Question[list[SpanView]] | None = None
        self._asked_ns = 0
        self._passed_on: list[tuple[Ask, Question[object]]] = []

    def step(self, at_ns: int, orders: Orders, *, starting: bool) -> None:
        """Goes on when it can. Raises StartFailed while the call starts and a host cannot take part."""
        if not self.outposts:
            return
        self._look_at_spans(at_ns)
        for outpost in self.outposts.values():
            outpost.step(at_ns, self._spans, orders)
            if starting:
                _expect_well(outpost)
        self._let_go(at_ns)

    def _let_go(self, at_ns: int) -> None:
        """Whoever is not needed any more."""
        used = self._plan().used_hosts
        for host, leave in list(self._leaves.items()):
            outpost = self.outposts[host]
            if host in used and not leave.told:
                leave.needed(at_ns)
            elif leave.is_due(at_ns):
                _log.info("letting %s go: nothing of the call runs there any more", host)
                leave.told = True
                self._end([outpost], Session(self._session).logs)
            elif leave.is_over(at_ns, ended=outpost.ended is not None):
                outpost.close()
                self._client.tell("hub", "leave", HostCall(host))
                del self.outposts[host], self._leaves[host]

    @property
    def loaded(self) -> bool:
        """Whether all actors of all other hosts stand by, or have begun."""
        return all(outpost.report and outpost.report.loaded for outpost in self.outposts.values())

    @property
    def up(self) -> bool:
        """Whether all of them have begun."""
        return all(outpost.report and outpost.report.up for outpost in self.outposts.values())

    def rows(self) -> tuple[ActorStatus, ...]:
        """What the other hosts reported."""
        reports = (outpost.known() for outpost in self.outposts.values())
        return tuple(row for report in reports if report for row in report.status.actors)

    def health(self) -> tuple[ActorHealth, ...]:
        """The same, as the actors are told of each other."""
        return tuple(ActorHealth(r.actor, r.state, r.epoch, r.pid, r.restarts, r.error) for r in self.rows())

    def lost_actors(self) -> set[str]:
        """Actors that are given up, with all their replicas."""
        states: dict[str, set[str]] = {}
        for row in self.rows():
            states.setdefault(row.actor.partition("#")[0], set()).add(row.state)
        return {actor for actor, each in states.items() if each == {"given up"}}

    def given_up(self) -> tuple[str, ...]:
        """What the call does without there, each with its reason."""
        return tuple(f"{r.actor}: {r.error}" for r in self.rows() if r.state == "given up")

    def links(self) -> tuple[LinkStatus, ...]:
        """How the connections are."""
        return tuple(self._link(outpost, now_ns()) for outpost in self.outposts.values())

    def _link(self, outpost: Outpost, at_ns: int) -> LinkStatus:
        link = outpost.link(at_ns)
        idle = outpost.host not in self._plan().used_hosts and self._leaves[outpost.host].is_idle(at_ns)
        return msgspec.structs.replace(link, words=f"{link.words}; {WORDS}") if idle else link

    @property
    def hosts(self) -> tuple[str, ...]:
        """Those that take part."""
        return tuple(host for host, leave in self._leaves.items() if not leave.told)

    def join(self, host: str, plan: Plan) -> None:
        """One more host takes part from now on, if it does not yet. Raises Broken for one that is just being let go."""
        if host not in self.outposts:
            self.outposts[host], self._leaves[host] = self._outpost(host, plan), Leave()
        if self._leaves[host].told:
            raise Broken(f"{host} is just being let go: nothing of the call ran there", "try again in a moment")
        self._leaves[host].needed(now_ns())

    def epochs(self) -> dict[str, int]:
        """The last of the processes there, with room for those that are not known here."""
        return {row.actor: row.epoch + EPOCHS for row in self.rows() if is_actor(row.actor)}

    def wish(self, host: str, wish: Wish) -> Question[Applied]:
        """Puts a wish to the host agent there."""
        outpost = self.outposts[host]
        self._leaves[host].needed(now_ns())
        there = outpost.fit(wish.plan, returns=wish.cancelled)
        if isinstance(there, Plan):
            wish = msgspec.structs.replace(wish, plan=there)
            return self._client.question(outpost.agent, "apply", wish, kind=Applied)
        known = Applied("refused", (), there.what, there.todo) if there else Applied("loading")
        question = Question(0, host, Applied)
        question.box.put(Answer(0, "", msgspec.Raw(msgspec.msgpack.encode(known))))
        return question

    def _outpost(self, host: str, known: Plan) -> Outpost:
        """`known`: a plan that says where it is; the one that the call goes by may not yet, or not any more."""
        at = known.hosts[host]
        return Outpost(host, at, self._plan, self._session, self._keys, self._client, self._ship, self._recall)

    def has(self, name: str) -> bool:
        """Whether a process of that name is on another host."""
        return self._home_of(name) is not None

    def pass_on(self, ask: Ask, name: str) -> None:
        """Asks the host agent of that process; `answers` gives what it says."""
        home = self._home_of(name)
        assert home is not None
        for known in [each for each in self._passed_on if each[0].asker == ask.asker and each[0].verb == ask.verb]:
            self._client.drop(known[1])
            self._passed_on.remove(known)
        self._passed_on.append((ask, self._client.pass_on(ask, home.agent)))

    def answers(self) -> Iterator[tuple[Ask, Answer]]:
        """What was answered since, each to the question that was passed on."""
        for each in [known for known in self._passed_on if known[1].answered]:
            ask, question = each
            self._passed_on.remove(each)
            self._client.drop(question)
            yield ask, question.box.get()

    def end(self, logs: Path) -> None:
        """Tells all to end their part. The last of their logs is kept in a folder of this host."""
        self._end(self.outposts.values(), logs)

    def _end(self, outposts: Iterable[Outpost], logs: Path) -> None:
        outposts = list(outposts)
        keep_last(self._client, [o.host for o in outposts if o.is_here], logs)
        for outpost in outposts:
            outpost.end()

    def await_end(self) -> tuple[str, ...]:
        """Waits for all that were told to end; tells of those that could not be reached."""
        begun_ns = now_ns()
        begun = [o for o in self.outposts.values() if o.tie.was_there]
        while late := [o for o in begun if o.ended is None]:
            self._look_at_spans(now_ns())
            for outpost in late:
                outpost.step(now_ns(), self._spans, Orders())
            limit_s = LOST_S if all(o.tie.stage in ("lost", "silent") for o in late) else END_S
            if now_ns() - begun_ns > limit_s * SECOND:
                break
            sleep_ms(LOOK_MS)
        for outpost in self.outposts.values():
            outpost.close()
        itself = f"its part of the call ends itself {self._plan().session.grace_s:g} s after it was last reached"
        return tuple(f"{o.host} is out of reach: {itself}" for o in begun if o.ended is None)

    def _home_of(self, name: str) -> Outpost | None:
        for outpost in self.outposts.values():
            rows = outpost.report.status.actors if outpost.report else ()
            if is_actor(name) and any(row.actor == name for row in rows):
                return outpost
        return None

    def _look_at_spans(self, at_ns: int) -> None:
        question = self._question
        if question is not None and question.answered:
            self._client.drop(question)
            self._question = None
            try:
                self._spans = {view.host: view for view in question.answer(0)}
            except Broken:
                self._spans = {}
        if at_ns - self._asked_ns > (AGAIN_NS if self._question else SPANS_NS):
            if self._question is not None:
                self._client.drop(self._question)
            self._asked_ns = at_ns
            self._question = self._client.question("hub", "spans", kind=list[SpanView])


def _expect_well(outpost: Outpost) -> None:
    error: AvatarError | None = outpost.tie.error if outpost.tie.stage == "lost" else None
    if outpost.ended is not None:
        ending = outpost.ended
        raise StartFailed(f"{outpost.host}: {ending.what or 'it ended'}", ending.todo, ending.exit_code or 1)
    if error is not None:
        raise StartFailed(f"{outpost.host}: {error.what}", error.todo, error.exit_code)
