"""Injector of faults: does to a running call what was planned, and notes when it did it and whom it hit."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

import psutil

from bus.client import Client
from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.control import ActorCall
from bus.errors import Broken
from remote.applied import Applied
from remote.chaos.abroad import Abroad
from remote.chaos.fault import LINKS, Done, Fault
from remote.chaos.stage import changed, moved
from remote.session import Session
from remote.status import ActorStatus, CallStatus
from remote.wish import Wish
from topology.plan import Plan

THERE_S = 8.0
"""How long a target may be on its way back from the fault before."""
RESTART_S = 30.0
LOOK_MS = 20.0


class Injector:
    """Faults of one session in, what was done out. Only processes of that session are touched."""

    def __init__(
        self,
        session: Session,
        client: Client,
        begun_ns: int,
        tell: Callable[[Done], None],
        abroad: Abroad | None = None,
    ) -> None:
        """`abroad`: the other host, when there is one."""
        self.done: list[Done] = []
        self.stopping = False
        self._session = session
        self._client = client
        self._begun_ns = begun_ns
        self._tell = tell
        self._abroad = abroad

    def run(self, faults: Sequence[Fault]) -> None:
        """Does them one after the other, each at its time or as soon as the one before is over."""
        for fault in faults:
            due_ns = self._begun_ns + int(fault.at_s * SECOND)
            while now_ns() < due_ns and not self.stopping:
                sleep_ms(min(LOOK_MS, max(0.1, (due_ns - now_ns()) / MS)))
            if self.stopping:
                return
            self.done.append(self._do(fault))
            self._tell(self.done[-1])

    def _do(self, fault: Fault) -> Done:
        at_ns = now_ns()
        try:
            if fault.kind in LINKS and self._abroad is not None:
                return self._abroad.strike(fault, self._client)
            row = self._row(fault.target)
            at_ns = now_ns()
            self._deed(fault, row)
        except (Broken, psutil.Error, OSError) as error:
            return Done(fault=fault, at_ns=at_ns, until_ns=now_ns(), error=str(error).partition("\n")[0] or "gone")
        return Done(fault=fault, at_ns=at_ns, until_ns=now_ns(), epoch=row.epoch, pid=row.pid)

    def _deed(self, fault: Fault, row: ActorStatus) -> None:
        match fault.kind:
            case "kill" | "hub" | "agent":
                psutil.Process(row.pid).kill()
            case "stop":
                process = psutil.Process(row.pid)
                process.suspend()
                try:
                    sleep_ms(fault.stop_s * 1_000)
                finally:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        process.resume()
            case "restart":
                call = ActorCall(fault.target, row.epoch)
                self._client.ask("agent", "restart", call, kind=int, timeout_s=RESTART_S)
            case "change":
                self._apply(changed(self._session.plan(), fault.target, fault.number))
            case "move" if self._abroad is not None:
                self._apply(moved(self._session.plan(), fault.target, self._abroad.host))
            case _:
                raise Broken(f"{fault.kind} needs a second host")

    def _apply(self, plan: Plan) -> None:
        wish = Wish(now_ns(), plan)
        deadline_ns = now_ns() + int(RESTART_S * SECOND)
        while not (applied := self._client.ask("agent", "apply", wish, kind=Applied)).over:
            if now_ns() > deadline_ns:
                raise Broken("the change took too long")
            sleep_ms(LOOK_MS)
        if applied.phase != "done":
            raise Broken(applied.what or applied.phase)

    def _row(self, target: str) -> ActorStatus:
        """The target as it is now; waits until it is there. Raises Broken when it is not."""
        deadline_ns = now_ns() + int(THERE_S * SECOND)
        why = "it is not there"
        while now_ns() < deadline_ns and not self.stopping:
            try:
                rows = self._client.ask("agent", "status", kind=CallStatus, timeout_s=1.0).actors
            except Broken as error:
                why = error.what
                continue
            for row in rows:
                if row.actor == target and row.pid and row.state == "running" and self._is_ours(row.pid):
                    return row
            sleep_ms(LOOK_MS)
        raise Broken(why)

    def _is_ours(self, pid: int) -> bool:
        """Whether the process is written down as one of the session's."""
        sessions = [self._session, *([self._abroad.session] if self._abroad else [])]
        for session in sessions:
            running, muster = session.running(), session.muster()
            if running is not None and running.pid == pid:
                return True
            if muster is not None and any(mark.pid == pid and mark.alive for mark in muster.marks()):
                return True
        return False
