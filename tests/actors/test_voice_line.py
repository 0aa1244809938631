"""Scenes of the voice line: several replies, each with a voice of its own."""

from __future__ import annotations

from actors.reply_voice import LOST_NS
from actors.voice_line import MOST_REPLIES, VoiceLine
from bus.messages import Place, SentenceEnd, VoiceAudio


def piece(sentence: int, position: int = 0) -> VoiceAudio:
    return VoiceAudio(sentence=sentence, position=position, payload=b"ab" * 10)


def test_each_reply_is_counted_from_its_own_start() -> None:
    line = VoiceLine[str]()
    (first,) = line.take(piece(0), 1, 1, "a", 0)
    (second,) = line.take(piece(0), 2, 1, "b", 0)
    (third,) = line.take(piece(0, 10), 1, 1, "c", 0)
    assert [(p.tag, p.position) for p in (first, second, third)] == [("a", 0), ("b", 0), ("c", 10)]


def test_a_successor_begins_at_the_place_that_it_was_told() -> None:
    line = VoiceLine[str]()
    line.restore(Place(turn=3, gen=2, sentence=4, position=1_000, pause=50))
    passed = [*line.take(piece(3), 3, 2, "old", 0), *line.take(piece(4, 10), 3, 2, "new", 0)]
    assert [(p.tag, p.position, len(p.pcm)) for p in passed] == [("old", 1_000, 0), ("new", 1_060, 20)]


def test_a_barge_in_forgets_what_waits_and_nobody_waits_for_it_any_more() -> None:
    line = VoiceLine[str]()
    line.take(piece(1), 1, 1, "a", 0)
    assert line.lost_ns() == LOST_NS
    line.cut(2)
    assert line.lost_ns() is None
    assert line.skip(LOST_NS) == []
    assert line.take(SentenceEnd(sentence=0, samples=0), 1, 2, "b", 0)[0].tag == "b"


def test_a_sentence_is_given_up_in_its_own_reply_alone() -> None:
    line = VoiceLine[str]()
    line.take(piece(1), 1, 1, "a", 0)
    line.take(piece(1), 2, 1, "b", 5)
    assert [p.tag for p in line.skip(LOST_NS)] == ["a"]
    assert line.lost == 1
    assert line.lost_ns() == LOST_NS + 5


def test_old_replies_are_forgotten() -> None:
    line = VoiceLine[str]()
    for turn in range(MOST_REPLIES + 1):
        line.take(piece(1), turn, 1, str(turn), turn)
    assert [p.tag for p in line.skip(10 * LOST_NS)] == [str(turn) for turn in range(1, MOST_REPLIES + 1)]
