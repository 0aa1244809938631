"""Ledger of av-sync: what came in for the schedule, and when each message is finished."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TypeAlias

from actors.av_sync.schedule import Planned, Schedule
from actors.causes import Causes
from actors.progress import Progress
from actors.reply_voice import Passed, VoiceMessage
from actors.voice_line import VoiceLine
from bus.clock import now_ns
from bus.emit import Emit
from bus.messages import FaceFrame, MouthFrame, Place, SoundSlice, SyncPlace
from bus.messages.picture import SAMPLES_PER_FRAME
from bus.unit import Unit

Out: TypeAlias = Emit[SoundSlice | FaceFrame | SyncPlace]

FAREWELL_S = 0.05
"""Longest that the last messages of a process that goes wait for room."""


class Ledger:
    """Puts the sentences of a reply in order on their way into the schedule.

    A message is held until what it brought was sent on: a successor gets the rest, and is told by a `Place` where in the
    reply that rest begins.
    """

    def __init__(self, schedule: Schedule, unit: Unit) -> None:
        self._schedule = schedule
        self._unit = unit
        self._line = VoiceLine[Out]()
        self._causes = Causes[SoundSlice | FaceFrame | SyncPlace]()
        self._progress = Progress(unit)
        self._in_hand: Planned | None = None

    def restore(self, place: Place) -> None:
        """A process before this one came to `place`."""
        self._line.restore(place)

    def hear(self, message: VoiceMessage, emit: Out, now_ns: int) -> None:
        """Takes a message of the voice."""
        self._unit.hold(emit.cause)
        self._lay(self._line.take(message, emit.cause.turn, emit.cause.gen, emit, now_ns), now_ns)
        if spared := self._line.spare():
            self._unit.finish(*(emit.cause for emit in spared))

    def see(self, mouth: MouthFrame, emit: Out) -> None:
        """Takes a mouth. The first one is what the voice waits for."""
        self._causes.prefer(emit)
        self._progress.hold(emit.cause, mouth.index * SAMPLES_PER_FRAME)
        self._schedule.mouth(emit.cause.turn, emit.cause.gen, mouth)

    def cut(self, below_gen: int) -> None:
        """Barge-in."""
        self._schedule.cut(below_gen)
        self._line.cut(below_gen)

    async def leave(self) -> None:
        """This process goes: sends what a successor would be late for."""
        self._schedule.leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                await self.send_due(asyncio.Event())

    def due(self, now_ns: int) -> Planned | None:
        """The next message whose time to be sent has come; first one whose sending was broken off."""
        self._lay(self._line.skip(now_ns), now_ns)
        return self._in_hand or self._schedule.next_due(now_ns)

    def wake_ns(self, now_ns: int) -> int | None:
        """When `due` should be asked again if nothing comes in; None: only then."""
        times = (self._schedule.wake_ns(now_ns), self._line.lost_ns())
        return min((at for at in times if at is not None), default=None)

    async def send_due(self, sent: asyncio.Event) -> None:
        """Sends all whose time has come; `sent` is set with each."""
        while planned := self.due(now_ns()):
            await self.send(planned)
            sent.set()

    async def send(self, planned: Planned) -> None:
        """Sends it, and finishes what is finished with it."""
        self._in_hand = planned
        message, turn, gen = planned.message, planned.turn, planned.gen
        await self._causes.send(message, turn, gen, index=message.position)
        if isinstance(message, SoundSlice):
            if place := self._progress.place(turn, gen, message.position + len(message.payload) // 2):
                await self._causes.send(SyncPlace(place=place), turn, gen)
            self._progress.sent(turn, gen, message)
        self._in_hand = None

    def _lay(self, passed: list[Passed[Out]], now_ns: int) -> None:
        for one in passed:
            cause = one.tag.cause
            if one.pcm or one.over:
                self._causes.remember(one.tag)
            self._progress.hold(cause, one.end + one.over, one.place)
            if self._schedule.voice(cause.turn, cause.gen, one.position, one.pcm, now_ns) is None:
                self._unit.finish(cause)  # that reply is over
            elif one.over:
                self._schedule.voice_done(cause.turn, cause.gen, one.end, now_ns)
