"""Doubles for the scenes of remote/: a clock that is set by hand, processes that are none, a staff on both."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.clock import MS, SECOND
from bus.control import ActorCall, Ask, Notice
from bus.envelope import VERSION, Header
from bus.errand import Errand
from bus.errors import AvatarError, Broken
from bus.link import Delivery
from bus.messages.message import Message
from bus.socket import SessionKeys
from remote import dismissal, keeper, reason, staff
from remote.child import Child, works_of
from remote.mark import Mark
from remote.staff import Staff
from topology.plan import Placement, Plan, Restart, Session

KEYS = SessionKeys.make()


class Clock:
    """Time that passes when it is told to, or when somebody sleeps."""

    def __init__(self) -> None:
        self.at_ns = 1_000 * SECOND

    def now_ns(self) -> int:
        return self.at_ns

    def sleep_ms(self, ms: float) -> None:
        self.at_ns += int(ms * MS)


class FakeChild(Child):
    """A process that does what the scene says."""

    made: list[FakeChild]
    fails: str = ""
    clock: Clock

    def __init__(self, command: list[str], errand: Errand, log: Path, python: str = "") -> None:
        if self.fails:
            raise Broken(self.fails, "todo")
        self.command, self.errand, self.log_path, self.python = command, errand, log, python
        self.name, self.epoch = errand.name, errand.epoch
        self.bye: Notice | None = None
        self.leave_by_ns = self.ended_ns = 0
        self.mark = Mark(100 + self.epoch, 0.0)
        self.works = works_of(errand.engine, errand.settings)
        self.code: int | None = None
        self.killed = False
        self.trimmed = 0
        self.line = "4711"
        self.made.append(self)

    @property
    def pid(self) -> int:
        return 100 + self.epoch

    def exit_code(self) -> int | None:
        if self.code is not None and not self.ended_ns:
            self.ended_ns = self.clock.at_ns
        return self.code

    def first_line(self, timeout_s: float) -> str:
        return self.line

    def trim_log(self) -> None:
        self.trimmed += 1

    def kill(self) -> None:
        if self.code is None:
            self.killed, self.code = True, -9

    def wait(self, timeout_s: float) -> bool:
        return self.code is not None


def fake_processes(monkeypatch: pytest.MonkeyPatch) -> tuple[type[FakeChild], Clock]:
    """From here on staff and keeper start no processes, and time stands still."""
    clock_ = Clock()

    class Made(FakeChild):
        made: list[FakeChild] = []  # noqa: RUF012 one list for each scene
        clock = clock_

    for module in (staff, keeper):
        monkeypatch.setattr(module, "Child", Made)
    for module in (staff, keeper, reason, dismissal):
        monkeypatch.setattr(module, "now_ns", clock_.now_ns)
    monkeypatch.setattr(dismissal, "sleep_ms", clock_.sleep_ms)
    return Made, clock_


class Troupe:
    """A staff of three (vad, tts with as many `voices`, mic-out), its fake processes, and what it told the hub and answered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, restart: Restart | None = None, *, voices: int = 1) -> None:
        self.made, self.clock = fake_processes(monkeypatch)
        self.told: list[tuple[str, str, int]] = []
        self.answers: list[tuple[int, object]] = []
        self.refusals: list[tuple[int, str, str]] = []
        self.stubborn: set[str] = set()
        """Who does not end when told to."""
        rules = restart or Restart()
        placements = {
            n: Placement(actor=n, engine="fake", restart=rules, replicas=voices if n == "tts" else 1)
            for n in ("vad", "tts", "mic-out")
        }
        self.plan = Plan(file="/plan.toml", session=Session(name="scene"), actors=placements)
        self.staff = Staff(placements.values(), KEYS, 4711, Path("logs"), self._tell, self._answer, self._refuse)

    def _tell(self, verb: str, call: ActorCall) -> None:
        self.told.append((verb, call.name, call.epoch))
        if verb == "stop" and call.name not in self.stubborn:
            for child in self.made.made:
                if child.name == call.name and call.epoch in (0, child.epoch) and child.code is None:
                    child.code = 0

    def _answer(self, ask: Ask, body: object) -> None:
        self.answers.append((ask.number, body))

    def _refuse(self, ask: Ask, error: AvatarError) -> None:
        self.refusals.append((ask.number, error.what, error.todo))

    def told_of(self, verb: str) -> list[tuple[str, int]]:
        """Names and epochs that the hub was told a verb about."""
        return [(name, epoch) for v, name, epoch in self.told if v == verb]

    def child(self, name: str, epoch: int) -> FakeChild:
        return next(c for c in self.made.made if (c.name, c.epoch) == (name, epoch))

    def notice(self, name: str, epoch: int, *events: str) -> None:
        for event in events:
            self.staff.noticed(Notice(name, epoch, event))  # type: ignore[arg-type]  # one of the literals

    def bye(self, name: str, epoch: int, what: str, *, hopeless: bool = False, exit_code: int = 1) -> None:
        self.staff.noticed(Notice(name, epoch, "gone", what, "do this", hopeless, exit_code))

    def up(self) -> Troupe:
        """Everybody runs."""
        self.staff.start()
        for name in self.staff.seats:
            self.notice(name, 1, "hello", "ready")
        for name in self.staff.seats:
            self.notice(name, 1, "active")
        assert self.staff.all_up
        return self

    def die(self, name: str, epoch: int, code: int = -9) -> None:
        self.child(name, epoch).code = code
        self.staff.look_after()

    def later(self, ms: float) -> None:
        self.clock.at_ns += int(ms * MS)
        self.staff.look_after()


def ask(number: int, verb: str = "restart") -> Ask:
    return Ask(number, "agent", verb, asker=f"cli-{number}#1")


def plan(folder: Path, *, name: str = "scene", grace_s: float = 60.0, record: str = "") -> Plan:
    """A plan of one actor."""
    settings: dict[str, object] = {"record": record} if record else {}
    actors = {"mic-out": Placement(actor="mic-out", engine="fake", settings=settings)}
    return Plan(file=str(folder / "scene.toml"), session=Session(name=name, grace_s=grace_s), actors=actors)


def delivery(message: Message, turn: int = 0) -> Delivery:
    """A message as it arrives."""
    header = Header(v=VERSION, id=1, source="scene", epoch=1, seq=1, t0=0, t=0, host="local", turn=turn)
    return Delivery(header, message, 0)
