"""Rehearsal of the stage page: made-up pictures, a voice of tones and a scripted conversation, without a bus.

`python -m tests.tools.rehearse_page [PORT]` serves it and prints the address.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from actors.web.actor import Web
from actors.web.server import PageServer, PageSettings
from bus.clock import MS, now_ns, sleep_until
from bus.errors import AvatarError
from bus.messages import (
    CameraHealth,
    CameraPicture,
    Caption,
    Conversation,
    HeardSound,
    Line,
    Message,
    Partial,
    Phase,
    Skew,
    Stage,
    TurnState,
    TurnTimeline,
    UserSaid,
)
from bus.rehearsal import Rehearsal

RATE_HZ = 48_000
SLICE_MS = 20
WIDTH, HEIGHT = 960, 540
SYLLABLE_MS = 240
MOUTH = (480, 356)
"""Where the mouth is in the picture, in pixels; open it is red, shut it is skin."""

EARLIER = (
    Line("user", "Hi! Can you hear me?", 1),
    Line("assistant", "Loud and clear. Good to see you again.", 1),
    Line("user", "Tell me how the launch went.", 2),
    Line("assistant", "Better than we had hoped. The first hour was quiet, and then", 2, interrupted=True),
    Line("user", "Sorry, just the numbers please.", 3),
    Line("assistant", "Four thousand sign-ups on day one, and a third of them came back on day two.", 3),
)
QUESTION = "What would you change if you did it again?"
ANSWER = "I would start smaller. One city, one week, and every single person on a call with us before they pay."
PHASES: tuple[tuple[int, Phase], ...] = (
    (0, "listening"),
    (1_000, "user-speaking"),
    (3_000, "thinking"),
    (3_800, "speaking"),
    (9_000, "listening"),
)
LENGTH_MS = 10_000


def timeline(turn: int, slower: float) -> TurnTimeline:
    """A turn whose engines took `slower` times as long as usual."""
    stages = [
        Stage("turn-manager", 220, "wait"),
        Stage("asr", 3, "bus"),
        Stage("asr", 124 * slower, "engine"),
        Stage("llm", 4, "bus"),
        Stage("llm", 186 * slower, "engine"),
        Stage("chunker", 2, "bus"),
        Stage("chunker", 9, "engine"),
        Stage("tts", 3, "bus"),
        Stage("tts", 142 * slower, "engine"),
        Stage("face", 58, "engine"),
        Stage("av-sync", 24, "engine"),
        Stage("mic-out", 21, "engine"),
    ]
    bus = sum(stage.ms for stage in stages if stage.kind == "bus")
    total = sum(stage.ms for stage in stages)
    return TurnTimeline(turn=turn, total_ms=total, wait_ms=220, overhead_ms=bus, stages=tuple(stages))


@dataclass(frozen=True, slots=True)
class Cue:
    """A message that is due `at_ms` after the scene's beginning."""

    at_ms: int
    message: Message


def cues() -> list[Cue]:
    """The scene's events, by time."""
    made = [Cue(at_ms, TurnState(phase=phase, since_ns=0)) for at_ms, phase in PHASES]
    asked = (*EARLIER, Line("user", QUESTION, 4))
    made += [Cue(0, Conversation(lines=EARLIER)), Cue(3_010, Conversation(lines=asked))]
    made += [Cue(0, timeline(turn, slower)) for turn, slower in ((1, 0.8), (2, 1.35), (3, 1.0))]
    made += [Cue(3_000, UserSaid(text=QUESTION, ended_ns=0, wait_ms=220)), Cue(3_800, timeline(4, 0.92))]
    words = QUESTION.split()
    made += [
        Cue(1_150 + 200 * i, Partial(utterance=4, text=" ".join(words[: i + 1]).lower())) for i in range(len(words))
    ]
    spoken = ANSWER.split()
    made += [Cue(3_900 + 235 * i, Caption(text=" ".join(spoken[: i + 1]))) for i in range(len(spoken))]
    made += [Cue(8_990, Caption(text=ANSWER, done=True))]
    made += [Cue(9_000, Conversation(lines=(*asked, Line("assistant", ANSWER, 4))))]
    for second in range(0, LENGTH_MS, 1_000):
        made.append(Cue(second, CameraHealth(fps=25.0, worst_gap_ms=43.0)))
        made.append(Cue(second, Skew(median_ms=4.0, worst_ms=22.0, frames=25)))
    return sorted(made, key=lambda cue: cue.at_ms)


def is_open(at_ms: int) -> bool:
    """Whether the mouth is open and the voice sounds, at a time of the scene."""
    return 3_800 <= at_ms % LENGTH_MS < 9_000 and (at_ms // (SYLLABLE_MS // 2)) % 2 == 0


def voice(at_ms: int) -> bytes:
    """20 ms of the voice: a chord while the mouth is open, else silence; s16le 48 kHz."""
    if not is_open(at_ms):
        return bytes(2 * RATE_HZ * SLICE_MS // 1_000)
    t = (np.arange(RATE_HZ * SLICE_MS // 1_000) + at_ms * RATE_HZ // 1_000) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * f * t) / k for k, f in enumerate((150.0, 300.0, 450.0), 1))
    return (4_000 * np.asarray(tone)).astype("<i2").tobytes()


def _backdrop() -> NDArray[np.uint8]:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    glow = np.exp(-(((x - 660) / 420) ** 2 + ((y - 130) / 330) ** 2))[..., None]
    wall: NDArray[np.float64] = np.array([66, 60, 58]) + glow * np.array([58, 84, 108])
    return np.clip(wall, 0, 255).astype(np.uint8)


_BACKDROP = _backdrop()


def picture(at_ms: int) -> bytes:
    """A person, roughly: breathing, blinking, and the mouth open with the voice; JPEG."""
    canvas = _BACKDROP.copy()
    sway = round(3 * np.sin(at_ms / 900))
    breath = round(3 * np.sin(at_ms / 700))
    skin, hair, shirt = (150, 178, 222), (38, 44, 58), (92, 78, 62)
    cv2.ellipse(canvas, (480, 590 + breath), (230, 170), 0, 180, 360, shirt, -1, cv2.LINE_AA)
    cv2.rectangle(canvas, (440, 380), (520, 460), (132, 160, 204), -1)
    cv2.ellipse(canvas, (480 + sway, 240), (122, 146), 0, 0, 360, hair, -1, cv2.LINE_AA)
    cv2.ellipse(canvas, (480 + sway, 278), (100, 132), 0, 0, 360, skin, -1, cv2.LINE_AA)
    cv2.ellipse(canvas, (480 + sway, 172), (104, 62), 0, 170, 370, hair, -1, cv2.LINE_AA)
    lid = 1 if at_ms % 3_700 < 130 else 9
    for eye in (440, 520):
        cv2.ellipse(canvas, (eye + sway, 268), (11, lid), 0, 0, 360, (42, 38, 40), -1, cv2.LINE_AA)
    if is_open(at_ms):
        cv2.ellipse(canvas, MOUTH, (30, 17), 0, 0, 360, (40, 40, 190), -1, cv2.LINE_AA)
    else:
        cv2.ellipse(canvas, (MOUTH[0], MOUTH[1] - 6), (28, 8), 0, 20, 160, (70, 70, 150), 3, cv2.LINE_AA)
    done, jpeg = cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, 88])
    assert done
    return jpeg.tobytes()


async def perform(scene: Rehearsal, length_ms: int | None = None) -> None:
    """Plays the scene to the actor in real time, again and again, or for `length_ms`."""
    began_ns = now_ns()
    waiting: list[Cue] = []
    at_ms = 0
    while length_ms is None or at_ms < length_ms:
        at_ns = began_ns + at_ms * MS
        await sleep_until(at_ns)
        if at_ms % LENGTH_MS == 0:
            waiting = cues()
        while waiting and waiting[0].at_ms <= at_ms % LENGTH_MS:
            await scene.send(waiting.pop(0).message)
        await scene.send(HeardSound(at_ns=at_ns, payload=voice(at_ms)))
        if at_ms % 40 == 0:
            await scene.send(CameraPicture(at_ns=at_ns, payload=picture(at_ms)))
        at_ms += SLICE_MS


async def main(port: int) -> None:
    """Serves the rehearsal until Ctrl-C."""
    server = PageServer(PageSettings(port=port))
    async with Rehearsal(Web(server)) as scene:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await perform(scene)


if __name__ == "__main__":
    try:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8440))
    except KeyboardInterrupt:
        pass
    except AvatarError as error:
        sys.exit(str(error))
