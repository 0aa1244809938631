"""Scene of an audit: a small call without a fault, as entries of a recording, to be spoilt in one place.

Turn 1 is answered in two sentences and heard to its end, turn 2 is interrupted by turn 3, which is answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from bus.clock import MS
from bus.codec import decode_body, decode_header, encode, encode_body
from bus.envelope import VERSION, Header
from bus.messages import (
    AnswerDone,
    CameraHealth,
    Cut,
    Message,
    Pause,
    Played,
    Prompt,
    Sentence,
    SentenceEnd,
    SentencesDone,
    Shown,
    SoundSlice,
    Token,
    UserSaid,
    VoiceAudio,
)
from bus.recording import AnyEntry, Passed
from remote.audit.evidence import Evidence, Spoken, gather
from remote.audit.verdict import judge
from remote.chaos.fault import Done, Fault, Kind
from remote.kinds import KINDS

SLICE = 960
TURNS = ((1_000, 2_000), (6_000, 7_000), (9_000, 10_000))
"""When the person speaks, ms."""
PAUSE = 960
HEARD, CUT = (1, 1), (2, 1)
"""Turn and generation of the reply that is heard to its end, and of the one that is cut."""


class Scene:
    """Messages in the order of the hub; `at_ms` is the time of the next one."""

    def __init__(self) -> None:
        self.entries: list[AnyEntry] = []
        self.at_ms = 0.0
        self._seqs: Counter[tuple[str, str, int]] = Counter()
        self._ids = 0

    def say(self, source: str, message: Message, key: tuple[int, int] = (0, 0), epoch: int = 1, ident: int = 0) -> None:
        """One message, now."""
        topic = message.spec.topic
        self._seqs[source, topic, epoch] += 1
        self._ids += 1
        at_ns = round(self.at_ms * MS)
        header = Header(
            v=VERSION,
            id=ident or self._ids,
            source=source,
            epoch=epoch,
            seq=self._seqs[source, topic, epoch],
            t0=at_ns,
            t=at_ns,
            host="local",
            turn=key[0],
            gen=key[1],
            fenced=message.spec.fenced,
            body=encode_body(message),
        )
        frames = encode(header, message)
        self.entries.append(Passed(at_ns, topic, frames[1], len(frames[2]), frames[2]))

    def camera(self, until_ms: float, epoch: int = 1) -> None:
        """A report each second."""
        at_ms = self.at_ms
        for second in range(1, int(until_ms / 1_000) + 1):
            self.at_ms = second * 1_000.0
            self.say("cam-out", CameraHealth(fps=25.0, worst_gap_ms=41.0), epoch=epoch)
        self.at_ms = at_ms
        self.entries.sort(key=lambda entry: entry.seen_ns if isinstance(entry, Passed) else 0)


def voice(key: tuple[int, int], sentence: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """The sound of a sentence: 100 ms that no other has."""
    return (np.arange(5 * SLICE) % 100 + 100 * key[0] + 1_000 * sentence + 1).astype("<i2")


def track(key: tuple[int, int]) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """The sound of a reply of two sentences."""
    return np.concatenate([voice(key, 0), np.zeros(PAUSE, "<i2"), voice(key, 1)]).astype("<i2")


def reply(scene: Scene, key: tuple[int, int], *, cut_after: int = 0) -> None:
    """A reply of two sentences; cut after so many slices."""
    scene.say("turn-manager", Prompt(lines=(), language="en"), key)
    for index, text in enumerate(("Hi ", "there. ", "You.")):
        scene.say("llm", Token(index=index, text=text), key)
    scene.say("llm", AnswerDone(tokens=3, language="en"), key)
    for index, text in enumerate(("Hi there.", "You.")):
        scene.say("chunker", Sentence(index=index, text=text, language="en"), key)
    scene.say("chunker", SentencesDone(sentences=2), key)
    for sentence in (0, 1):
        pcm = voice(key, sentence)
        for at in (0, 2 * SLICE):
            piece = pcm[at:][: 2 * SLICE if not at else None]
            scene.say("tts", VoiceAudio(sentence=sentence, position=at, payload=piece.tobytes()), key)
        scene.say("tts", SentenceEnd(sentence=sentence, samples=pcm.size, pause=PAUSE if not sentence else 0), key)
    play(scene, key, cut_after)


def play(scene: Scene, key: tuple[int, int], cut_after: int) -> None:
    """av-sync's slices, and what mic-out tells of them."""
    pcm = track(key)
    start_ms = scene.at_ms
    for at in range(0, pcm.size, SLICE):
        if cut_after and at >= cut_after * SLICE:
            break
        scene.say("av-sync", SoundSlice(position=at, at_ns=0, payload=pcm[at : at + SLICE].tobytes()), key)

    def heard(event: str, position: int) -> None:
        scene.at_ms = start_ms + position / 48
        at_ns = round(scene.at_ms * MS)
        scene.say("mic-out", msgspec.convert({"event": event, "position": position, "at_ns": at_ns}, Played), key)

    end = cut_after * SLICE or pcm.size
    heard("started", 0)
    scene.say("cam-out", Shown(position=0, at_ns=round(scene.at_ms * MS)), key)
    heard("playing", 2 * SLICE)
    if cut_after:
        scene.say("turn-manager", Pause(onset_ns=0))
    heard("paused" if cut_after else "playing", end)
    if cut_after:
        scene.at_ms += 500
        scene.say("turn-manager", Cut(below_gen=key[1] + 1), (key[0], key[1] + 1))
        heard("cut", end)
    else:
        heard("done", end)


def good_call() -> Scene:
    """The whole of it."""
    scene = Scene()
    for key, (_, end_ms) in zip((HEARD, CUT, (3, 2)), TURNS, strict=True):
        scene.at_ms = end_ms + 600
        scene.say("turn-manager", UserSaid(text="one two three four five", ended_ns=round(end_ms * MS)), key)
        reply(scene, key, cut_after=4 if key == CUT else 0)
    scene.camera(scene.at_ms)
    return scene


def evidence(scene: Scene, faults: Sequence[Done] = (), unrest: Sequence[tuple[int, float]] = ()) -> Evidence:
    """What the auditor makes of it."""
    truth = tuple(Spoken(round(start * MS), round(end * MS), 5) for start, end in TURNS)
    return gather(scene.entries, faults, truth, unrest)


def fault(kind: Kind, target: str, at_ms: float, until_ms: float = 0.0, epoch: int = 1, pid: int = 0) -> Done:
    """A fault that was done."""
    planned = Fault(number=1, at_s=at_ms / 1_000, kind=kind, target=target)
    at_ns = round(at_ms * MS)
    return Done(fault=planned, at_ns=at_ns, until_ns=max(at_ns, round(until_ms * MS)), epoch=epoch, pid=pid)


Spoil = Callable[[Scene], None]
Key = tuple[int, int]


def opened(entry: Passed) -> tuple[Header, Message]:
    """The message of an entry."""
    _, header = decode_header([entry.topic.encode() + b"\0", entry.header, entry.payload or b""])
    return header, decode_body(KINDS[entry.topic], header, entry.payload or b"")


def places(scene: Scene, kind: type[Message], key: tuple[int, int] | None = None) -> list[int]:
    """Where in the recording messages of a kind are."""
    return [
        place
        for place, entry in enumerate(scene.entries)
        if isinstance(entry, Passed)
        and entry.topic == kind.spec.topic
        and (key is None or (opened(entry)[0].turn, opened(entry)[0].gen) == key)
    ]


def changed(scene: Scene, place: int, **fields: object) -> None:
    """Gives the message there other fields."""
    entry = scene.entries[place]
    assert isinstance(entry, Passed)
    header, message = opened(entry)
    other = msgspec.structs.replace(message, **fields)
    frames = encode(msgspec.structs.replace(header, body=encode_body(other)), other)
    scene.entries[place] = Passed(entry.seen_ns, entry.topic, frames[1], len(frames[2]), frames[2])


def again(scene: Scene, place: int) -> None:
    """Says the message there a second time, as another one."""
    entry = scene.entries[place]
    assert isinstance(entry, Passed)
    header, message = opened(entry)
    frames = encode(msgspec.structs.replace(header, id=header.id + 10**6), message)
    scene.entries.insert(place + 1, Passed(entry.seen_ns, entry.topic, frames[1], len(frames[2]), frames[2]))


def without(kind: type[Message], index: int = 0, key: Key | None = HEARD) -> Spoil:
    """Takes one message out."""

    def spoil(scene: Scene) -> None:
        del scene.entries[places(scene, kind, key)[index]]

    return spoil


def twice(kind: type[Message], index: int = 0) -> Spoil:
    """Lets one message come again."""
    return lambda scene: again(scene, places(scene, kind, HEARD)[index])


def other(kind: type[Message], index: int = 0, key: Key | None = HEARD, **fields: object) -> Spoil:
    """Gives one message other fields."""
    return lambda scene: changed(scene, places(scene, kind, key)[index], **fields)


def swapped(kind: type[Message]) -> Spoil:
    """Turns two messages round."""

    def spoil(scene: Scene) -> None:
        a, b = places(scene, kind, HEARD)[:2]
        scene.entries[a], scene.entries[b] = scene.entries[b], scene.entries[a]

    return spoil


def late(kind: type[Message]) -> Spoil:
    """Something of the reply that was cut comes again long after its cut."""

    def spoil(scene: Scene) -> None:
        entry = scene.entries[places(scene, kind, CUT)[0]]
        assert isinstance(entry, Passed)
        header, message = opened(entry)
        scene.at_ms = 9_000.0
        at = {"at_ns": round(9_000 * MS)} if "at_ns" in message.__struct_fields__ else {}
        scene.say(header.source, msgspec.structs.replace(message, **at), CUT)

    return spoil


def broken(scene: Scene, faults: Sequence[Done] = (), unrest: Sequence[tuple[int, float]] = ()) -> set[str]:
    """The rules that the call broke."""
    return {violation.rule for violation in judge(evidence(scene, faults, unrest)).violations}


def spoilt(spoil: Spoil) -> set[str]:
    """The rules that the good call breaks once it is spoilt."""
    scene = good_call()
    spoil(scene)
    return broken(scene)
