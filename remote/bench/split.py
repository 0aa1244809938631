"""Figures of a call on two hosts, a long way apart: what the way costs, and how soon the call is whole again after a cut.

The same conversation runs on one machine, then with thinking, voice and face on the other host. That is this machine again,
behind a real sshd and a relay that adds delay and limits the rate: all the code on the way is the real one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from actors.vad.engine import RATE_HZ
from bus.clock import SECOND, now_ns
from bus.errors import Broken
from bus.link import Delivery
from bus.messages import Played, SoundEnded, UserSaid, VoiceAudio
from bus.messages.stage import TurnTimeline
from remote.bench.call import READY_S, TAIL_MS, demo
from remote.bench.crossings import Crossings, crossing_figures
from remote.bench.figures import Figure, Tell, median, spread
from remote.bench.trial import Command, Trial, lay_out, trial, wait_s
from remote.bench.truth import first_sample_ns
from remote.bench.turns import AnsweredTurn, answered_turns
from remote.far.tie import LinkStatus
from remote.lab.two_hosts import TwoHosts, placed, two_hosts
from remote.status import CallStatus

WITNESSED = (UserSaid, TurnTimeline, Played, SoundEnded, VoiceAudio)
NAME = "bench-split"
DELAY_MS = 24.0
"""One way."""
MBITS = 7.0
CUT_S = 3.0
CUTS = 3
COST_MS = 100.0
AGAIN_S = 2.0
READY_AFTER_LOGIN_S = 3.0
PATIENCE_S = 30.0
LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation, on however many hosts."""

    ready_s: float
    turns: list[AnsweredTurn]
    deliveries: list[Delivery]


def measure_split(up: Command, tell: Tell) -> Iterator[list[Figure]]:
    """Runs all of it; gives the figures as they are known. Raises AvatarError, Fatal without sshd."""
    tell("the demo on one machine")
    with tempfile.TemporaryDirectory(prefix="avatar-bench-", ignore_cleanup_errors=True) as name:
        alone = _talk(Path(name).resolve(), up, str)
    with tempfile.TemporaryDirectory(prefix="avatar-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        (folder / "lab").mkdir()
        with two_hosts(folder / "lab", delay_ms=DELAY_MS, mbits=MBITS) as lab:
            tell(f"the demo on two hosts, {DELAY_MS:.0f} ms and {MBITS:.0f} Mbit/s apart")
            crossings = Crossings(lab)
            split = _talk(folder, up, placed, crossings)
            yield [cost_figure(alone, split), *crossing_figures(crossings, split.deliveries)]
            tell(f"the same again, with {CUTS} cuts of {CUT_S:.0f} s")
            yield _second_start(folder, up, lab)


def _talk(folder: Path, up: Command, adapt: Callable[[str], str], crossings: Crossings | None = None) -> Talk:
    sound, truth = demo()
    plan = lay_out(folder, "demo.toml", {"name": f'"{NAME}"', "path": f'"conversation.wav"\ntail_ms = {TAIL_MS}'})
    plan.write_text(adapt(plan.read_text(encoding="utf-8")), encoding="utf-8")
    with trial(plan, NAME, up, WITNESSED) as running:
        at_most_s = sound.size / RATE_HZ + TAIL_MS / 1000 + PATIENCE_S
        if crossings is None:
            running.follow(at_most_s)
        else:
            with crossings.watched(running, NAME):
                running.follow(at_most_s)
        deliveries = running.deliveries
    ended = [d.message.at_ns for d in deliveries if isinstance(d.message, SoundEnded)]
    if not ended:
        raise Broken("the call ended before its sound did", "run it by hand: avatar up topology/demo.toml")
    true = truth.at(first_sample_ns(ended[0], sound.size, TAIL_MS))
    return Talk(running.ready_s, answered_turns(deliveries, true), deliveries)


def cost_figure(alone: Talk, split: Talk) -> Figure:
    """Of the way, for who waits for an answer."""
    there, here = [t.total_ms for t in split.turns], [t.total_ms for t in alone.turns]
    return Figure(
        part="split",
        name="true end of speech to first sound, p50, more than on one machine",
        value=round(median(there) - median(here), 1),
        unit="ms",
        at_most=COST_MS,
        note=f"split {spread(there, 'ms')}; alone {spread(here, 'ms')}; {_where(alone.turns, split.turns)}",
    )


def _where(alone: Sequence[AnsweredTurn], split: Sequence[AnsweredTurn]) -> str:
    """By how much the time of each stage has grown, where by more than 5 ms."""
    grown = {}
    for actor in dict.fromkeys(actor for turn in split for actor in turn.stages):
        here, there = (median([t.stages.get(actor, 0.0) for t in turns]) for turns in (alone, split))
        if there - here > 5:
            grown[actor] = there - here
    return " · ".join(f"{actor} +{ms:.0f}" for actor, ms in grown.items())


def _second_start(folder: Path, up: Command, lab: TwoHosts) -> list[Figure]:
    with trial(folder / "demo.toml", NAME, up, WITNESSED) as running:
        after_login_s = lab.login_s_ago() - (now_ns() - running.up_ns) / SECOND
        again = [_cut(running, lab, hang_up=number % 2 == 0) for number in range(CUTS)]
    return [
        Figure(
            part="split",
            name="from login to ready, nothing changed",
            value=round(after_login_s, 2),
            unit="s",
            at_most=READY_AFTER_LOGIN_S,
            note=f"{running.ready_s:.2f} s after avatar up, which loads and logs in first; alone at most {READY_S:.0f} s",
        ),
        Figure(
            part="split",
            name=f"whole again after a cut of {CUT_S:.0f} s, worst",
            value=round(max(again), 2),
            unit="s",
            at_most=AGAIN_S,
            note=spread(again, "s"),
        ),
    ]


def _cut(running: Trial, lab: TwoHosts, *, hang_up: bool) -> float:
    """Seconds from the return of the network until the link is up. `hang_up`: the connections die, too."""
    if hang_up:
        lab.way.hang_up()
    else:
        lab.way.freeze()
    wait_s(CUT_S)
    back_ns = now_ns()
    lab.way.mend()
    while _link(running).stage != "up":
        if now_ns() - back_ns > PATIENCE_S * SECOND:
            raise Broken("the link did not come back", f"it says: {_link(running).words}")
        wait_s(LOOK_S)
    again_s = (now_ns() - back_ns) / SECOND
    wait_s(CUT_S)
    return again_s


def _link(running: Trial) -> LinkStatus:
    return running.client.ask("agent", "status", kind=CallStatus).links[0]
