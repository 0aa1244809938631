"""Av-sync: voice and mouth of a reply, sent to the sinks in step and just in time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import ClassVar

from actors.av_sync.ledger import Ledger, Out
from actors.av_sync.schedule import Schedule
from actors.av_sync.skew import SkewMeter
from actors.reply_voice import VoiceMessage
from bus.actor import Actor
from bus.clock import SECOND, now_ns
from bus.emit import Emit
from bus.messages import (
    CallHealth,
    Cut,
    MouthFrame,
    Pause,
    Resume,
    SentenceEnd,
    Shown,
    Skew,
    SoundClock,
    SoundSlice,
    SyncPlace,
    VoiceAudio,
    VoiceDone,
)
from bus.messages.message import Message


class AvSync(Actor):
    """Takes the voice and the mouth as they are made; gives slices and frames with their presentation times.

    Handlers only put into the schedule; one loop sends, so that slices can never overtake each other.
    """

    engines: ClassVar = {"own": "actors.av_sync.schedule:Schedule"}

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self._ledger, self._meter = Ledger(schedule, self.unit), SkewMeter()
        self._wake, self._sent = asyncio.Event(), asyncio.Event()

    async def restore(self, state: Message) -> None:
        """A reply goes on at the sentence to which the process before this one came."""
        if isinstance(state, SyncPlace):
            self._ledger.restore(state.place)

    async def on_audio(self, audio: VoiceAudio, emit: Out) -> None:
        """A piece of the voice. Waits while two minutes of it are held: the voice then waits, too."""
        await self._hear(audio, emit)

    async def on_end(self, end: SentenceEnd, emit: Out) -> None:
        """A sentence is complete."""
        await self._hear(end, emit)

    async def on_done(self, done: VoiceDone, emit: Out) -> None:
        """So many sentences there are."""
        await self._hear(done, emit)

    async def on_mouth(self, mouth: MouthFrame, emit: Out) -> None:
        """A mouth, made ahead of its time."""
        self._ledger.see(mouth, emit)
        self._wake.set()

    async def on_clock(self, clock: SoundClock, emit: Emit[SoundSlice]) -> None:
        """The master clock."""
        self.schedule.clock(emit.cause.turn, emit.cause.gen, clock)
        self._wake.set()

    async def on_shown(self, shown: Shown, emit: Emit[Skew]) -> None:
        """A mouth was seen: how far was it from its sound?"""
        skew_ms = self.schedule.skew_ms(emit.cause.turn, emit.cause.gen, shown)
        if skew_ms is not None and (skew := self._meter.add(skew_ms, shown.at_ns)):
            await emit(skew)

    async def on_health(self, health: CallHealth) -> None:
        """Who of the call is there. Without a face the voice goes on."""
        self.schedule.face_is_away(health.absent("face"), now_ns())
        self._wake.set()

    async def on_pause(self, pause: Pause) -> None:
        """Hold."""
        self.schedule.pause(now_ns())

    async def on_resume(self, resume: Resume) -> None:
        """Go on."""
        self.schedule.resume(now_ns())
        self._wake.set()

    async def on_cut(self, cut: Cut) -> None:
        """Barge-in."""
        self._ledger.cut(cut.below_gen)
        self._sent.set()

    async def run(self) -> None:
        """Sends what is due; and when it is ended, what a successor would be late for."""
        try:
            while True:
                self._wake.clear()
                await self._ledger.send_due(self._sent)
                await self._wait(self._ledger.wake_ns(now_ns()))
        finally:
            await self._ledger.leave()

    async def _hear(self, message: VoiceMessage, emit: Out) -> None:
        self._ledger.hear(message, emit, now_ns())
        self._wake.set()
        while self.schedule.is_overfull(emit.cause.turn, emit.cause.gen):
            self._sent.clear()
            await self._sent.wait()

    async def _wait(self, until_ns: int | None) -> None:
        delay_s = None if until_ns is None else max(0.001, (until_ns - now_ns()) / SECOND)
        with suppress(TimeoutError):
            async with asyncio.timeout(delay_s):
                await self._wake.wait()
