"""Scenes of the echo guard: whole replies in a room, with and without somebody who speaks over them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from actors.envelope import unpacked
from actors.vad.echo_guard import EchoGuard
from actors.vad.endpointer import Endpointer
from actors.vad.engine import RATE_HZ, Sound
from actors.vad.settings import VadSettings
from actors.vad.silero import Silero
from bus.clock import MS, SECOND
from bus.messages import SpeechEdge
from tests.actors.vad.room import AHEAD_NS, BEGIN_NS, SILENCE_S, WINDOW_NS, Room, Wave, envelopes, windows

NOTICED_MS = 300
HEADPHONES = Room(echo_db=-95)


def louder(by_db: float, at_s: float = 4.0) -> Room:
    def change(echo: Wave) -> Wave:
        return echo * np.where(np.arange(echo.size) < (SILENCE_S + at_s) * RATE_HZ, 1.0, 10 ** (by_db / 20))

    return Room(echo_db=-35, change=change)


def drifting(ppm: float) -> Room:
    return Room(delay_ms=150, change=lambda e: np.interp(np.arange(e.size) * (1 + ppm / 1e6), np.arange(e.size), e))


def later(by_ms: int, at_s: float = 4.0) -> Room:
    def change(echo: Wave) -> Wave:
        at, by = int((SILENCE_S + at_s) * RATE_HZ), by_ms * RATE_HZ // 1000
        return np.concatenate([echo[:at], np.roll(echo, by)[at:]])

    return Room(delay_ms=100, change=change)


@cache
def guarded(room: Room, guard: EchoGuard | None = None) -> list[tuple[Sound, int]]:
    """What comes out of the guard, each window with the end of the one at which it came."""
    guard = guard or EchoGuard()
    told, out = iter(envelopes()), []
    following = next(told, None)
    for sound in windows(room.microphone()):
        now_ns = sound.at_ns + WINDOW_NS
        while following and following.at_ns < now_ns + AHEAD_NS:
            guard.played(following.at_ns, unpacked(following.payload))
            following = next(told, None)
        out += [(heard, now_ns) for heard in guard.hear(sound)]
    return out


def edges(heard: list[tuple[Sound, int]]) -> list[tuple[SpeechEdge, int]]:
    """What vad tells of it, and when."""
    detector, endpointer = Silero(), Endpointer(VadSettings())
    detector.load()
    return [
        (noticed, now_ns)
        for sound, now_ns in heard
        for noticed in endpointer.hear(sound, detector.probability(sound.pcm))
        if isinstance(noticed, SpeechEdge)
    ]


def barge_in_ms(room: Room, guard: EchoGuard | None = None) -> float:
    """From the first loud sound of the person to the edge that tells of it."""
    assert room.person_at_s is not None
    said = room.person(10**6)
    loud_ns = BEGIN_NS + int(np.argmax(np.abs(said) > 0.2 * np.abs(said).max())) * SECOND // RATE_HZ
    noticed = [now_ns for edge, now_ns in edges(guarded(room, guard)) if edge.kind == "started"]
    return min((now_ns - loud_ns for now_ns in noticed), default=SECOND * 99) / MS


ROOMS = {
    "a quiet loudspeaker": Room(echo_db=-50),
    "a loud loudspeaker": Room(echo_db=-20),
    "a dry room": Room(reverberation_s=0.2, direct_db=8),
    "a room that echoes": Room(reverberation_s=0.8, direct_db=-3),
    "a noisy room": Room(noise_db=-45),
    "a slow device": Room(delay_ms=370),
    "a clock that drifts": drifting(3_000),
    "a device that is late of a sudden": later(200),
    "a device that is early of a sudden": later(-40),
    "a loudspeaker that is turned up": louder(12),
}


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS)
def test_over_a_whole_reply_the_avatar_does_not_hear_itself(room: Room) -> None:
    assert edges(guarded(room)) == []


def test_without_the_guard_it_would_hear_itself() -> None:
    assert len(edges([(sound, sound.at_ns) for sound in windows(Room().microphone())])) >= 2


@pytest.mark.parametrize("person_db", [-20, -26])
@pytest.mark.parametrize("at_s", [2.3, 4.0, 6.5])
def test_somebody_who_speaks_over_it_is_noticed_at_once(at_s: float, person_db: float) -> None:
    assert barge_in_ms(Room(person_at_s=at_s, person_db=person_db)) <= NOTICED_MS


def test_somebody_who_is_as_loud_as_the_echo_is_noticed_too() -> None:
    assert barge_in_ms(Room(person_at_s=4.0, person_db=-30)) <= NOTICED_MS


def test_of_somebody_who_speaks_over_it_nothing_is_lost() -> None:
    room = Room(person_at_s=4.0, person_db=-20)
    said = [s for s in windows(room.person(16 * RATE_HZ)) if np.abs(s.pcm.astype(np.int32)).max() > 2_000]
    heard = {sound.at_ns: sound.pcm for sound, _ in guarded(room)}
    real = {sound.at_ns: sound.pcm for sound in windows(room.microphone())}
    whole = [bool((heard[sound.at_ns] == real[sound.at_ns]).all()) for sound in said]
    assert all(whole[4:]), "only a soft beginning, which the echo covers"


def test_when_he_has_said_it_the_avatar_is_not_taken_for_him() -> None:
    room = Room(person_at_s=4.0)
    until_ns = max(s.at_ns for s in windows(room.person(16 * RATE_HZ)) if s.pcm.any())
    told = edges(guarded(room))
    assert told
    assert all(edge.at_ns < until_ns for edge, _ in told if edge.kind == "started")
    assert told[-1][0].kind == "stopped"
    assert told[-1][0].at_ns <= until_ns + 500 * MS


def test_with_headphones_everything_goes_through_as_it_is() -> None:
    guard = EchoGuard()
    heard = guarded(HEADPHONES, guard)
    assert all(
        (sound.pcm == was.pcm).all() for (sound, _), was in zip(heard, windows(HEADPHONES.microphone()), strict=True)
    )
    assert guard.state == "none"


def test_with_headphones_a_person_is_held_back_in_the_first_second_only_and_nothing_of_it_is_lost() -> None:
    room = replace(HEADPHONES, person_at_s=0.2)
    heard = guarded(room)
    assert all((sound.pcm == was.pcm).all() for (sound, _), was in zip(heard, windows(room.microphone()), strict=True))
    late_ms = [(now_ns - sound.at_ns - WINDOW_NS) / MS for sound, now_ns in heard]
    assert 300 < max(late_ms) < 1_200
    assert barge_in_ms(replace(HEADPHONES, person_at_s=3.0)) < 200


def test_a_guard_that_knows_the_room_lets_nothing_through_from_the_first_word_on() -> None:
    first, second = EchoGuard(), EchoGuard()
    guarded(Room(), first)
    assert first.path is not None and first.state == "guarded"
    assert abs(first.path.lag * 16 - 80) <= 16
    second.expect(first.path)
    assert barge_in_ms(Room(person_at_s=0.3, person_db=-20), second) <= NOTICED_MS


def test_windows_come_out_in_order_and_each_of_them_once() -> None:
    for room in (Room(person_at_s=4.0), HEADPHONES, louder(12)):
        times = [sound.at_ns for sound, _ in guarded(room)]
        assert {later - sooner for sooner, later in pairwise(times)} == {WINDOW_NS}
        assert times[0] == BEGIN_NS


def test_while_nothing_is_played_a_window_comes_back_at_once() -> None:
    guard = EchoGuard()
    for sound in windows(Room(person_at_s=0.0).microphone()[: 4 * RATE_HZ]):
        assert guard.hear(sound) == [sound]
    assert guard.state == "unknown"


def test_in_place_of_the_echo_stands_the_noise_of_the_room() -> None:
    heard = np.concatenate([sound.pcm for sound, _ in guarded(Room(noise_db=-55))[200:400]]) / 32_768
    assert abs(10 * np.log10(np.square(heard).mean()) + 55) < 6


def test_somebody_who_goes_on_when_the_avatar_is_silent_does_not_open_the_guard_to_its_next_reply() -> None:
    cable = Room(echo_db=-20, noise_db=-95, reverberation_s=0.1, direct_db=10)
    guard, speaks = (
        EchoGuard(),
        replace(cable, person_at_s=6.0, person_says="Wait, stop, that is not what I asked. " * 3),
    )
    guarded(speaks, guard)
    after = [
        Sound(sound.pcm, sound.at_ns + 60 * SECOND) for sound in windows(speaks.person(20 * RATE_HZ)[-13 * RATE_HZ :])
    ]
    assert all(guard.hear(sound) == [sound] for sound in after)
    replies = [(envelope.at_ns + 90 * SECOND, unpacked(envelope.payload)) for envelope in envelopes()]
    heard = []
    for sound in windows(cable.microphone()):
        while replies and replies[0][0] < sound.at_ns + 90 * SECOND + WINDOW_NS + AHEAD_NS:
            guard.played(*replies.pop(0))
        heard += [(one, one.at_ns) for one in guard.hear(Sound(sound.pcm, sound.at_ns + 90 * SECOND))]
    assert edges(heard) == []
