"""Scenes of the damage that restarts and crashes did."""

from __future__ import annotations

from collections.abc import Sequence

from bus.clock import MS, SECOND
from bus.messages.health import ActorHealth
from remote.bench.continuity import Break
from remote.bench.damage import AnswerDamage, Damage, restart_figures
from remote.bench.figures import Figure
from remote.bench.strikes import How, Strike, Struck

AT_NS = 10 * SECOND


def struck(actor: str, how: How, back_ms: float = 400) -> Struck:
    strike = Strike(2, actor, how, "the avatar speaks", 300)
    return Struck(strike, AT_NS, ActorHealth(actor, "running", 1, 4711), AT_NS + round(back_ms * MS))


def pictures(*gaps_ms: int) -> list[int]:
    """Times of pictures, 40 ms apart from one second before the strike on, and then these gaps."""
    times = [AT_NS - SECOND + n * 40 * MS for n in range(26)]
    for gap in gaps_ms:
        times.append(times[-1] + gap * MS)
    return times


def figure(damage: Damage, name: str) -> Figure:
    return next(f for f in restart_figures(damage, 41) if f.name == name)


def damage(*who: Struck, broken: Sequence[Break] = (), parts: Sequence[tuple[int, int]] = ()) -> Damage:
    answer = AnswerDamage(1, 0, [(AT_NS + 100 * MS, one) for one in broken])
    return Damage(who, [answer], parts, [pictures(40, 120, 40)], [])


def test_one_that_is_back_in_time_is_well_and_one_that_never_came_is_not() -> None:
    assert figure(damage(struck("tts", "killed")), "tts killed: takes over").verdict == "ok"
    assert figure(damage(struck("hub", "killed", 1_400)), "hub killed: takes over").verdict == "ok"
    assert figure(damage(struck("tts", "killed", 1_400)), "tts killed: takes over").verdict == "miss"
    assert figure(damage(struck("tts", "killed", -AT_NS / MS)), "tts killed: takes over").verdict == "miss"


def test_a_planned_restart_may_be_heard_of_the_speaker_alone() -> None:
    hole = [Break(0, hole=960)]
    assert figure(damage(struck("tts", "restarted"), broken=hole), "tts restarted: voice, hole").verdict == "miss"
    assert figure(damage(struck("mic-out", "restarted"), broken=hole), "mic-out restarted: voice, hole").verdict == ""
    assert figure(damage(struck("tts", "killed"), broken=hole), "tts killed: voice, hole").value == 20


def test_what_broke_long_before_or_after_is_not_its_doing() -> None:
    late = AnswerDamage(1, 0, [(AT_NS - SECOND, Break(0, hole=960)), (AT_NS + 9 * SECOND, Break(0, hole=960))])
    assert figure(Damage([struck("tts", "restarted")], [late]), "tts restarted: voice, hole").value == 0


def test_a_device_is_handed_over_from_the_last_sample_to_the_first() -> None:
    parts = [(0, AT_NS + 50 * MS), (AT_NS + 250 * MS, AT_NS + SECOND)]
    found = figure(damage(struck("mic-out", "restarted"), parts=parts), "mic-out restarted: device let go and taken")
    assert (found.value, found.verdict) == (200, "ok")


def test_the_camera_s_worst_gap_is_that_of_its_own_pictures() -> None:
    found = figure(damage(struck("face", "killed")), "face killed: camera gap")
    assert (found.value, found.verdict) == (120, "miss")


def test_a_question_that_was_not_answered_or_answered_twice_is_told() -> None:
    found = figure(
        Damage([], [AnswerDamage(1, 0), AnswerDamage(0, 0), AnswerDamage(2, 0)]), "questions answered exactly once"
    )
    assert (round(found.value), found.verdict) == (33, "miss")


def test_sound_heard_again_or_missing_is_counted_over_all_answers() -> None:
    both = damage(struck("tts", "killed"), broken=[Break(0, missing=48), Break(0, again=96)])
    assert figure(both, "answers as heard: missing, worst").value == 1
    assert figure(both, "answers as heard: said again, worst").value == 2


def test_silence_while_the_speaker_s_device_was_in_nobody_s_hands_is_its_own_doing_alone() -> None:
    both = damage(
        struck("av-sync", "restarted"),
        struck("mic-out", "killed"),
        broken=[Break(0, hole=960, again=2_400)],
        parts=[(0, AT_NS + 100 * MS), (AT_NS + 700 * MS, AT_NS + SECOND)],
    )
    assert figure(both, "av-sync restarted: voice, hole").value == 0
    assert figure(both, "mic-out killed: voice, hole").value == 20
    assert figure(both, "answers as heard: said again, worst").verdict == "ok"
    assert (figure(both, "mic-out killed: said again").value, figure(both, "mic-out killed: said again").verdict) == (
        50,
        "ok",
    )


def test_a_speaker_that_is_handed_over_says_nothing_again_and_a_killed_one_no_more_than_it_could_not_tell() -> None:
    parts = [(0, AT_NS + 100 * MS), (AT_NS + 700 * MS, AT_NS + SECOND)]
    planned = damage(struck("mic-out", "restarted"), broken=[Break(0, again=48)], parts=parts)
    assert figure(planned, "mic-out restarted: said again").verdict == "miss"
    killed = damage(struck("mic-out", "killed"), broken=[Break(0, again=4_800), Break(0, missing=960)], parts=parts)
    assert figure(killed, "mic-out killed: said again").verdict == "miss"
    assert figure(killed, "mic-out killed: missing").verdict == "miss"


def test_the_camera_s_gap_from_one_process_to_the_next_is_no_other_actor_s_doing() -> None:
    parts = [pictures(40, 40), [time + 2 * SECOND for time in pictures(40, 120)]]
    both = Damage([struck("face", "restarted"), struck("cam-out", "killed")], [], [], parts, [])
    assert figure(both, "face restarted: camera gap").value == 120
    assert figure(both, "cam-out killed: device let go and taken").value > 800


def test_a_break_names_who_else_was_struck_shortly_before() -> None:
    both = damage(struck("av-sync", "restarted"), struck("hub", "killed"), broken=[Break(0, hole=960)])
    assert figure(both, "av-sync restarted: voice, hole").note == "hole 20.0 ms (hub killed 100 ms before)"
    alone = damage(struck("av-sync", "restarted"), broken=[Break(0, hole=960)])
    assert figure(alone, "av-sync restarted: voice, hole").note == "hole 20.0 ms"
