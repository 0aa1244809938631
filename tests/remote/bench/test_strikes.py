"""Scenes of the script by which a call is struck."""

from __future__ import annotations

from collections import Counter

from remote.bench.strikes import HUB, script

ACTORS = ("vad", "tts", "face", "mic-out")


def test_in_two_rounds_everything_is_struck_while_each_is_at_it() -> None:
    strikes = script(ACTORS, [2_000, 1_000], first=2, rounds=2)
    done = {(s.actor, s.how, s.during) for s in strikes}
    for actor in (*ACTORS, HUB):
        for during in ("the user speaks", "the avatar thinks", "the avatar speaks"):
            assert (actor, "killed", during) in done
            assert actor == HUB or (actor, "restarted", during) in done


def test_two_strikes_a_turn_never_meet_the_same_actor() -> None:
    strikes = script(ACTORS, [2_000, 1_000], first=2, rounds=2)
    assert set(Counter(s.turn for s in strikes).values()) == {2}
    for first, second in zip(strikes[::2], strikes[1::2], strict=True):
        assert (first.turn, first.during) == (second.turn, "the user speaks")
        assert first.actor != second.actor


def test_nobody_is_struck_in_an_undisturbed_turn_nor_after_a_sentence_is_over() -> None:
    lengths = [2_000, 1_000]
    strikes = script(ACTORS, lengths, first=2, rounds=1)
    assert min(s.turn for s in strikes) == 2
    assert all(s.after_ms < lengths[s.turn % 2] for s in strikes if s.during == "the user speaks")
