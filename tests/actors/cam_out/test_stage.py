"""Stage in scenes: 25 shots a second on a virtual clock."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.cam_out.stage import FRAME_NS, Shot, Stage
from bus.clock import MS
from bus.messages import FaceFrame, SoundClock

CLIP = 200
START = 1_000 * FRAME_NS


@dataclass
class Camera:
    """Asks the stage once for each frame."""

    stage: Stage = field(default_factory=lambda: Stage(CLIP))
    now_ns: int = START

    def run(self, ms: int) -> list[Shot]:
        shots = []
        for _ in range(ms // 40):
            shots.append(self.stage.shot(self.now_ns))
            self.now_ns += FRAME_NS
        return shots

    def mouths(
        self, count: int, *, turn: int = 1, gen: int = 1, first: int = 0, at_ns: int = START, clip: int = -1
    ) -> None:
        for i in range(first, first + count):
            frame = FaceFrame(
                position=i * 1920,
                at_ns=at_ns + i * FRAME_NS,
                payload=f"{turn}.{gen}.{i}".encode(),
                clip_frame=-1 if clip < 0 else clip + i,
            )
            self.stage.mouth(turn, gen, frame)

    def clock(
        self, position: int, *, running: bool = True, turn: int = 1, gen: int = 1, at_ns: int | None = None
    ) -> None:
        at_ns = self.now_ns if at_ns is None else at_ns
        self.stage.clock(turn, gen, SoundClock(position=position, at_ns=at_ns, running=running))


def test_the_idle_clip_runs_on_absolute_time_whatever_happens() -> None:
    camera = Camera()
    shots = camera.run(10_000)
    assert [s.idle for s in shots] == [(1_000 + i) % CLIP for i in range(250)]
    assert not any(s.strength for s in shots)


def test_the_mouth_is_the_one_of_the_sound_that_is_heard() -> None:
    camera = Camera()
    camera.mouths(25)
    camera.clock(-700)
    shots = camera.run(400)
    assert [s.mouth.position // 1920 for s in shots if s.mouth] == list(range(10))
    camera.clock(1920 * 15 + 900)
    assert camera.run(40)[0].mouth == FaceFrame(position=1920 * 15, at_ns=START + 15 * FRAME_NS, payload=b"1.1.15")


def test_it_comes_in_over_three_frames() -> None:
    camera = Camera()
    camera.mouths(25)
    camera.clock(0)
    assert [round(s.strength, 2) for s in camera.run(160)] == [0.33, 0.67, 1.0, 1.0]


def test_without_a_clock_yet_the_plan_of_the_reply_is_followed() -> None:
    camera = Camera()
    camera.mouths(25, at_ns=START + 80 * MS)
    assert [s.mouth.position // 1920 if s.mouth else None for s in camera.run(200)] == [None, None, 0, 1, 2]
    assert camera.run(1000)[-1].strength == 0, "a reply that nobody plays is not mouthed for ever"


def test_after_a_pause_the_mouth_is_at_rest_within_100_ms_and_wakes_with_the_clock() -> None:
    camera = Camera()
    camera.mouths(25)
    camera.clock(0)
    camera.run(200)
    camera.stage.pause(camera.now_ns - 39 * MS)
    camera.clock(1920 * 5 + 480, at_ns=camera.now_ns - 30 * MS)  # sent just before the pause reached mic-out
    assert [s.strength for s in camera.run(120)] == [0.5, 0.0, 0.0]
    camera.clock(1920 * 5 + 480, running=False)
    camera.run(1000)
    camera.clock(1920 * 5 + 480)
    shots = camera.run(120)
    assert [s.mouth.position // 1920 for s in shots if s.mouth] == [5, 6, 7]


def test_after_a_cut_no_mouth_of_the_old_generation_is_new_and_the_last_one_fades() -> None:
    camera = Camera()
    camera.mouths(25)
    camera.clock(0)
    camera.run(200)
    camera.stage.cut(2)
    camera.mouths(25, first=25)
    camera.clock(1920 * 6)
    shots = camera.run(200)
    assert [s.strength for s in shots] == [0.5, 0.0, 0.0, 0.0, 0.0]
    assert not any(s.fresh for s in shots)


def test_at_the_end_of_a_reply_the_mouth_is_at_rest_within_100_ms() -> None:
    camera = Camera()
    camera.mouths(5)
    camera.clock(0)
    camera.run(200)
    camera.clock(1920 * 5, running=False)
    assert [s.strength for s in camera.run(120)] == [0.5, 0.0, 0.0]


def test_a_mouth_that_does_not_come_leaves_the_last_one_for_a_moment_then_rest() -> None:
    camera = Camera()
    camera.mouths(5)
    camera.clock(0)
    shots = camera.run(600)
    assert [s.fresh for s in shots[:9]] == [True] * 5 + [False] * 4
    assert [s.strength for s in shots[7:11]] == [1.0, 0.5, 0.0, 0.0]


def test_the_next_reply_follows_without_a_word_from_the_old_one() -> None:
    camera = Camera()
    camera.mouths(5)
    camera.clock(0)
    camera.run(200)
    camera.clock(1920 * 5, running=False)
    camera.mouths(5, turn=2, at_ns=camera.now_ns)
    shots = camera.run(120)
    assert {s.mouth.payload[:2] for s in shots if s.mouth and s.fresh} == {b"2."}


def test_mouths_made_for_frames_of_the_clip_are_shown_with_them_and_the_clip_goes_on_from_there() -> None:
    camera = Camera()
    camera.mouths(5, clip=77)
    camera.clock(0)
    shots = camera.run(400)
    assert [s.idle for s in shots] == list(range(77, 87))
    assert [s.mix for s in shots[:4]] == [0.75, 0.5, 0.25, 0.0], "the jump is a short cross-fade"
    assert shots[0].before == 0


def test_mouths_are_bounded() -> None:
    camera = Camera()
    camera.mouths(200)
    assert camera.stage.dropped == 200 - 64


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("mouth"), st.integers(0, 30), st.integers(1, 4)),
            st.tuples(st.just("clock"), st.integers(-5000, 60_000), st.integers(1, 4)),
            st.tuples(st.just("held"), st.integers(0, 60_000), st.integers(1, 4)),
            st.tuples(st.just("pause"), st.just(0), st.just(0)),
            st.tuples(st.just("cut"), st.just(0), st.integers(1, 4)),
            st.tuples(st.just("run"), st.integers(1, 10), st.just(0)),
        ),
        max_size=60,
    )
)
def test_whatever_comes_the_clip_never_jumps_and_nothing_old_is_new(script: list[tuple[str, int, int]]) -> None:
    camera, floor = Camera(), 0
    for action, value, gen in script:
        match action:
            case "mouth":
                camera.mouths(1, turn=gen, gen=gen, first=value, at_ns=camera.now_ns)
            case "clock" | "held":
                camera.clock(value, turn=gen, gen=gen, running=action == "clock")
            case "pause":
                camera.stage.pause(camera.now_ns)
            case "cut":
                camera.stage.cut(gen)
                floor = max(floor, gen)
            case _:
                before = camera.now_ns
                for i, shot in enumerate(camera.run(value * 40)):
                    assert shot.idle == (before // FRAME_NS + i) % CLIP
                    assert not (shot.fresh and shot.key[1] < floor)
                    assert 0 <= shot.strength <= 1
