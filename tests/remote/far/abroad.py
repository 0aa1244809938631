"""Another host for scenes: a rope that is none, a hub that says what the scene wants, and time that is set by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bus.client import Client, Question
from bus.clock import MS
from bus.control import Answer, Ask, HostCall
from bus.errors import AvatarError
from bus.parcel import Road
from bus.span_view import SpanView
from remote.ending import Ending
from remote.far import outpost as module
from remote.far.charge import Charge, Word
from remote.far.orders import Orders, Report
from remote.far.rope import Footing
from remote.shipping.landing import Landing
from remote.status import CallStatus
from tests.remote.doubles import Clock
from tests.remote.pretended import row
from topology.plan import Host, Placement, Plan, Session

PLAN = Plan(
    file="/split.toml",
    session=Session(name="split"),
    hosts={"gpu": Host(ssh="me@gpu:22")},
    actors={"vad": Placement(actor="vad"), "tts": Placement(actor="tts", host="gpu")},
)
LANDING = Landing("/far/python", "/far/code", {}, {"swift": 4001, "bulky": 4002})
SPAN = SpanView("gpu", open=True, silent_ms=10, trip_ms=48.0, clock_ms=24.0)


class FakeRope:
    """Holds until the scene breaks it; says what the scene wants."""

    def __init__(self, host: Host, footing: Footing, charge: Charge) -> None:
        self.ports: dict[Road, int] = {"swift": 5001, "bulky": 5002}
        self.gate = dict(charge.place.gate)
        self.host, self.footing, self.charge = host, footing, charge
        self.words: list[Word] = []
        self.fault: AvatarError | None = None
        self.ended = self.closed = False

    def heard(self, at_ns: int) -> list[Word]:
        words, self.words = self.words, []
        return words

    def says(self, *anchor: str, ending: Ending | None = None) -> None:
        self.words += [Word(anchor=each, ending=ending or Ending()) for each in anchor]  # type: ignore[arg-type]

    def end_call(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.closed = True


class FakeClient(Client):
    """A hub that answers when the scene says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, object, Question[Any]]] = []
        self.told: list[tuple[str, object]] = []
        self.spans = [SPAN]

    def question(self, to: str, verb: str, args: object = None, *, kind: Any) -> Question[Any]:
        question: Question[Any] = Question(len(self.asked), to, kind)
        self.asked.append((to, verb, args, question))
        if verb == "spans":
            self.answer(question, self.spans)
        return question

    def answer(self, question: Question[Any], body: object) -> None:
        question.box.put(Answer(question.number, "", msgspec.Raw(msgspec.msgpack.encode(body))))

    def pass_on(self, ask: Ask, to: str) -> Question[object]:
        return self.question(to, ask.verb, None, kind=object)

    def drop(self, question: Question[Any]) -> None:
        pass

    def tell(self, to: str, verb: str, args: object) -> None:
        assert isinstance(args, HostCall)
        self.told.append((f"{to} {verb} {args.host}", (args.swift, args.bulky)))


class Abroad:
    """An outpost on "gpu", with all that is around it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ropes: list[FakeRope] = []
        self.shipped: list[str] = []
        self.shipped_to: list[str] = []
        self.fails: AvatarError | None = None
        self.clock = Clock()
        self.client = FakeClient()
        self.orders = Orders()
        monkeypatch.setattr(module, "Rope", self._throw)
        monkeypatch.setattr(module, "now_ns", self.clock.now_ns)

    def ship(self, host: Host, name: str, plan: Plan, say: object) -> Landing:
        self.shipped.append(name)
        self.shipped_to.append(host.ssh)
        if self.fails:
            raise self.fails
        return LANDING

    def _throw(self, host: Host, footing: Footing, charge: Charge) -> FakeRope:
        self.ropes.append(FakeRope(host, footing, charge))
        return self.ropes[-1]

    @property
    def rope(self) -> FakeRope:
        return self.ropes[-1]

    def later(self, ms: float) -> int:
        self.clock.at_ns += int(ms * MS)
        return self.clock.at_ns

    def report(self, state: str = "running", *, epoch: int = 1) -> Report:
        rows = (row("tts", host="gpu", state=state, epoch=epoch), row("hub@gpu", host="gpu"))
        status = CallStatus("split@gpu", "/split.toml", "running", 1.0, rows)
        return Report(status=status, loaded=True, up=state == "running")


FOLDER = Path("/")
