"""Figures of whole calls: the demo, and a person who interrupts every answer. Against the truth, and against the film."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from actors.vad.engine import RATE_HZ
from bus.clock import MS, SECOND
from bus.errors import Broken
from bus.link import Delivery
from bus.messages import CameraHealth, Played, Shown, SoundEnded, UserSaid
from bus.messages.stage import TurnTimeline
from remote.bench.barge_ins import PATIENCE_NS, BargeIn, barge_in_figures, barge_ins, film_barge_in_figures
from remote.bench.figures import Figure, Tell, median, spread
from remote.bench.film import Film, read_film
from remote.bench.film_clues import last_sound_s, mouth_lag_ms, place_of, rest_s, sounds_at
from remote.bench.interruptions import interruptions
from remote.bench.sinks import PICTURE_EARLY_MS, PICTURE_LATE_MS, camera_figures, frame_skews, skew_figures
from remote.bench.trial import Command, Trial, lay_out, trial
from remote.bench.truth import TrueTurn, Truth, first_sample_ns
from remote.bench.turns import AnsweredTurn, answered_turns, turn_figures
from remote.bench.unrest import unrest

WITNESSED = (UserSaid, TurnTimeline, Played, Shown, CameraHealth, SoundEnded)
READY_S = 8.0
HUB_PERCENT = 5.0
TAIL_MS = 9_000
"""Silence after the file, so that the last answer is heard."""
INTERRUPTIONS = 13
PATIENCE_S = 30.0
"""So much longer than its sound may a call last."""
FILM = Path("out", "demo", "call.mp4")

Pcm = NDArray[np.int16]


@dataclass(slots=True)
class Call:
    """All that is known of one call."""

    ready_s: float
    up_ns: int
    hub_percent: float
    unrest_ms: float
    """Worst gap of a bare timer beside it, as fast as the camera."""
    deliveries: list[Delivery]
    truth: tuple[TrueTurn, ...]
    turns: list[AnsweredTurn]
    barge_ins: list[BargeIn]
    film: Film
    first_ns: int
    first_s: float
    """When the person's file begins, on the host's clock and in the film."""


def measure_calls(up: Command, tell: Tell, *, demos: int, hasty: int, starts: int) -> Iterator[list[Figure]]:
    """Runs the demo `demos` times and as often (at least once) a person who interrupts `hasty` answers; gives
    the figures of all calls at the end. `starts`: further starts, of calls that are ended at once. Raises AvatarError."""
    sound, truth = demo()
    calls: list[Call] = []
    scripts = [("the demo", sound, truth)] * demos
    scripts += [("a person who interrupts every answer", *interruptions(sound, truth, hasty))] * max(1, demos)
    for number, (what, pcm, said) in enumerate(scripts, 1):
        seconds = (pcm.size / RATE_HZ) + TAIL_MS / 1000 + READY_S
        tell(f"call {number} of {len(scripts)}: {what}, about {seconds:.0f} s")
        calls.append(run_call(up, pcm, said, number))
    ready = [call.ready_s for call in calls]
    for number in range(starts):
        tell(f"start {number + 1} of {starts}")
        ready.append(start_only(up))
    yield figures(calls, ready, hasty * max(1, demos))


def demo() -> tuple[Pcm, Truth]:
    """The person of the demo plan, 16 kHz, and the truth about it."""
    import soundfile

    folder = files("topology")
    with (folder / "conversation.wav").open("rb") as file:
        sound, rate_hz = soundfile.read(file, dtype="int16")
    if rate_hz != RATE_HZ:
        raise Broken(f"conversation.wav has {rate_hz} Hz, not {RATE_HZ}", "it belongs to avatar: install it again")
    return sound, Truth.read(Path(str(folder / "conversation.json")))


def run_call(up: Command, sound: Pcm, truth: Truth, number: int) -> Call:
    """One call from its start to its film."""
    import soundfile

    with _folder() as folder:
        name = f"bench-call-{number}"
        plan = lay_out(folder, "demo.toml", {"name": f'"{name}"', "path": f'"conversation.wav"\ntail_ms = {TAIL_MS}'})
        soundfile.write(folder / "conversation.wav", sound, RATE_HZ, subtype="PCM_16")
        with trial(plan, name, up, WITNESSED) as running, unrest() as machine:
            deliveries, hub_percent = _attend(running, sound.size / RATE_HZ + TAIL_MS / 1000 + PATIENCE_S)
        film = read_film(folder / FILM)
    ended = [d.message.at_ns for d in deliveries if isinstance(d.message, SoundEnded)]
    if not ended:
        raise Broken("the call ended before its sound did", "run it by hand: avatar up topology/demo.toml")
    first_ns = first_sample_ns(ended[0], sound.size, TAIL_MS)
    true = truth.at(first_ns)
    return Call(
        running.ready_s,
        running.up_ns,
        hub_percent,
        machine.worst_ms,
        deliveries,
        true,
        answered_turns(deliveries, true),
        barge_ins(deliveries, true),
        film,
        first_ns,
        place_of(sound, film.person),
    )


def start_only(up: Command) -> float:
    """Seconds from `up` to ready, of a call that is ended at once."""
    with _folder() as folder:
        plan = lay_out(folder, "demo.toml", {"name": '"bench-start"'})
        with trial(plan, "bench-start", up, ()) as running:
            return running.ready_s


def _attend(running: Trial, at_most_s: float) -> tuple[list[Delivery], float]:
    running.measure_cpu()
    running.follow(at_most_s)
    spent = running.measure_cpu()
    deliveries = running.deliveries
    seconds = (deliveries[-1].received_ns - running.up_ns) / SECOND if deliveries else 1.0
    return deliveries, 100 * spent.get("hub", 0.0) / seconds


def figures(calls: Sequence[Call], ready: Sequence[float], interrupted: int) -> list[Figure]:
    """Every figure of the calls."""
    turns = [turn for call in calls for turn in call.turns]
    found = [barge_in for call in calls for barge_in in call.barge_ins]
    silences, mouths = _in_the_film(calls)
    lags = [mouth_lag_ms(call.film.seen_s, call.film.mouth, call.film.voice) for call in calls]
    return [
        Figure(
            part="call",
            name="from `avatar up` to ready, worst",
            value=round(max(ready), 2),
            unit="s",
            at_most=READY_S,
            note=spread([round(s, 2) for s in ready], "s"),
        ),
        *turn_figures(turns, sum(len(call.truth) for call in calls)),
        *barge_in_figures(found, least=min(8, max(1, interrupted * 2 // 3))),
        *film_barge_in_figures(silences, mouths),
        *skew_figures([skew for call in calls for skew in frame_skews(call.deliveries)]),
        Figure(
            part="call",
            name="picture later than sound, by the film alone",
            value=median([lag for lag, _ in lags]),
            unit="ms",
            at_least=PICTURE_EARLY_MS,
            at_most=PICTURE_LATE_MS,
            note=f"correlation of mouth and loudness {median([likeness for _, likeness in lags]):.2f}",
        ),
        *(figure for call in calls for figure in camera_figures(call.deliveries, call.up_ns, call.unrest_ms)),
        Figure(
            part="call",
            name="hub's processor time during a call",
            value=round(median([call.hub_percent for call in calls]), 2),
            unit="% of a core",
            at_most=HUB_PERCENT,
        ),
    ]


def _in_the_film(calls: Sequence[Call]) -> tuple[list[float], list[float]]:
    """Of each barge-in: milliseconds from the true onset to the last sound, and from silence to the mouth at rest."""
    silences, mouths = [], []
    for call in calls:
        for barge_in in call.barge_ins:
            onset_s = call.first_s + (barge_in.onset_ns - call.first_ns) / SECOND
            until_s = onset_s + PATIENCE_NS / SECOND
            if not sounds_at(call.film.voice, onset_s):
                continue  # it fell into a pause of the voice: there was nothing to silence
            silent_s = last_sound_s(call.film.voice, onset_s, until_s)
            silences.append((silent_s - onset_s) * SECOND / MS)
            # The voice may have been between two words when it was held: until then the mouth had every right to move.
            held_s = max(silent_s, onset_s + barge_in.silence_ms * MS / SECOND)
            mouths.append((rest_s(call.film.seen_s, call.film.mouth, held_s, until_s) - held_s) * SECOND / MS)
    return silences, mouths


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="avatar-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()
