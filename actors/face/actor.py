"""Face: the voice in, the mouth out, 25 pictures for each second of sound."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import ClassVar

from actors.face.artist import Artist, Out
from actors.face.engine import FaceRenderer
from actors.progress import Progress
from actors.reply_voice import Passed, VoiceMessage
from actors.voice_line import VoiceLine
from bus.actor import Actor
from bus.clock import now_ns
from bus.messages import Cut, FacePlace, SentenceEnd, VoiceAudio, VoiceDone
from bus.messages.message import Message


class Face(Actor):
    """Draws the mouth of each reply as its sound comes in. A barge-in cancels the handler; the next reply starts afresh.

    Sound is held until it is drawn: a successor begins where the pictures end.
    """

    engines: ClassVar[Mapping[str, str]] = {
        "sketch": "actors.face.sketch:Sketch",
        "musetalk": "actors.face.musetalk.renderer:MuseTalk",
        "fake": "actors.face.fake:FakeRenderer",
    }
    auto: ClassVar[tuple[str, ...]] = ("musetalk", "sketch")

    def __init__(self, renderer: FaceRenderer) -> None:
        self.renderer = renderer
        self.artist = Artist(renderer)
        self._line = VoiceLine[Out]()
        self._progress = Progress(self.unit)
        self._drawing = asyncio.Lock()

    async def start(self) -> None:
        """Loads the renderer."""
        await self.renderer.load()

    async def restore(self, state: Message) -> None:
        """A reply goes on at the sentence to which the process before this one came."""
        if isinstance(state, FacePlace):
            self._line.restore(state.place)

    async def stop(self) -> None:
        """Frees the renderer."""
        await self.renderer.close()
        self.artist.close()

    async def on_voice(self, voice: VoiceAudio, emit: Out) -> None:
        """Draws the frames that this sound completes."""
        await self._hear(voice, emit)

    async def on_end(self, end: SentenceEnd, emit: Out) -> None:
        """Draws what waited for this sentence."""
        await self._hear(end, emit)

    async def on_voice_done(self, done: VoiceDone, emit: Out) -> None:
        """Draws the rest; the last frame says so, and shows the mouth at rest."""
        await self._hear(done, emit)

    async def on_cut(self, cut: Cut) -> None:
        """Barge-in."""
        self._line.cut(cut.below_gen)

    async def on_alarm(self, emit: Out) -> None:
        """A sentence is lost: goes on behind it."""
        async with self._drawing:
            await self._draw(self._line.skip(now_ns()))

    async def _hear(self, message: VoiceMessage, emit: Out) -> None:
        async with self._drawing:
            self.unit.hold(emit.cause)
            passed = self._line.take(message, emit.cause.turn, emit.cause.gen, emit, now_ns())
            if spared := self._line.spare():
                self.unit.finish(*(emit.cause for emit in spared))
            await self._draw(passed)

    async def _draw(self, passed: Sequence[Passed[Out]]) -> None:
        self.alarm.set(self._line.lost_ns())
        for one in passed:
            turn, gen = one.tag.cause.turn, one.tag.cause.gen
            self._progress.hold(one.tag.cause, one.end, one.place)
            if one.pcm or one.over:
                await self.artist.draw(one)
            done = one.end if one.over else self.artist.drawn
            if place := self._progress.place(turn, gen, done):
                await one.tag(FacePlace(place=place))
            self._progress.reach(turn, gen, done)
