"""Schedule in scenes on a virtual clock."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.av_sync.schedule import LATE_NS
from actors.av_sync.timeline import nanoseconds
from bus.clock import MS, SECOND
from bus.messages import FaceFrame, MouthFrame, Shown, SoundSlice
from bus.messages.picture import SAMPLES_PER_FRAME
from tests.actors.av_sync.stage import Stage


def test_a_reply_with_its_first_mouth_starts_after_the_lead() -> None:
    stage = Stage()
    begun = stage.now_ns
    stage.say(100)
    stage.flow()
    assert not stage.slices
    stage.flow(15)
    stage.mouths(3)
    stage.flow()
    assert stage.slices[0].at_ns == begun + 35 * MS
    assert [s.at_ns - stage.slices[0].at_ns for s in stage.slices] == [i * 20 * MS for i in range(5)]
    assert [f.at_ns - stage.slices[0].at_ns for f in stage.frames] == [0, 40 * MS, 80 * MS]


def test_the_voice_waits_for_a_face_80_ms_and_no_longer() -> None:
    stage = Stage()
    begun = stage.now_ns
    stage.say(100)
    stage.flow(79)
    assert not stage.slices
    stage.flow(2)
    assert stage.slices[0].at_ns == begun + 100 * MS


def test_a_face_that_was_dead_in_the_last_reply_is_not_waited_for() -> None:
    stage = Stage()
    stage.say(100)
    stage.flow(1000)
    begun = stage.now_ns
    stage.say(100, turn=2)
    stage.flow()
    assert stage.slices[-5].at_ns == begun + 20 * MS
    stage.mouths(1, turn=2)
    stage.flow(1000)
    stage.say(100, turn=3)
    stage.flow()
    assert len(stage.slices) == 10, "a face that came back is waited for again"


def test_a_face_that_is_known_to_be_away_is_not_waited_for_and_one_that_is_back_is() -> None:
    stage = Stage()
    stage.schedule.face_is_away(True, stage.now_ns)
    stage.say(1_000)
    stage.flow()
    assert len(stage.slices) > 0
    stage.play(0)
    stage.flow(2_000)
    stage.schedule.face_is_away(False, stage.now_ns)
    sent = len(stage.slices)
    stage.say(100, turn=2)
    stage.flow(79)
    assert len(stage.slices) == sent
    stage.flow(1)
    assert len(stage.slices) > sent


def test_a_voice_that_waits_for_a_face_which_goes_away_waits_no_longer() -> None:
    stage = Stage()
    stage.say(100)
    stage.flow(10)
    assert not stage.slices
    stage.schedule.face_is_away(True, stage.now_ns)
    stage.schedule.face_is_away(True, stage.now_ns)
    stage.flow()
    assert stage.slices


def test_exactly_one_slice_is_the_last_also_of_an_empty_reply() -> None:
    stage = Stage()
    stage.schedule.voice_done(1, 1, 0, stage.now_ns)
    stage.flow(500)
    assert [(s.position, s.payload, s.last) for s in stage.slices] == [(0, b"", True)]


def test_a_last_slice_that_is_short_keeps_its_length() -> None:
    stage = Stage()
    stage.say(50)
    stage.mouths(2)
    stage.flow(500)
    assert [(len(s.payload) // 2, s.last) for s in stage.slices] == [(960, False), (960, False), (480, True)]


def test_when_the_end_is_known_late_an_empty_last_slice_says_it() -> None:
    stage = Stage()
    stage.mouths(5)
    end = stage.say(40, done=False)
    stage.flow(200)
    stage.schedule.voice_done(1, 1, end, stage.now_ns)
    stage.flow()
    assert [(s.position, len(s.payload), s.last) for s in stage.slices] == [
        (0, 1920, False),
        (960, 1920, False),
        (1920, 0, True),
    ]


def test_sound_that_was_lost_does_not_keep_a_reply_open_for_ever() -> None:
    stage = Stage()
    stage.say(40, done=False)
    stage.schedule.voice_done(1, 1, 48_000, stage.now_ns)
    stage.flow(3000)
    assert stage.slices[-1].last
    assert stage.slices[-1].position == 1920


def test_not_more_than_250_ms_are_sent_ahead_of_what_is_heard() -> None:
    stage = Stage()
    stage.mouths(50)
    stage.say(2000)
    stage.flow(5)
    assert stage.slices[-1].position <= 250 * 48
    assert stage.frames[-1].position <= 250 * 48
    stage.flow(15)
    stage.play(0)
    for _ in range(50):
        stage.flow(40)
        planned_ns = stage.sent[-1][1].message.at_ns
        assert planned_ns - stage.now_ns <= 250 * MS
    assert stage.slices[-1].last


def test_a_pause_stops_the_flow_and_resume_moves_every_later_time() -> None:
    stage = Stage()
    stage.mouths(50)
    stage.say(2000)
    stage.flow(20)
    stage.play(0)
    stage.flow(500)
    stage.schedule.pause(stage.now_ns)
    stage.play(500 * 48 + 480, running=False)
    sent = len(stage.sent)
    stage.flow(3000)
    assert len(stage.sent) <= sent + 2, "10 ms of the fade are all that may follow"
    stage.schedule.resume(stage.now_ns)
    stage.play(500 * 48 + 480)
    resumed_ns = stage.now_ns
    stage.flow(300)
    for message in [p.message for _, p in stage.sent[sent + 2 :]]:
        assert message.at_ns == resumed_ns + nanoseconds(message.position - (500 * 48 + 480))


def test_after_an_underflow_sound_is_sent_at_once_and_times_follow_the_clock() -> None:
    stage = Stage()
    stage.mouths(20)
    end = stage.say(100, done=False)
    stage.flow(20)
    stage.play(0)
    stage.flow(100)
    stage.play(end, running=False)
    stage.flow(700)
    stage.say(100, position=end)
    stage.flow()
    late = [s for s in stage.slices if s.position >= end]
    assert late[0].at_ns == stage.now_ns + 20 * MS
    stage.play(end)
    stage.flow(300)
    assert stage.slices[-1].last


def test_after_a_cut_nothing_old_is_sent_and_the_next_reply_starts() -> None:
    stage = Stage()
    stage.mouths(50)
    stage.say(2000)
    stage.flow(100)
    stage.schedule.cut(2)
    sent = len(stage.sent)
    stage.mouths(5, first=50)
    stage.say(100, position=96_000)
    stage.flow(500)
    assert len(stage.sent) == sent
    stage.mouths(1, turn=2, gen=2)
    stage.say(100, turn=2, gen=2)
    stage.flow(100)
    assert {p.gen for _, p in stage.sent[sent:]} == {2}


def test_a_mouth_that_comes_too_late_is_dropped_and_counted() -> None:
    stage = Stage()
    stage.say(1000)
    stage.flow(500)
    stage.mouths(25)
    stage.flow(1000)
    assert stage.schedule.dropped_frames > 5
    assert all(at - p.message.at_ns <= LATE_NS for at, p in stage.sent if isinstance(p.message, FaceFrame))


def test_mouths_without_a_voice_are_never_shown() -> None:
    stage = Stage()
    stage.mouths(5)
    stage.flow(1000)
    stage.mouths(3, turn=2)
    stage.say(100, turn=2)
    stage.flow(1000)
    assert {p.turn for _, p in stage.sent} == {2}
    assert stage.schedule.dropped_frames == 5


def test_a_reply_that_comes_early_is_planned_behind_the_one_before() -> None:
    stage = Stage()
    stage.mouths(25)
    stage.say(1000)
    stage.flow(900)
    stage.mouths(3, turn=2)
    stage.say(100, turn=2)
    stage.flow(400)
    first = next(p.message for _, p in stage.sent if p.turn == 2)
    last = [p.message for _, p in stage.sent if p.turn == 1 and isinstance(p.message, SoundSlice)][-1]
    assert first.at_ns == last.at_ns + 20 * MS


def test_restarted_in_the_middle_it_goes_on_at_the_time_of_the_clock() -> None:
    stage = Stage()
    stage.play(48_000)
    stage.say(500, position=60_000)
    stage.flow(1000)
    assert stage.slices[0].position == 60_000
    assert stage.slices[0].at_ns == 100 * SECOND + nanoseconds(12_000)
    assert stage.slices[-1].last


def test_skew_is_the_time_from_the_sound_to_its_picture() -> None:
    stage = Stage()
    stage.play(4800)
    shown = Shown(position=9600, at_ns=stage.now_ns + 115 * MS)
    assert stage.schedule.skew_ms(1, 1, shown) == 15.0
    assert stage.schedule.skew_ms(2, 2, shown) is None


@settings(max_examples=60)
@given(
    pieces=st.lists(st.integers(1, 30_000), min_size=1, max_size=8),
    delays=st.lists(st.integers(0, 400), min_size=8, max_size=8),
    faces=st.lists(st.integers(0, 60), max_size=20, unique=True),
)
def test_whatever_the_pieces_the_slices_are_the_whole_voice_once(
    pieces: list[int], delays: list[int], faces: list[int]
) -> None:
    stage = Stage()
    position = 0
    for size, delay in zip(pieces, delays, strict=False):
        sound = b"".join(
            i.to_bytes(2, "little", signed=True) for i in (s % 30_000 for s in range(position, position + size))
        )
        stage.schedule.voice(1, 1, position, sound, stage.now_ns)
        position += size
        stage.flow(delay)
    for index in faces:
        stage.schedule.mouth(1, 1, MouthFrame(index=index))
    stage.schedule.voice_done(1, 1, position, stage.now_ns)
    stage.flow(position // 48 + 2000)
    whole = b"".join(s.payload for s in stage.slices)
    assert whole == b"".join((s % 30_000).to_bytes(2, "little", signed=True) for s in range(position))
    assert [s.last for s in stage.slices].count(True) == 1
    assert stage.slices[-1].last
    assert all(len(s.payload) == 1920 for s in stage.slices[:-1])
    assert all(f.position % SAMPLES_PER_FRAME == 0 for f in stage.frames)
