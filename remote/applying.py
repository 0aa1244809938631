"""Applying of an edited plan to a running call, from outside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bus.client import Client
from bus.clock import SECOND, now_ns, sleep_ms
from bus.errors import Broken, Gone
from remote.applied import Applied, Phase
from remote.session import Running, Session
from remote.wish import Wish
from topology.plan import Plan

LOOK_MS = 50.0
ASK_S = 1.0
SILENCE_S = 15.0
"""A hub that died is back sooner, and whoever waits in a new one is asked for again."""


def plan_of(session: Session) -> Path:
    """The file that a running call was started from. Raises Gone when it has ended."""
    running = session.read("session.json", Running)
    if running is None:
        raise Gone(f"the call {session.name!r} has ended", f"see: avatar logs --session {session.name}")
    return Path(running.plan_file)


BACK = "it did not work: returning to the plan before"
PROGRESS: Mapping[Phase, str] = {
    "serving": "getting its servers ready; no actor has changed yet",
    "loading": "loading what is new; nothing has changed yet",
    "loaded": "all that is new has loaded",
    "parting": "whoever moves finishes what it has in hand",
    "parted": "whoever moves has left where it was",
    "taking": "it takes over",
    "taken": "all have taken over",
    "leaving": "the last ones leave",
    "receding": BACK,
    "returning": BACK,
}


def apply_plan(
    client: Client, plan: Plan, *, dry_run: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Applied:
    """Waits until the call runs as the plan says, and tells how far it is. Raises Broken with the reason why it was refused,
    whole."""
    phase: Phase | None = None
    wish = Wish(now_ns(), plan, dry_run)
    heard_ns = now_ns()
    while True:
        try:
            applied = ask_once(client, wish)
        except Broken as error:  # a hub that died took the question or the answer with it: the same one is asked again
            if now_ns() - heard_ns > SILENCE_S * SECOND:
                raise Gone(f"the call does not answer: {error.what}", "see: avatar status") from None
        else:
            heard_ns = now_ns()
            if applied.over:
                return accepted(applied)
            if applied.phase != phase and not dry_run:
                phase = applied.phase
                tell(PROGRESS.get(phase, phase))
        sleep_ms(LOOK_MS)


def ask_once(client: Client, wish: Wish) -> Applied:
    """Tells the call of a wish, and hears how far it is. Raises Broken when nobody answers."""
    return client.ask("agent", "apply", wish, kind=Applied, timeout_s=ASK_S)


def accepted(applied: Applied) -> Applied:
    """What was applied. Raises Broken with the reason when it was refused."""
    if applied.what:
        refusal = Broken(f"refused, nothing has changed: {applied.what}", applied.todo)
        refusal.exit_code = applied.exit_code
        raise refusal
    return applied
