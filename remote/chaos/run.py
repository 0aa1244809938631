"""Run of chaos: a call of its own, shot at while a person speaks with it, recorded, and audited when it is over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import msgspec

from actors.vad.engine import RATE_HZ
from bus.client import Client
from bus.clock import now_ns, wall_time
from bus.errors import Broken, Gone, Wrong
from bus.messages import SoundBegan, SoundSlice, VoiceAudio
from bus.recording import AnyEntry, Passed, Reader, Writer
from remote.audit.evidence import Evidence, Spoken, gather
from remote.audit.joint import cuts_at, joined
from remote.audit.verdict import Verdict, judge
from remote.bench.call import demo
from remote.bench.trial import Nobody
from remote.bench.truth import Truth
from remote.bench.unrest import unrest
from remote.chaos.abroad import Abroad, abroad
from remote.chaos.conversation import converse
from remote.chaos.fault import Done, Fault, Kind, plan_faults
from remote.chaos.injector import Injector
from remote.chaos.stage import CHANGES, TAIL_MS, staged
from remote.director import Director
from remote.far.place import FAR
from remote.recorder import Recorder, record
from remote.session import Session
from topology.choice import settle
from topology.plan import LOCAL, Plan

RECORDING, NOTES, SOUND = "call.rec", "notes.json", "conversation.wav"
WHOLE = frozenset({VoiceAudio.spec.topic, SoundSlice.spec.topic})
"""Topics whose payload the audit compares; of all others their size will do."""
QUIET_S = 4.0
"""The person goes on for so long after the last fault."""
PATIENCE_S = 60.0
"""So much longer than its sound may a call last."""

Tell = Callable[[Done, int], None]
"""Takes what was just done, and how much there is to do."""


class Notes(msgspec.Struct, frozen=True):
    """What an audit needs to know beside the recording."""

    seed: int
    begun_ns: int
    faults: tuple[Done, ...]
    truth: Truth
    unrest: tuple[tuple[int, float], ...]
    trouble: str = ""
    """How the call ended, when it did not end well."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked for."""

    plan: Plan
    folder: Path
    seed: int
    kills: int
    every_s: float
    kinds: tuple[Kind, ...]
    split: bool = False
    """This machine plays the plan's other host, too."""

    def faults(self) -> tuple[Fault, ...]:
        """All that will be done."""
        actors = [actor for actor in self.plan.actors if actor != "web"]
        hosts = self.plan.used_hosts[1:] if self.split else ()
        faults = plan_faults(self.seed, self.kills, self.every_s, self.kinds, actors, hosts)
        able = {
            "change": [actor for actor in CHANGES if actor in self.plan.actors],
            "move": [actor for actor in actors if self.plan.actors[actor].host != LOCAL],
        }
        return tuple(
            msgspec.structs.replace(f, target=able[f.kind][f.number % len(able[f.kind])])
            if f.target not in able.get(f.kind, [f.target])
            else f
            for f in faults
        )


def run_chaos(order: Order, tell: Tell) -> Verdict:
    """The whole run. Raises AvatarError when the call could not be run to its end; then nothing of it is left running."""
    import soundfile

    faults = order.faults()
    held_s = sum(fault.stop_s for fault in faults if fault.kind == "cut")
    sound, truth = converse(*demo(), order.kills * order.every_s + held_s + QUIET_S, order.seed)
    try:
        order.folder.mkdir(parents=True)
    except FileExistsError:
        raise Wrong(f"{order.folder} is there already", "choose another folder: -o DIR") from None
    soundfile.write(order.folder / SOUND, sound, RATE_HZ, subtype="PCM_16")
    name = f"chaos-{order.seed}"[:40]
    plan = staged(
        settle(order.plan, LOCAL), name, (order.folder / SOUND).resolve(), order.folder.resolve(), split=order.split
    )
    session = Session(name)
    with ExitStack() as stage:
        away: Abroad | None = None
        if order.split:
            plan, away = stage.enter_context(abroad(plan, order.folder, name))
        director = Director.of(plan, Nobody())
        machine = stage.enter_context(unrest())
        begun_ns, done, trouble = _live_through(director, session, order, faults, sound.size / RATE_HZ, tell, away)
    notes = Notes(order.seed, begun_ns, tuple(done), truth, tuple(machine.late), trouble)
    (order.folder / NOTES).write_bytes(msgspec.json.encode(notes))
    return audit(order.folder)


def audit(folder: Path) -> Verdict:
    """Judges a run that is over, by what lies in its folder. Raises Wrong."""
    notes = msgspec.json.decode((folder / NOTES).read_bytes(), type=Notes)
    return judge(evidence_of(folder, notes), notes.begun_ns)


def evidence_of(folder: Path, notes: Notes) -> Evidence:
    """The recording and the notes. Raises Broken when the person was never heard."""
    recordings = {LOCAL: _entries(folder / RECORDING)}
    for path in folder.glob(f"{Path(RECORDING).stem}{FAR}*"):
        recordings[path.stem.partition(FAR)[2]] = _entries(path)
    entries = list(joined(recordings)) if len(recordings) > 1 else recordings[LOCAL]
    found = gather(e for e in entries if isinstance(e, Passed) and e.topic == SoundBegan.spec.topic)
    began = [message.at_ns for _, message in found.of(SoundBegan)]
    if not began:
        raise Broken("the call ended before its sound began", f"see the logs of session chaos-{notes.seed}")
    true = notes.truth.at(began[0])
    spoken = [
        Spoken(turn.start_ns, turn.end_ns, len(said.text.split()))
        for turn, said in zip(true, notes.truth.turns, strict=True)
    ]
    evidence = gather(entries, notes.faults, spoken, notes.unrest, notes.trouble)
    evidence.cuts = {host: cuts_at(own) for host, own in recordings.items() if host != LOCAL}
    return evidence


def _entries(path: Path) -> list[AnyEntry]:
    with Reader(path) as reader:
        return list(reader)


def _live_through(
    director: Director,
    session: Session,
    order: Order,
    faults: Sequence[Fault],
    sound_s: float,
    tell: Tell,
    away: Abroad | None,
) -> tuple[int, list[Done], str]:
    """The call from its start to its end: when it began, what was done, and what was wrong with its end."""
    director.start()
    begun_ns = now_ns()
    try:
        with ExitStack() as stage:
            client = stage.enter_context(closing(_client(session, "chaos")))
            recorder = _client(session, "chaos-recorder")
            stage.enter_context(_recorded(session, recorder, order.folder / RECORDING, order.plan))
            if away is not None:
                far = order.folder / f"{Path(RECORDING).stem}{FAR}{away.host}.rec"
                recorder = away.client("chaos-recorder-far")
                stage.enter_context(_recorded(session, recorder, far, order.plan, away.host))
            injector = Injector(session, client, begun_ns, lambda done: tell(done, len(faults)), away)
            work = threading.Thread(target=injector.run, args=(faults,), name="faults")
            late = threading.Timer(sound_s + TAIL_MS / 1_000 + PATIENCE_S, setattr, (director, "stopping", True))
            work.start()
            late.start()
            try:
                director.follow()
            finally:
                late.cancel()
                injector.stopping = True
                work.join()
    finally:
        ending = director.end()
    late_end = "it did not end by itself" if director.stopping else ""
    trouble = ending.what or late_end or ", ".join(f"given up: {each}" for each in ending.given_up)
    return begun_ns, injector.done, trouble


def _client(session: Session, name: str) -> Client:
    running = session.running()
    if running is None:
        raise Gone("the call ended at once", f"its logs: {session.logs}")
    return Client(session.keys(), running.control_port, name)


@contextmanager
def _recorded(session: Session, client: Client, path: Path, plan: Plan, here: str = LOCAL) -> Iterator[None]:
    over = threading.Event()
    with closing(client):
        recorder = Recorder(
            client,
            Writer(path),
            session.name,
            plan.used_hosts,
            wall_time(),
            here=here,
            whole=lambda topic: topic in WHOLE,
        )
        failed: list[Exception] = []

        def keep() -> None:
            try:
                record(recorder, lambda: "the run is over" if over.is_set() else "")
            except Broken as error:
                failed.append(error)

        thread = threading.Thread(target=keep, name=f"recorder-{here}")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
    if failed:
        raise failed[0]
