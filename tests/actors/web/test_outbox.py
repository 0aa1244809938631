from __future__ import annotations

import asyncio
import struct

import msgspec

from actors.web.outbox import KEEP_SOUND, Outbox
from bus.messages import CameraPicture, Caption, HeardSound, Partial, TurnState, UserSaid


def drain(outbox: Outbox) -> list[bytes | str]:
    async def scene() -> list[bytes | str]:
        taken: list[bytes | str] = []
        while True:
            try:
                taken.append(await asyncio.wait_for(outbox.take(), 0.01))
            except TimeoutError:
                return taken

    return asyncio.run(scene())


def times_us(items: list[bytes | str], kind: int) -> list[int]:
    heads = [struct.unpack(">BQ", item[:9]) for item in items if isinstance(item, bytes)]
    return [at_us for found, at_us in heads if found == kind]


def test_a_slow_page_gets_the_newest_two_pictures() -> None:
    outbox = Outbox()
    for at_us in range(5):
        outbox.put(CameraPicture(at_ns=at_us * 1_000, payload=b"jpeg"))
    assert times_us(drain(outbox), kind=1) == [3, 4]
    assert outbox.dropped == 3


def test_sound_is_kept_for_400_ms() -> None:
    outbox = Outbox()
    for at_us in range(KEEP_SOUND + 7):
        outbox.put(HeardSound(at_ns=at_us * 1_000, payload=bytes(1_920)))
    assert times_us(drain(outbox), kind=2) == list(range(7, KEEP_SOUND + 7))


def test_sound_goes_first_then_events_then_pictures() -> None:
    outbox = Outbox()
    outbox.put(CameraPicture(at_ns=1_000, payload=b"jpeg"))
    outbox.put(UserSaid(text="hi", ended_ns=1))
    outbox.put(HeardSound(at_ns=2_000, payload=b"\0\0"))
    kinds = [item[0] if isinstance(item, bytes) else "event" for item in drain(outbox)]
    assert kinds == [2, "event", 1]


def test_states_replace_each_other_and_streams_do_not() -> None:
    outbox = Outbox()
    outbox.put(TurnState(phase="listening", since_ns=1))
    outbox.put(Caption(text="one"))
    outbox.put(Partial(utterance=1, text="a"))
    outbox.put(Caption(text="one two", done=True))
    outbox.put(Partial(utterance=1, text="a b"))
    outbox.put(TurnState(phase="thinking", since_ns=2))
    events = [msgspec.json.decode(item) for item in drain(outbox)]
    assert events == [
        {"topic": "turn-manager.caption", "body": {"text": "one"}},
        {"topic": "turn-manager.caption", "body": {"text": "one two", "done": True}},
        {"topic": "asr.partial", "body": {"utterance": 1, "text": "a b"}},
        {"topic": "turn-manager.state", "body": {"phase": "thinking", "since_ns": 2}},
    ]


def test_events_are_bounded_too() -> None:
    outbox = Outbox()
    for number in range(1_000):
        outbox.put(UserSaid(text=str(number), ended_ns=0))
    assert len(drain(outbox)) == 256
    assert outbox.dropped == 744
