"""Scenes of a reply's voice: whoever speaks a sentence, and whenever it comes, the reply sounds the same."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors import reply_voice
from actors.reply_voice import LOST_NS, Passed, ReplyVoice, VoiceMessage
from bus.clock import SECOND
from bus.messages import Phoneme, Place, SentenceEnd, VoiceAudio, VoiceDone

PIECE = 100
PAUSE = 30


def pcm(sentence: int, first: int, samples: int) -> bytes:
    """Samples that tell where they come from; never silent."""
    return b"".join((1 + sentence * 1_000 + i).to_bytes(2, "little") for i in range(first, first + samples))


def sentence(number: int, samples: int, pause: int = PAUSE) -> list[VoiceMessage]:
    """As a voice gives it."""
    pieces: list[VoiceMessage] = [
        VoiceAudio(
            sentence=number,
            position=at,
            phonemes=(Phoneme(f"{number}", at),),
            payload=pcm(number, at, min(PIECE, samples - at)),
        )
        for at in range(0, samples, PIECE)
    ]
    return [*pieces, SentenceEnd(sentence=number, samples=samples, pause=pause if samples else 0)]


def voice(place: Place | None = None) -> ReplyVoice[VoiceMessage]:
    return ReplyVoice(place or Place(turn=1, gen=1))


def fed(reply: ReplyVoice[VoiceMessage], *messages: VoiceMessage, at_ns: int = 0) -> list[Passed[VoiceMessage]]:
    return [passed for message in messages for passed in reply.take(message, message, at_ns)]


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
    reply = voice()
    assert fed(reply, *sentence(1, 150), VoiceDone(sentences=2)) == []
    first, *more = sentence(0, 50)
    assert line_of(fed(reply, first)) == pcm(0, 0, 50)
    released = fed(reply, *more)
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
    reply = voice()
    line = fed(reply, *sentence(0, 50), sentence(1, 250)[0], *sentence(2, 50), *sentence(3, 50), VoiceDone(sentences=5))
    assert reply.skip(LOST_NS - 1) == []
    line += reply.skip(LOST_NS)
    assert line_of(line) == pcm(0, 0, 50) + bytes(60) + pcm(1, 0, 100) + pcm(2, 0, 50) + bytes(60) + pcm(3, 0, 50)
    assert line_of(line + fed(reply, *sentence(1, 250), at_ns=LOST_NS)) == line_of(line), "too late"
    assert reply.lost_ns() == 2 * LOST_NS
    assert reply.skip(2 * LOST_NS)[0].over
    assert reply.lost_ns() is None
    assert reply.lost == 2


def test_nothing_is_lost_while_nobody_waits_for_it() -> None:
    reply = voice()
    fed(reply, sentence(0, 250)[0], at_ns=SECOND)
    assert reply.lost_ns() is None
    fed(reply, *sentence(1, 50), at_ns=3 * SECOND)
    assert reply.lost_ns() == 3 * SECOND + LOST_NS


def test_what_waits_is_bounded_and_the_oldest_of_it_is_finished_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_voice, "MOST_UNFINISHED", 3 * PIECE * 2)
    monkeypatch.setattr(reply_voice, "MOST_WAITING", 6 * PIECE * 2)
    reply = voice()
    later = sentence(1, 6 * PIECE)
    fed(reply, *later, at_ns=SECOND)
    assert list(reply.spare()) == later[:3]
    assert list(reply.spare()) == []
    assert reply.skip(SECOND) == []
    fed(reply, *sentence(2, PIECE)[:1], at_ns=SECOND)
    passed = reply.skip(SECOND)
    assert line_of(passed) == pcm(1, 0, 600) + bytes(60) + pcm(2, 0, 100), "the missing one is given up"


LENGTHS = st.lists(st.integers(0, 350), min_size=1, max_size=6)


def shuffled(voices: list[list[VoiceMessage]], data: st.DataObject) -> Iterator[VoiceMessage]:
    """The voices' messages in any order; those of one voice in its own."""
    waiting = [list(messages) for messages in voices if messages]
    while waiting:
        chosen = data.draw(st.integers(0, len(waiting) - 1))
        yield waiting[chosen].pop(0)
        waiting = [messages for messages in waiting if messages]


def spoken_by_two(lengths: list[int], data: st.DataObject) -> list[VoiceMessage]:
    """Sentences shared by two voices; a part that the first voice did not finish is said by the other once more."""
    voices: list[list[VoiceMessage]] = [[], []]
    for number, samples in enumerate(lengths):
        messages, who = sentence(number, samples), data.draw(st.integers(0, 1))
        voices[who] += messages
        if data.draw(st.booleans()):
            again = messages[: data.draw(st.integers(0, len(messages)))]
            voices[1 - who] += [msgspec.structs.replace(message) for message in again]
    voices[data.draw(st.integers(0, 1))].append(VoiceDone(sentences=len(lengths)))
    return list(shuffled(voices, data))


@settings(max_examples=150, deadline=None)
@given(LENGTHS, st.data())
def test_two_voices_in_any_order_sound_like_one(lengths: list[int], data: st.DataObject) -> None:
    alone = [m for number, samples in enumerate(lengths) for m in sentence(number, samples)]
    one = fed(voice(), *alone, VoiceDone(sentences=len(lengths)))
    messages = spoken_by_two(lengths, data)
    two = fed(voice(), *messages)
    assert line_of(two) == line_of(one)
    assert [p for passed in two for p in passed.phonemes] == [p for passed in one for p in passed.phonemes]
    assert [p.position for p in two if p.over] == [p.position for p in one if p.over]
    assert sorted(id(p.tag) for p in two) == sorted(map(id, messages)), "each message comes out once"


@settings(max_examples=150, deadline=None)
@given(LENGTHS, st.data())
def test_a_successor_that_gets_what_was_not_finished_goes_on_at_the_sample(
    lengths: list[int], data: st.DataObject
) -> None:
    """The process before it came to some sample, told the place of the sentence there, and died."""
    messages = spoken_by_two(lengths, data)
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
