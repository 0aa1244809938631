"""Scenes of succession: an actor dies anywhere in its work, and what both lives send is what one would have sent."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.asr.actor import Asr
from actors.asr.fake import FakeRecognizer, FakeSettings
from actors.chunker.actor import Chunker
from actors.face.actor import Face
from actors.face.fake import FakeRenderer
from actors.llm.actor import Llm
from actors.llm.fake import FakeModel, FakeModelSettings
from actors.tts.actor import Tts
from actors.tts.fake import FakeVoice, FakeVoiceSettings
from bus.messages import (
    AnswerDone,
    Final,
    Lane,
    Line,
    Message,
    MouthFrame,
    Prompt,
    Sentence,
    SentencesDone,
    SpeechChunk,
    Token,
)
from bus.rehearsal import Sent
from tests.actors.spoken import reply_by_two
from tests.actors.succession import Death, deaths, life, two_lives

WORDS = [
    "Well,",
    "I",
    "am",
    "a",
    "clone.",
    "He",
    "made",
    "me",
    "of",
    "ten",
    "small",
    "parts,",
    "and",
    "they",
    "talk.",
    "Ask",
    "me",
    "anything:",
    "I",
    "know",
    "it",
    "all.",
]
TOKENS: list[Message] = [
    *(Token(index=i, text=f"{w} ") for i, w in enumerate(WORDS)),
    AnswerDone(tokens=0, language="en"),
]
SENTENCES: list[Message] = [
    *(Sentence(index=i, text=text, language="en") for i, text in enumerate(["One, two.", "Three", "Four and five."])),
    SentencesDone(sentences=3),
]
UTTERANCES: list[Message] = [
    SpeechChunk(utterance=number, index=i, at_ns=10 * number + i, last=i == 3, payload=bytes(8_000))
    for number in (1, 2)
    for i in range(4)
]


def streams(sent: list[Sent]) -> list[Message]:
    return [s.message for s in sent if s.message.spec.lane is Lane.STREAM]


@settings(max_examples=60)
@given(deaths(len(TOKENS)))
def test_no_sentence_is_cut_twice_or_otherwise(death: Death) -> None:
    def make() -> Chunker:
        return Chunker.build("own", {})

    assert streams(asyncio.run(two_lives(make, TOKENS, death))) == streams(asyncio.run(life(make, TOKENS)))


@settings(max_examples=60)
@given(deaths(len(SENTENCES)))
def test_the_voice_says_nothing_twice(death: Death) -> None:
    def make() -> Tts:
        return Tts(FakeVoice(FakeVoiceSettings(characters_per_chunk=5)))

    both, one = asyncio.run(two_lives(make, SENTENCES, death)), asyncio.run(life(make, SENTENCES))
    assert streams(both) == streams(one)
    assert [s.id for s in both] == [s.id for s in one]


@settings(max_examples=60)
@given(deaths(len(UTTERANCES)))
def test_each_utterance_is_understood_once_and_whole(death: Death) -> None:
    def make() -> Asr:
        return Asr(FakeRecognizer(FakeSettings(texts=("a b c d",))))

    both = streams(asyncio.run(two_lives(make, UTTERANCES, death)))
    assert [(f.utterance, f.text) for f in both if isinstance(f, Final)] == [(1, "a b c d"), (2, "a b c d")]


@settings(max_examples=60)
@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=4), st.data())
def test_every_picture_of_the_mouth_comes_and_the_last_one_is_marked(lengths: list[int], data: st.DataObject) -> None:
    letters: list[Message] = [*reply_by_two(lengths, data, again=False, piece=4_800, pause=2_000)]
    both = asyncio.run(two_lives(lambda: Face(FakeRenderer()), letters, data.draw(deaths(len(letters)))))
    one = asyncio.run(life(lambda: Face(FakeRenderer()), letters))
    drawn = {m.index: m for m in reversed(streams(both)) if isinstance(m, MouthFrame)}
    wanted = {m.index: m for m in streams(one) if isinstance(m, MouthFrame)}
    assert sorted(drawn) == sorted(wanted)
    assert [index for index, frame in drawn.items() if frame.last] == [max(wanted)]


PROMPT: list[Message] = [Prompt(lines=(Line("user", "Who are you?"),), language="en")]
MIND = ("I ", "am ", "a ", "clone. ", "Ask ", "me.")


@settings(max_examples=40)
@given(st.integers(0, 2 * len(MIND) + 2))
def test_an_answer_is_gone_on_with_also_by_a_model_that_would_say_something_else(words: int) -> None:
    models = iter([MIND, ("Well, ", "I ", "go ", "on.")])

    def make() -> Llm:
        return Llm(FakeModel(FakeModelSettings(tokens=next(models))))

    both = streams(asyncio.run(two_lives(make, PROMPT, Death(0, words, 0))))
    tokens = [m for m in both if isinstance(m, Token)]
    assert [token.index for token in tokens] == list(range(len(tokens)))
    began = (words + 1) // 2
    rest = ("Well, ", "I ", "go ", "on.") if began < len(MIND) or words <= 2 * len(MIND) else ()
    assert [token.text for token in tokens] == [*MIND[:began], *rest]
    assert isinstance(both[-1], AnswerDone) and len(tokens) == len(both) - 1


@settings(max_examples=20)
@given(st.integers(0, 2 * len(MIND) + 2))
def test_a_model_that_says_the_same_again_is_not_heard_twice(words: int) -> None:
    both = asyncio.run(two_lives(lambda: Llm(FakeModel(FakeModelSettings(tokens=MIND))), PROMPT, Death(0, words, 0)))
    assert [m.text for m in streams(both) if isinstance(m, Token)] == list(MIND)
