"""Scenes of a reply's voice: whoever speaks a sentence, and whenever it comes, the reply sounds the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors import reply_voice
from actors.reply_voice import LOST_NS, Passed, ReplyVoice, VoiceMessage
from bus.clock import SECOND
from bus.messages import Place, VoiceDone
from tests.actors.spoken import pcm, reply, reply_by_two, sentence

PIECE = 100


def voice(place: Place | None = None) -> ReplyVoice[VoiceMessage]:
    return ReplyVoice(place or Place(turn=1, gen=1))


def fed(one: ReplyVoice[VoiceMessage], *messages: VoiceMessage, at_ns: int = 0) -> list[Passed[VoiceMessage]]:
    return [passed for message in messages for passed in one.take(message, message, at_ns)]


def line_of(passed: list[Passed[VoiceMessage]]) -> bytes:
    """The sound of the reply; each piece must follow the one before."""
    line = bytearray()
    for one in passed:
        assert one.position * 2 == len(line)
        line += one.pcm
    return bytes(line)


def test_sentences_follow_one_another_with_the_pause_between_them_and_none_behind_the_last() -> None:
    passed = fed(voice(), *sentence(0, 250), *sentence(1, 50, pause=0), *sentence(2, 70), VoiceDone(sentences=3))
    assert line_of(passed) == pcm(0, 0, 250) + bytes(60) + pcm(1, 0, 50) + pcm(2, 0, 70)
    assert [p.position for p in passed if p.over] == [400]
    phonemes = [phoneme for p in passed for phoneme in p.phonemes]
    assert [(p.ipa, p.position) for p in phonemes] == [
        *(("0", 0), ("0", 100), ("0", 200), ("", 250)),
        *(("1", 280), ("2", 330)),
    ]


def test_a_sentence_without_sound_moves_nothing() -> None:
    passed = fed(voice(), *sentence(0, 0), *sentence(1, 50), *sentence(2, 0), *sentence(3, 50), *sentence(4, 0))
    assert line_of(passed) == pcm(1, 0, 50) + bytes(60) + pcm(3, 0, 50)


def test_a_later_sentence_waits_for_the_one_before_it() -> None:
    voices = voice()
    assert fed(voices, *sentence(1, 150), VoiceDone(sentences=2)) == []
    first, *more = sentence(0, 50)
    assert line_of(fed(voices, first)) == pcm(0, 0, 50)
    released = fed(voices, *more)
    assert released[0].place == Place(turn=1, gen=1, sentence=1, position=50, pause=30)
    assert b"".join(p.pcm for p in released) == bytes(60) + pcm(1, 0, 150)
    assert released[-1].over


def test_what_comes_twice_sounds_once() -> None:
    passed = fed(voice(), *sentence(0, 250)[:2], *sentence(0, 250), *sentence(0, 250), *sentence(1, 50)[:1])
    assert line_of(passed) == pcm(0, 0, 250) + bytes(60) + pcm(1, 0, 50)


def test_a_reply_of_nothing_is_over_at_once() -> None:
    (passed,) = fed(voice(), VoiceDone(sentences=0))
    assert passed.over and passed.position == 0


def test_a_sentence_that_nobody_speaks_any_more_is_skipped_after_a_while() -> None:
    voices = voice()
    line = fed(
        voices, *sentence(0, 50), sentence(1, 250)[0], *sentence(2, 50), *sentence(3, 50), VoiceDone(sentences=5)
    )
    assert voices.skip(LOST_NS - 1) == []
    line += voices.skip(LOST_NS)
    assert line_of(line) == pcm(0, 0, 50) + bytes(60) + pcm(1, 0, 100) + pcm(2, 0, 50) + bytes(60) + pcm(3, 0, 50)
    assert line_of(line + fed(voices, *sentence(1, 250), at_ns=LOST_NS)) == line_of(line), "too late"
    assert voices.lost_ns() == 2 * LOST_NS
    assert voices.skip(2 * LOST_NS)[0].over
    assert voices.lost_ns() is None
    assert voices.lost == 2


def test_nothing_is_lost_while_nobody_waits_for_it() -> None:
    voices = voice()
    fed(voices, sentence(0, 250)[0], at_ns=SECOND)
    assert voices.lost_ns() is None
    fed(voices, *sentence(1, 50), at_ns=3 * SECOND)
    assert voices.lost_ns() == 3 * SECOND + LOST_NS


def test_what_waits_is_bounded_and_the_oldest_of_it_is_finished_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_voice, "MOST_UNFINISHED", 3 * PIECE * 2)
    monkeypatch.setattr(reply_voice, "MOST_WAITING", 6 * PIECE * 2)
    voices = voice()
    later = sentence(1, 6 * PIECE)
    fed(voices, *later, at_ns=SECOND)
    assert list(voices.spare()) == later[:3]
    assert list(voices.spare()) == []
    assert voices.skip(SECOND) == []
    fed(voices, *sentence(2, PIECE)[:1], at_ns=SECOND)
    passed = voices.skip(SECOND)
    assert line_of(passed) == pcm(1, 0, 600) + bytes(60) + pcm(2, 0, 100), "the missing one is given up"


LENGTHS = st.lists(st.integers(0, 350), min_size=1, max_size=6)


@settings(max_examples=150)
@given(LENGTHS, st.data())
def test_two_voices_in_any_order_sound_like_one(lengths: list[int], data: st.DataObject) -> None:
    one = fed(voice(), *reply(lengths))
    messages = reply_by_two(lengths, data)
    two = fed(voice(), *messages)
    assert line_of(two) == line_of(one)
    assert [p for passed in two for p in passed.phonemes] == [p for passed in one for p in passed.phonemes]
    assert [p.position for p in two if p.over] == [p.position for p in one if p.over]
    assert sorted(id(p.tag) for p in two) == sorted(map(id, messages)), "each message comes out once"


@settings(max_examples=150)
@given(LENGTHS, st.data())
def test_a_successor_that_gets_what_was_not_finished_goes_on_at_the_sample(
    lengths: list[int], data: st.DataObject
) -> None:
    """The process before it came to some sample, told the place of the sentence there, and died."""
    messages = reply_by_two(lengths, data)
    whole = fed(voice(), *messages)
    line = line_of(whole)
    sent = data.draw(st.integers(0, len(line) // 2))
    first = fed(voice(), *messages[: data.draw(st.integers(0, len(messages)))])
    sent = min(sent, len(line_of(first)) // 2)
    finished = [p for p in first if p.end <= sent and not p.over]
    place = next((p.place for p in reversed(finished) if p.place), Place(turn=1, gen=1))
    done = {id(p.tag) for p in finished}
    known = next((i for i, message in enumerate(messages) if id(message) not in done), len(messages))
    again = fed(voice(place), *messages[data.draw(st.integers(0, known)) :])
    for passed in again:
        assert line[passed.position * 2 :].startswith(passed.pcm)
    heard = bytearray(line[: sent * 2])
    for passed in again:
        assert passed.position * 2 <= len(heard), "a hole"
        heard += passed.pcm[max(0, len(heard) - passed.position * 2) :]
    assert bytes(heard) == line
    assert [p.position for p in again if p.over] == [len(line) // 2]
