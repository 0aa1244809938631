"""Strikes at a running call: which actor is restarted or killed in which turn and when, and what became of it. The script is
pure; the striker does it."""

from __future__ import annotations

import contextlib
import queue
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import psutil

from bus.client import Client
from bus.clock import MS, SECOND, now_ns
from bus.control import ActorCall
from bus.errors import Broken
from bus.link import Delivery
from bus.messages import CallHealth, Played, SoundBegan, SpeechChunk
from bus.messages.health import ActorHealth
from remote.bench.truth import TrueTurn, Truth

How = Literal["restarted", "killed"]
While = Literal["the user speaks", "the avatar thinks", "the avatar speaks"]

SPEAKING_MS = (300, 1_000, 1_700, 2_400, 700, 1_400, 2_100)
"""After the beginning of an answer: inside words, between sentences, near the end."""
THINKING_MS = (150, 550, 350, 650, 450)
"""After the true end of a question: from the last words that are recognised to the first that are spoken."""
SHARES = (0.3, 0.8, 0.55)
"""Of the person's sentence."""
HUB = "hub"
RESTART_S = 15.0
LOOK_S = 0.02


class Strike(msgspec.Struct, frozen=True):
    """One thing that is done to one actor."""

    turn: int
    actor: str
    how: How
    during: While
    after_ms: float
    """After the beginning of the question, its end, or the beginning of the answer."""


@dataclass(slots=True)
class Struck:
    """What became of it. `at_ns`: when; `back_ns`: when the successor took part, 0: never."""

    strike: Strike
    at_ns: int
    before: ActorHealth
    back_ns: int = 0


def script(actors: Sequence[str], lengths_ms: Sequence[float], first: int, rounds: int) -> list[Strike]:
    """Everything `rounds` times while the person speaks, and as often while the avatar thinks or (in the next round) speaks:
    restarts of all actors, and kills of all and of the hub.

    Two strikes a turn, the same actor never twice in a row. `lengths_ms`: how long the person speaks in each kind of turn;
    they alternate. `first`: the first turn that is struck.
    """
    each: list[tuple[str, How]] = [(a, "restarted") for a in actors] + [(a, "killed") for a in (*actors, HUB)]
    strikes: list[Strike] = []
    for number in range(rounds * len(each)):
        turn, place = first + number, number % len(each)
        actor, how = each[place]
        heard_ms = lengths_ms[turn % len(lengths_ms)] * SHARES[number % len(SHARES)]
        strikes.append(Strike(turn, actor, how, "the user speaks", heard_ms))
        actor, how = each[(place + len(actors) + 2) % len(each)]
        if (place + number // len(each)) % 2:
            strikes.append(Strike(turn, actor, how, "the avatar thinks", THINKING_MS[number % len(THINKING_MS)]))
        else:
            strikes.append(Strike(turn, actor, how, "the avatar speaks", SPEAKING_MS[number % len(SPEAKING_MS)]))
    return strikes


class Striker:
    """Follows a call and strikes when it is time; keeps all that it heard."""

    def __init__(self, client: Client, strikes: Sequence[Strike], truth: Truth) -> None:
        self.deliveries: list[Delivery] = []
        self.struck: list[Struck] = []
        self.first_ns = 0
        """When the person's file began; 0: not yet."""
        self._client = client
        self._waiting = deque(strikes)
        self._truth = truth
        self._turns: tuple[TrueTurn, ...] = ()
        self._health: CallHealth = CallHealth()
        self._answered: dict[int, int] = {}

    def follow(self, until_s: float) -> None:
        """Until the file has played for so long. Raises Broken when it never began."""
        limit_ns = now_ns() + int((until_s + RESTART_S) * SECOND)
        while not self.first_ns or now_ns() < self.first_ns + until_s * SECOND:
            if now_ns() > limit_ns:
                raise Broken("the call's sound did not begin", "run it by hand: avatar up topology/demo.toml")
            self._listen()
            while self._waiting and 0 < self._due_ns(self._waiting[0]) <= now_ns() and self._strike(self._waiting[0]):
                self._waiting.popleft()

    @property
    def turns(self) -> tuple[TrueTurn, ...]:
        """When the person really spoke."""
        return self._turns

    def _due_ns(self, strike: Strike) -> int:
        """When it is time; 0: not known yet."""
        if not self.first_ns:
            return 0
        if strike.during == "the user speaks":
            return self._turns[strike.turn].start_ns + round(strike.after_ms * MS)
        if strike.during == "the avatar thinks":
            return self._turns[strike.turn].end_ns + round(strike.after_ms * MS)
        begun_ns = self._answered.get(strike.turn, 0)
        if begun_ns:
            return begun_ns + round(strike.after_ms * MS)
        over = strike.turn + 1 < len(self._turns) and now_ns() > self._turns[strike.turn + 1].start_ns
        return now_ns() if over else 0  # never answered: strike now, and go on

    def _strike(self, strike: Strike) -> bool:
        """Whether it was done; one who is just coming back is struck a moment later."""
        before = self._of(strike.actor)
        if before.state != "running" or not psutil.pid_exists(before.pid):
            return False
        self.struck.append(Struck(strike, now_ns(), before))
        if strike.how == "killed":
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(before.pid).kill()
        else:
            self._client.tell("agent", "restart", ActorCall(strike.actor))
        return True

    def _of(self, actor: str) -> ActorHealth:
        found = self._health.of(actor)
        if not found:
            raise Broken(f"nothing is known of {actor}", "is the host agent alive? its log: avatar logs agent")
        return found[0]

    def _listen(self) -> None:
        try:
            delivery = self._client.deliveries.get(timeout=LOOK_S)
        except queue.Empty:
            return
        self.deliveries.append(delivery)
        match delivery.message:
            case SoundBegan(at_ns=at_ns) if not self.first_ns:
                self.first_ns = at_ns
                self._turns = self._truth.at(at_ns)
            case CallHealth() as health:
                self._health = health
                self._see_who_is_back(health, delivery)
            case Played(event="started", at_ns=at_ns):
                turn = max((n for n, t in enumerate(self._turns) if t.end_ns <= at_ns), default=-1)
                self._answered.setdefault(turn, at_ns)
            case _:
                pass
        self._see_the_hub_back(delivery)

    def _see_who_is_back(self, health: CallHealth, delivery: Delivery) -> None:
        for struck in self.struck:
            now = next(iter(health.of(struck.strike.actor)), None)
            if now and not struck.back_ns and now.epoch > struck.before.epoch and now.state == "running":
                struck.back_ns = delivery.header.t

    def _see_the_hub_back(self, delivery: Delivery) -> None:
        """It is when a stream flows again."""
        for struck in self.struck:
            flows = not struck.back_ns and isinstance(delivery.message, Played | SpeechChunk)
            if struck.strike.actor == HUB and flows and delivery.received_ns > struck.at_ns + 20 * MS:
                struck.back_ns = delivery.received_ns
