"""Playout in scenes, and one property over every order of events."""

from __future__ import annotations

from dataclasses import dataclass, field
from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from actors.mic_out.playout import FADE_SAMPLES, Playout, nanoseconds
from bus.clock import MS, SECOND
from bus.messages import SLICE_SAMPLES, Played, SoundClock

BLOCK = 480
TONE = 20_000


@dataclass
class Listener:
    """Pulls on a virtual clock and keeps what was heard and reported."""

    playout: Playout = field(default_factory=Playout)
    now_ns: int = 10 * SECOND

    def listen(self, ms: int) -> NDArray[np.int16]:
        blocks = []
        for _ in range(ms // 10):
            blocks.append(self.playout.pull(BLOCK, self.now_ns))
            self.now_ns += 10 * MS
        return np.concatenate(blocks)

    def say(
        self, samples: int, *, turn: int = 1, gen: int = 1, start: int = 0, last: bool = True, in_ms: int = 0
    ) -> None:
        for position in range(start, start + samples, SLICE_SAMPLES):
            size = min(SLICE_SAMPLES, start + samples - position)
            at_ns = self.now_ns + in_ms * MS + nanoseconds(position - start)
            ends = last and position + size == start + samples
            self.playout.add(turn, gen, position, tone(turn, position, size), at_ns, last=ends)

    def events(self) -> list[str]:
        return [h.message.event for h in self.playout.reports() if isinstance(h.message, Played)]

    def played(self) -> list[tuple[str, int, int, int]]:
        reports = self.playout.reports()
        return [(h.message.event, h.message.position, h.turn, h.gen) for h in reports if isinstance(h.message, Played)]


def tone(turn: int, position: int, size: int) -> NDArray[np.int16]:
    """Samples that tell their own position (and reply) by their value, all loud."""
    return (TONE + 1000 * turn + (position + np.arange(size)) % 997).astype(np.int16)


def test_a_reply_begins_at_its_presentation_time_to_the_sample() -> None:
    scene = Listener()
    scene.playout.add(1, 1, 0, tone(1, 0, 960), scene.now_ns + nanoseconds(700), last=True)
    heard = scene.listen(40)
    assert not heard[:700].any()
    assert (heard[700:1660] == tone(1, 0, 960)).all()
    assert not heard[1660:].any()


def test_a_late_reply_begins_at_once() -> None:
    scene = Listener()
    scene.say(960, in_ms=-500)
    assert (scene.listen(20) == tone(1, 0, 960)).all()


def test_its_events_say_what_was_heard_and_when() -> None:
    scene = Listener()
    start_ns = scene.now_ns
    scene.say(12_000)
    scene.listen(300)
    reports = scene.playout.reports()
    events = [h.message for h in reports if isinstance(h.message, Played)]
    assert [e.event for e in events] == ["started", "playing", "playing", "done"]
    assert [e.position for e in events] == [0, 4800, 9600, 12_000]
    assert all(e.at_ns == start_ns + nanoseconds(e.position) for e in events)
    clocks = [h.message for h in reports if isinstance(h.message, SoundClock)]
    assert [c.running for c in clocks] == [True, True, True, False]
    assert all(c.at_ns == start_ns + nanoseconds(c.position) for c in clocks)


def test_a_pause_is_silence_within_20_ms_and_goes_on_from_the_very_sample() -> None:
    scene = Listener()
    scene.say(9600)
    before = scene.listen(50)
    scene.playout.pause(scene.now_ns)
    held = scene.listen(100)
    assert held[: FADE_SAMPLES - 1].all()
    assert not held[FADE_SAMPLES:].any()
    event, at, *_ = scene.played()[-1]
    assert event == "paused"
    assert at == before.size + FADE_SAMPLES
    scene.playout.resume(scene.now_ns)
    after = scene.listen(200)
    assert (after[FADE_SAMPLES : 9600 - at] == tone(1, at, 9600 - at)[FADE_SAMPLES:]).all()
    assert after[:FADE_SAMPLES].max() < TONE + 1000 + 997
    assert scene.played()[0][:2] == ("resumed", at)


def test_a_cut_names_the_reply_and_what_was_heard_of_it() -> None:
    scene = Listener()
    scene.say(9600, turn=3, gen=5)
    scene.listen(50)
    scene.events()
    scene.playout.cut(6, scene.now_ns)
    assert not scene.listen(50)[FADE_SAMPLES:].any()
    assert scene.played() == [("cut", 2400 + FADE_SAMPLES, 3, 5)]
    scene.say(960, turn=3, gen=5)
    assert not scene.listen(50).any(), "an old generation was heard after the cut"
    scene.say(960, turn=4, gen=6)
    assert (scene.listen(20) == tone(4, 0, 960)).all()


def test_a_cut_while_paused_reports_the_paused_position_and_ends_the_pause() -> None:
    scene = Listener()
    scene.say(9600)
    scene.listen(50)
    scene.playout.pause(scene.now_ns)
    scene.listen(50)
    scene.playout.cut(2, scene.now_ns)
    assert [p for p in scene.played() if p[0] in ("paused", "cut")] == [
        ("paused", 2400 + FADE_SAMPLES, 1, 1),
        ("cut", 2400 + FADE_SAMPLES, 1, 1),
    ]
    scene.say(960, turn=2, gen=2)
    assert scene.listen(20).all()


def test_a_gap_is_silence_counted_once_and_nothing_is_lost() -> None:
    scene = Listener()
    scene.say(960, last=False)
    heard = scene.listen(100)
    assert not heard[960:].any()
    scene.say(960, start=960)
    assert (scene.listen(20)[FADE_SAMPLES:] == tone(1, 960, 960)[FADE_SAMPLES:]).all()
    scene.listen(10)
    done = [h.message for h in scene.playout.reports() if isinstance(h.message, Played)][-1]
    assert (done.event, done.position, done.underflows) == ("done", 1920, 1)


def test_a_hole_that_nobody_fills_is_jumped_after_half_a_second() -> None:
    scene = Listener()
    scene.say(960, last=False)
    scene.say(960, start=4800)
    assert not scene.listen(510)[960:].any()
    assert scene.listen(50).any()
    assert scene.events()[-1] == "done"


def test_an_empty_reply_is_started_and_done() -> None:
    scene = Listener()
    scene.playout.add(1, 1, 0, np.zeros(0, np.int16), scene.now_ns, last=True)
    scene.listen(20)
    assert scene.played() == [("started", 0, 1, 1), ("done", 0, 1, 1)]


def test_a_reply_without_an_end_makes_room_for_the_next_one() -> None:
    scene = Listener()
    scene.say(960, last=False)
    scene.say(960, turn=2, gen=2)
    heard = scene.listen(100)
    assert (heard[960:1920] == tone(2, 0, 960)).all()
    assert scene.events() == ["started", "done", "started", "done"]


def test_a_reply_of_which_nothing_more_comes_is_done_after_a_minute() -> None:
    scene = Listener()
    scene.say(960, last=False)
    scene.listen(60_000)
    assert "done" not in scene.events()
    scene.listen(100)
    assert scene.played() == [("done", 960, 1, 1)]


def test_replies_wait_for_each_other() -> None:
    scene = Listener()
    scene.say(960)
    scene.say(960, turn=2, gen=1)
    assert (scene.listen(40) == np.concatenate([tone(1, 0, 960), tone(2, 0, 960)])).all()


class UnfadedPlayout(Playout):
    """Fades are scenes of their own; without them each sample tells its position."""

    def _risen(self, pcm: NDArray[np.int16]) -> NDArray[np.int16]:
        return pcm

    @staticmethod
    def _fall(pcm: NDArray[np.int16]) -> NDArray[np.int16]:
        return pcm


Step = tuple[str, int]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("pull"), st.sampled_from([1, 7, 100, 480, 960, 5000])),
        st.tuples(st.just("pause"), st.just(0)),
        st.tuples(st.just("resume"), st.just(0)),
        st.tuples(st.just("add"), st.integers(0, 11)),
        st.tuples(st.just("cut"), st.integers(1, 3)),
    ),
    max_size=40,
)


@settings(max_examples=200)
@given(order=st.permutations(range(12)), script=steps, sizes=st.lists(st.integers(1, 1500), min_size=12, max_size=12))
def test_every_sample_is_heard_once_in_order_and_nothing_after_a_cut(
    order: list[int], script: list[Step], sizes: list[int]
) -> None:
    """Whatever comes in whatever order: the sound of the output (fades left out) is the reply's own, to the position."""
    playout, hole_ns = UnfadedPlayout(), 3600 * SECOND
    with patch("actors.mic_out.playout.HOLE_NS", hole_ns):
        heard, cut_at = perform(playout, order, script, sizes)
    sound = tone(1, 0, sum(sizes))
    played = [h.message for h in playout.reports() if isinstance(h.message, Played)]
    while played and played[0].event != "started":
        played.pop(0)
    begin, position = (played[0].position, played[-1].position) if played else (0, 0)
    assert [p.position for p in played] == sorted(p.position for p in played)
    assert np.array_equal(heard[heard != 0], sound[begin:position]), (
        "it begins with the first slice known and skips none"
    )
    if cut_at is None:
        assert position == sound.size
    else:
        assert not heard[cut_at + FADE_SAMPLES :].any()


def perform(
    playout: Playout, order: list[int], script: list[Step], sizes: list[int]
) -> tuple[NDArray[np.int16], int | None]:
    """What was heard, and after how many samples it was cut."""
    now_ns, heard = 0, [np.zeros(0, np.int16)]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    cut_at: int | None = None
    for action, value in [*script, *(("add", i) for i in range(12)), ("resume", 0), *[("pull", 5000)] * 30]:
        match action:
            case "add":
                piece = order[value]
                position = int(starts[piece])
                playout.add(1, 1, position, tone(1, position, sizes[piece]), 0, last=piece == 11)
            case "pull":
                heard.append(playout.pull(value, now_ns))
                now_ns += nanoseconds(value)
            case "pause":
                playout.pause(now_ns)
            case "resume":
                playout.resume(now_ns)
            case "cut":
                playout.cut(value, now_ns)
                if value > 1 and cut_at is None:
                    cut_at = sum(h.size for h in heard)
    return np.concatenate(heard), cut_at


def test_one_that_leaves_falls_silent_at_the_end_of_a_slice_and_a_successor_goes_on_there() -> None:
    for heard_ms in range(10, 60, 10):
        scene = Listener()
        scene.say(20 * SLICE_SAMPLES)
        scene.listen(heard_ms)
        scene.playout.leave()
        assert scene.playout.falling
        last = scene.listen(40)
        place = scene.playout.heard()
        assert place is not None
        assert place[2] % SLICE_SAMPLES == 0
        loud = np.flatnonzero(last)
        assert FADE_SAMPLES <= place[2] - heard_ms * 48 <= FADE_SAMPLES + SLICE_SAMPLES
        assert abs(place[2] - heard_ms * 48 - int(loud[-1])) <= 2
        assert np.abs(np.diff(last[: int(loud[-1]) + 2].astype(int))).max() < 1_500, "no click"
        assert not scene.playout.falling


def test_one_that_leaves_while_nothing_sounds_is_silent_at_once() -> None:
    scene = Listener()
    scene.playout.leave()
    assert not scene.playout.falling
    scene.say(SLICE_SAMPLES)
    scene.playout.pause(scene.now_ns)
    scene.playout.leave()
    assert not scene.listen(60).any()
