"""Figures of restarts and crashes: every actor is restarted and killed in a running call, while the person speaks and while
the avatar does. What was heard and seen is read from the recordings themselves, to the sample."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from actors.soundtrack import Soundtrack
from actors.take import SoundPart, find_parts, read_sound
from actors.vad.engine import RATE_HZ as HEARD_HZ
from bus.clock import MS, SECOND
from bus.errors import Broken
from bus.link import Delivery
from bus.messages import RATE_HZ, CallHealth, Played, Shown, SoundBegan, SoundSlice, SpeechChunk
from remote.bench.call import demo
from remote.bench.continuity import Pcm, breaks, unlike
from remote.bench.damage import AnswerDamage, Damage, restart_figures
from remote.bench.figures import Figure, Tell
from remote.bench.strikes import Strike, Striker, script
from remote.bench.trial import Command, lay_out, trial
from remote.bench.truth import SaidTurn, TrueTurn, Truth
from remote.bench.unrest import unrest

NAME = "bench-restarts"
WITNESSED = (CallHealth, SoundBegan, SpeechChunk, SoundSlice, Played, Shown)
ACTORS = ("vad", "asr", "turn-manager", "llm", "chunker", "tts", "face", "av-sync", "cam-out", "mic-out")
SINKS = ("cam-out", "mic-out")
PIECES = (1, 0)
"""Turns of the bundled conversation without a pause in them; asked in turn."""
ANSWERS = (
    "Then that part starts again. The call goes on. You will not hear a thing.",
    "I am a digital clone. My voice is made in pieces. My face follows it.",
)
MARGIN_MS = 60
LEAD_MS = 2_000
SILENCE_MS = 7_000
"""After a question: the answer takes 4.5 s, and begins 0.7 s after it, or later when somebody was killed."""
TAIL_MS = 60_000
"""The call is ended before that: so its parts can still be read."""
PERSONA = """
name = "Nova"
language = "en"
[greeting]
en = "Hello."
[unknown]
en = ["No."]
"""


@dataclass(slots=True)
class Recording:
    """What was heard and shown: one line of sound (int16, 48 kHz) from `zero_ns` on, its parts, and when each picture was shown."""

    zero_ns: int
    voice: Pcm
    parts: list[tuple[int, int]]
    """Of the voice: when each begins and ends."""
    pictures: list[list[int]]
    """Of each part of the picture: when each frame was shown."""

    def between(self, start_ns: int, end_ns: int) -> tuple[Pcm, int]:
        """A stretch of the voice, and when its first sample was heard."""
        first = max(0, (start_ns - self.zero_ns) * RATE_HZ // SECOND)
        return self.voice[first : (end_ns - self.zero_ns) * RATE_HZ // SECOND], self.zero_ns + first * SECOND // RATE_HZ


def measure_restarts(
    up: Command, tell: Tell, *, rounds: int, actors: tuple[str, ...] = ACTORS
) -> Iterator[list[Figure]]:
    """Runs one call in which everything is struck `rounds` times in each phase. Raises AvatarError."""
    sound, truth, strikes = conversation(rounds, actors)
    tell(f"one call, {len(strikes)} restarts and kills, about {sound.size / HEARD_HZ + 8:.0f} s")
    with tempfile.TemporaryDirectory(prefix="avatar-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        plan = _lay_out(folder, sound)
        with trial(plan, NAME, up, WITNESSED) as running, unrest() as machine:
            striker = Striker(running.client, strikes, truth)
            striker.follow(sound.size / HEARD_HZ)
            recording = read_recording(folder / "out" / "demo")
    yield restart_figures(damage_of(striker, recording), machine.worst_ms)


def conversation(rounds: int, actors: tuple[str, ...] = ACTORS) -> tuple[Pcm, Truth, list[Strike]]:
    """A person who asks two questions over and over: the first two undisturbed, the others struck. Sound at 16 kHz."""
    sound, said = demo()
    lengths = [said.turns[p].end_ms - said.turns[p].start_ms for p in PIECES]
    strikes = script(actors, lengths, len(PIECES), rounds)
    pieces: list[Pcm] = [np.zeros((LEAD_MS - MARGIN_MS) * HEARD_HZ // 1000, np.int16)]
    turns: list[SaidTurn] = []
    at = pieces[0].size
    for number in range(max(strike.turn for strike in strikes) + 1):
        asked = said.turns[PIECES[number % len(PIECES)]]
        first, last = (round(ms * HEARD_HZ / 1000) for ms in (asked.start_ms - MARGIN_MS, asked.end_ms + MARGIN_MS))
        start_ms = at * 1000 / HEARD_HZ + MARGIN_MS
        turns.append(SaidTurn(asked.text, start_ms, start_ms + asked.end_ms - asked.start_ms))
        silence = np.zeros((SILENCE_MS - 2 * MARGIN_MS) * HEARD_HZ // 1000, np.int16)
        pieces += [sound[first:last], silence]
        at += last - first + silence.size
    whole = np.concatenate(pieces)
    return whole, Truth(HEARD_HZ, whole.size * 1000 / HEARD_HZ, tuple(turns)), strikes


def read_recording(folder: Path) -> Recording:
    """Reads the parts of a call that still runs, or of one that was killed."""
    import av

    sounds = [sound for part in find_parts(folder, "voice") if (sound := read_sound(part))]
    zero_ns = min(part.start_ns for part in sounds)
    track = Soundtrack(sounds, zero_ns)
    pictures = []
    for part in find_parts(folder, "picture"):
        try:
            with av.open(str(part.path)) as film:
                stream = film.streams.video[0]
                shown = [float(p.pts * p.time_base) for p in film.demux(stream) if p.pts is not None and p.time_base]
        except av.error.InvalidDataError:
            continue  # it was killed before its first picture was written
        pictures.append([part.start_ns + round(s * SECOND) for s in sorted(shown)])
    return Recording(zero_ns, track.read(track.samples), [_span(part) for part in sounds], pictures)


def damage_of(striker: Striker, recording: Recording) -> Damage:
    """Everything that is known of each turn and each strike.

    What was heard is held against what av-sync sent, sample by sample; and what it sent against the undisturbed answer to the
    same question, step by step: no voice says a sentence twice with the same samples.
    """
    turns, sent = striker.turns, sent_sounds(striker.deliveries)
    answers: list[AnswerDamage] = []
    references: list[Pcm] = []
    for number, turn in enumerate(turns):
        end_ns = _end_of(turns, number)
        heard, from_ns = recording.between(turn.end_ns, end_ns)
        mine = [sound for at_ns, sound in sent if turn.end_ns <= at_ns < end_ns]
        said = np.concatenate(mine) if mine else heard[:0]
        if len(references) < len(PIECES):
            if not said.size:
                raise Broken("an undisturbed answer was not heard", "run it by hand: avatar up topology/demo.toml")
            references.append(said)
        broken = [(from_ns + found.at * SECOND // RATE_HZ, found) for found in breaks(heard, said)]
        answers.append(AnswerDamage(len(mine), unlike(said, references[number % len(PIECES)]), broken))
    shown = [(d.message.at_ns, d.message.position) for d in striker.deliveries if isinstance(d.message, Shown)]
    return Damage(striker.struck, answers, recording.parts, recording.pictures, shown)


def sent_sounds(deliveries: Sequence[Delivery]) -> list[tuple[int, Pcm]]:
    """The sound of each reply as it was sent to the sink, by position; and when its first sample was to be heard."""
    replies: dict[tuple[int, int], dict[int, SoundSlice]] = {}
    for d in deliveries:
        if isinstance(d.message, SoundSlice):
            replies.setdefault((d.header.turn, d.header.gen), {})[d.message.position] = d.message
    found = []
    for slices in replies.values():
        end = max(position + len(each.payload) // 2 for position, each in slices.items())
        sound = np.zeros(end, np.int16)
        for position, each in slices.items():
            piece = np.frombuffer(each.payload, "<i2")
            sound[position : position + piece.size] = piece
        found.append((min(each.at_ns for each in slices.values()), sound))
    return sorted(found, key=lambda reply: reply[0])


def _end_of(turns: tuple[TrueTurn, ...], number: int) -> int:
    return turns[number + 1].start_ns if number + 1 < len(turns) else turns[number].end_ns + SILENCE_MS * MS


def _span(part: SoundPart) -> tuple[int, int]:
    return part.start_ns, part.start_ns + part.pcm.size * SECOND // part.rate_hz


def _lay_out(folder: Path, sound: Pcm) -> Path:
    """The demo's plan with this sound and with answers that are known."""
    import soundfile

    _, said = demo()
    changes = {"name": f'"{NAME}"', "path": f'"conversation.wav"\ntail_ms = {TAIL_MS}'}
    plan = lay_out(folder, "demo.toml", changes)
    soundfile.write(folder / "conversation.wav", sound, HEARD_HZ, subtype="PCM_16")
    answers = [
        f"[[answer]]\nquestions = [{json.dumps(said.turns[piece].text)}]\nanswer = {json.dumps(answer)}\n"
        for piece, answer in zip(PIECES, ANSWERS, strict=True)
    ]
    (folder / "persona.toml").write_text(PERSONA + "".join(answers), encoding="utf-8")
    return plan
