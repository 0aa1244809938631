"""Scenes of tts: sentences in, the sound of each one out, whoever speaks the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from actors.tts.actor import Tts, TtsSettings
from actors.tts.fake import FakeVoice, FakeVoiceSettings
from bus.errors import Broken
from bus.messages import Sentence, SentenceEnd, SentencesDone, SpokenText, VoiceAudio, VoiceCost, VoiceDone
from bus.rehearsal import Rehearsal
from tests.actors.tts.speaking_server import speaking_server


def sentence(index: int, text: str) -> Sentence:
    return Sentence(index=index, text=text, language="en")


def perform(scene: Callable[[Rehearsal, FakeVoice], Awaitable[None]]) -> None:
    async def run() -> None:
        voice = FakeVoice(FakeVoiceSettings())
        async with Rehearsal(Tts(voice, TtsSettings(pause_ms=100))) as stage:
            await scene(stage, voice)
        assert not voice.loaded

    asyncio.run(run())


def test_each_sentence_is_counted_from_its_start_and_says_where_it_ends() -> None:
    async def scene(stage: Rehearsal, _: FakeVoice) -> None:
        for index, (text, ms) in enumerate([("Hello.", 300), ("I am here", 450)]):
            await stage.send(sentence(index, text))
            position = 0
            for piece in stage.of(VoiceAudio):
                assert (piece.sentence, piece.position) == (index, position)
                position += len(piece.payload) // 2
            assert position == ms * 48
            pause = 0 if index else 100 * 48
            assert stage.take()[-2] == SentenceEnd(sentence=index, samples=position, pause=pause)
        await stage.send(SentencesDone(sentences=2))
        assert stage.take() == [VoiceDone(sentences=2)]

    perform(scene)


def test_another_process_speaks_a_sentence_in_the_same_pieces_with_the_same_ids() -> None:
    async def scene(stage: Rehearsal, _: FakeVoice) -> None:
        async with Rehearsal(Tts(FakeVoice(FakeVoiceSettings(characters_per_chunk=7)))) as other:
            await other.send(sentence(2, "Some other one."), first_id=4)
            for one in (stage, other):
                await one.send(sentence(3, "What the first one began, the second one ends."), first_id=5)
            ours = [(s.id, type(s.message)) for s in stage.sent]
            assert ours == [(s.id, type(s.message)) for s in other.sent][-len(ours) :]
            assert len({number for number, _ in ours}) == len(ours) > 20

    perform(scene)


def test_a_sentence_that_fails_has_an_end_all_the_same() -> None:
    async def scene(stage: Rehearsal, voice: FakeVoice) -> None:
        voice.breaks_at = 8
        with pytest.raises(Broken):
            await stage.send(sentence(0, "Half a sentence is lost."))
        (end,) = stage.of(SentenceEnd)
        assert end.samples == sum(len(piece.payload) // 2 for piece in stage.of(VoiceAudio)) == 8 * 50 * 48
        assert [w.text for w in stage.of(SpokenText)[-1].words] == ["Half "]

    perform(scene)


def test_words_are_guessed_before_the_sound_and_exact_after_it() -> None:
    async def scene(stage: Rehearsal, _: FakeVoice) -> None:
        await stage.send(sentence(0, "Oh well."))
        kinds = [type(sent.message) for sent in stage.sent]
        assert kinds[0] is SpokenText and kinds[-3:] == [SpokenText, SentenceEnd, VoiceCost]
        exact = stage.of(SpokenText)[-1]
        assert [(w.text, w.start, w.end) for w in exact.words] == [("Oh ", 0, 150 * 48), ("well. ", 150 * 48, 400 * 48)]

    perform(scene)


def test_phonemes_are_counted_from_the_start_of_the_sentence() -> None:
    async def scene(stage: Rehearsal, _: FakeVoice) -> None:
        await stage.send(sentence(0, "a."), sentence(1, "b c"))
        phonemes = [(p.ipa, p.position // 48) for piece in stage.of(VoiceAudio) for p in piece.phonemes]
        assert phonemes == [("a", 0), ("b", 0), ("c", 100)]

    perform(scene)


def test_a_barge_in_hushes_the_voice_in_mid_sentence() -> None:
    async def scene(stage: Rehearsal, voice: FakeVoice) -> None:
        voice.gate.clear()
        speaking = asyncio.ensure_future(stage.send(sentence(0, "A long story that nobody wants to hear.")))
        await voice.begun.wait()
        speaking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await speaking
        assert voice.hushed == 1
        voice.gate.set()
        stage.take()
        await stage.send(sentence(0, "Sorry."), gen=2)
        assert stage.of(VoiceAudio)[0].position == 0

    perform(scene)


def test_a_reply_without_sentences_is_done_at_once() -> None:
    async def scene(stage: Rehearsal, _: FakeVoice) -> None:
        await stage.send(SentencesDone(sentences=0))
        assert stage.take() == [VoiceDone(sentences=0)]

    perform(scene)


def test_the_real_voice_speaks_a_reply_in_two_languages() -> None:
    async def scene() -> None:
        async with Rehearsal(Tts.build("espeak", {"pause_ms": 50, "rate_wpm": 200})) as stage:
            await stage.send(sentence(0, "My name is"), Sentence(index=1, text="Олена, дуже приємно.", language="uk"))
            await stage.send(SentencesDone(sentences=2))
            assert sum(end.samples for end in stage.of(SentenceEnd)) > 48_000
            assert [w.text for t in stage.of(SpokenText)[1::2] for w in t.words] == [
                *("My ", "name ", "is "),
                *("Олена, ", "дуже ", "приємно. "),
            ]
            for end in stage.of(SentenceEnd):
                said = [text for text in stage.of(SpokenText) if text.sentence == end.sentence]
                assert said[-1].words[-1].end == end.samples
                audio = [piece for piece in stage.of(VoiceAudio) if piece.sentence == end.sentence]
                positions = [p.position for piece in audio for p in piece.phonemes]
                assert positions == sorted(positions) and positions[-1] < end.samples

    asyncio.run(scene())


def test_what_a_sentence_took_is_told_and_why_it_failed() -> None:
    async def scene(stage: Rehearsal, voice: FakeVoice) -> None:
        await stage.send(sentence(0, "Hello."))
        (cost,) = stage.of(VoiceCost)
        assert (cost.sentence, cost.sound_ms, cost.failed) == (0, 300, "") and cost.whole_ms >= cost.first_ms >= 0
        stage.take()
        voice.breaks_at = 0
        with pytest.raises(Broken):
            await stage.send(sentence(1, "Hello."))
        assert stage.of(VoiceCost)[0].failed

    perform(scene)


def test_a_key_that_is_refused_in_mid_call_is_a_failure_of_its_sentence_alone() -> None:
    async def scene() -> None:
        with speaking_server() as server:
            settings = {"url": server.url, "voice": "olena", "start_s": 0, "first_s": 5}
            async with Rehearsal(Tts.build("fish", settings)) as stage:
                server.faults = ["key"]
                with pytest.raises(Broken, match="refuses the key"):
                    await stage.send(sentence(0, "Hello there."))
                (end,) = stage.of(SentenceEnd)
                assert end.samples == 0
                await stage.send(sentence(1, "Hello there."))
                assert stage.of(SentenceEnd)[-1].samples > 0

    asyncio.run(scene())
