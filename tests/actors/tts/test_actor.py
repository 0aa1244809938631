"""Scenes of tts: sentences in, one unbroken sound of the reply out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from actors.tts.actor import Tts, TtsSettings
from actors.tts.fake import FakeVoice, FakeVoiceSettings
from bus.messages import Sentence, SentencesDone, SpokenText, VoiceAudio, VoiceDone
from bus.rehearsal import Rehearsal


def sentence(index: int, text: str) -> Sentence:
    return Sentence(index=index, text=text, language="en")


def perform(scene: Callable[[Rehearsal, FakeVoice], Awaitable[None]]) -> None:
    async def run() -> None:
        voice = FakeVoice(FakeVoiceSettings())
        async with Rehearsal(Tts(voice, TtsSettings(pause_ms=100))) as stage:
            await scene(stage, voice)
        assert not voice.loaded

    asyncio.run(run())


def test_positions_run_on_over_the_sentences_of_a_reply_and_restart_with_the_next() -> None:
    async def scene(stage: Rehearsal, _: FakeVoice) -> None:
        await stage.send(sentence(0, "Hello."), sentence(1, "I am here."), SentencesDone(sentences=2))
        audio = stage.of(VoiceAudio)
        position = 0
        for piece in audio:
            assert piece.position == position
            position += len(piece.payload) // 2
        assert position == (300 + 100 + 500) * 48
        assert stage.of(VoiceDone) == [VoiceDone(samples=position)]
        stage.take()
        await stage.send(sentence(0, "Next."), turn=2)
        assert stage.of(VoiceAudio)[0].position == 0

    perform(scene)


def test_words_are_guessed_before_the_sound_and_exact_after_it() -> None:
    async def scene(stage: Rehearsal, _: FakeVoice) -> None:
        await stage.send(sentence(0, "Oh well."))
        kinds = [type(sent.message) for sent in stage.sent]
        assert kinds[0] is SpokenText and kinds[-1] is SpokenText
        exact = stage.of(SpokenText)[-1]
        assert [(w.text, w.start, w.end) for w in exact.words] == [("Oh ", 0, 150 * 48), ("well. ", 150 * 48, 400 * 48)]

    perform(scene)


def test_phonemes_are_counted_from_the_start_of_the_reply() -> None:
    async def scene(stage: Rehearsal, _: FakeVoice) -> None:
        await stage.send(sentence(0, "a."), sentence(1, "b."))
        phonemes = [(p.ipa, p.position // 48) for piece in stage.of(VoiceAudio) for p in piece.phonemes]
        assert phonemes == [("a", 0), ("", 100), ("b", 200)]

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
        assert stage.take() == [VoiceDone(samples=0)]

    perform(scene)


def test_the_real_voice_speaks_a_reply_in_two_languages() -> None:
    async def scene() -> None:
        async with Rehearsal(Tts.build("espeak", {"pause_ms": 50, "rate_wpm": 200})) as stage:
            await stage.send(sentence(0, "My name is"), Sentence(index=1, text="Олена, дуже приємно.", language="uk"))
            await stage.send(SentencesDone(sentences=2))
            end = stage.of(VoiceDone)[0].samples
            assert end > 48_000
            assert [w.text for t in stage.of(SpokenText)[1::2] for w in t.words] == [
                *("My ", "name ", "is "),
                *("Олена, ", "дуже ", "приємно. "),
            ]
            assert stage.of(SpokenText)[-1].words[-1].end == end
            positions = [p.position for piece in stage.of(VoiceAudio) for p in piece.phonemes]
            assert positions == sorted(positions) and positions[-1] < end

    asyncio.run(scene())
