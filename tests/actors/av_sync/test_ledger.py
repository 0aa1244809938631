"""Scenes of the ledger: sentences of several voices in, one sound out, and nothing finished that a successor needs."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.av_sync.ledger import Ledger
from actors.av_sync.schedule import Schedule, ScheduleSettings
from actors.reply_voice import LOST_NS, VoiceMessage
from bus.clock import MS, now_ns
from bus.emit import Emit
from bus.envelope import Header
from bus.messages import FaceFrame, Message, Place, SoundSlice, SyncPlace
from bus.rehearsal import Prompter, Sent
from bus.unit import Unit
from tests.actors.spoken import pcm, reply, reply_by_two, sentence


class Desk:
    """A ledger on a clock of its own. Sound is heard as soon as it is sent."""

    def __init__(self, place: Place | None = None) -> None:
        self.unit = Unit()
        self.ledger = Ledger(Schedule(ScheduleSettings(face_wait_ms=0)), self.unit)
        if place:
            self.ledger.restore(place)
        self.outlet = Prompter()
        self.now_ns = 0
        self._last = 0

    def hear(self, *messages: VoiceMessage, first: int = 1) -> None:
        for number, message in enumerate(messages, first):
            self._last = number
            cause = Header(v=1, id=number, source="tts", epoch=1, seq=1, t0=0, t=0, host="here", turn=1, gen=1)
            self.ledger.hear(message, Emit[SoundSlice | FaceFrame | SyncPlace](self.outlet, cause), self.now_ns)

    def run(self, ms: int = 60_000) -> None:
        """Lets time pass, in steps of 20 ms."""

        async def scene() -> None:
            for _ in range(ms // 20):
                while planned := self.ledger.due(self.now_ns):
                    await self.ledger.send(planned)
                self.now_ns += 20 * MS

        asyncio.run(scene())

    @property
    def slices(self) -> list[SoundSlice]:
        return [s.message for s in self.outlet.sent if isinstance(s.message, SoundSlice)]

    @property
    def place(self) -> Place | None:
        places = [s.message.place for s in self.outlet.sent if isinstance(s.message, SyncPlace)]
        return places[-1] if places else None

    @property
    def heard(self) -> int:
        """Messages that came in."""
        return self._last

    @property
    def finished(self) -> int:
        """Messages up to the first that is held."""
        return next((number for number in range(self._last) if self.unit.holds(number + 1)), self._last)


def heard(sent: list[Sent]) -> bytes:
    """What mic-out makes of slices: the hub drops what it has by its id, mic-out what it played by its position."""
    line = bytearray()
    known = set()
    for one in sent:
        if isinstance(one.message, SoundSlice) and one.id not in known:
            known.add(one.id)
            begin, pcm = one.message.position * 2, one.message.payload
            assert begin <= len(line), "a hole"
            line[begin : begin + len(pcm)] = pcm
    return bytes(line)


def test_two_voices_make_one_sound() -> None:
    desk = Desk()
    first, second = sentence(0, 5_000, piece=2_000), sentence(1, 3_000, piece=2_000)
    whole = reply([5_000, 3_000])
    desk.hear(first[0], *second, *first[1:], whole[-1])
    desk.run()
    assert heard(desk.outlet.sent) == pcm(0, 0, 5_000) + bytes(60) + pcm(1, 0, 3_000)
    assert [s.position for s in desk.slices if s.last] == [desk.slices[-1].position]
    assert desk.place == Place(turn=1, gen=1, sentence=2, position=8_030, pause=30)


def test_the_place_is_told_before_the_sentence_is_finished() -> None:
    desk = Desk()
    desk.hear(*sentence(0, 2_000, piece=2_000), *sentence(1, 48_000, piece=48_000))
    desk.run(20)
    assert not desk.unit.holds(1) and not desk.unit.holds(2) and desk.unit.holds(3)
    assert desk.place == Place(turn=1, gen=1, sentence=1, position=2_000, pause=30)


def test_a_sentence_that_nobody_speaks_any_more_does_not_stop_the_reply() -> None:
    desk = Desk()
    desk.hear(*sentence(0, 2_000), *sentence(2, 2_000))
    desk.run(LOST_NS // MS + 1_000)
    desk.hear(*sentence(1, 2_000), *reply([0, 0, 0])[-1:], first=100)
    desk.run(1_000)
    assert heard(desk.outlet.sent) == pcm(0, 0, 2_000) + bytes(60) + pcm(2, 0, 2_000)


def test_what_comes_of_a_reply_that_is_over_is_finished_at_once() -> None:
    desk = Desk()
    desk.hear(*reply([2_000]))
    desk.run(2_000)
    desk.hear(*reply([2_000]), first=500)
    assert len(desk.unit) == 0


@settings(max_examples=150)
@given(st.lists(st.integers(0, 9_000), min_size=1, max_size=4), st.data())
def test_a_successor_goes_on_at_the_sample_whoever_spoke(lengths: list[int], data: st.DataObject) -> None:
    messages = reply_by_two(lengths, data, again=False, piece=1_500)
    untouched = Desk()
    untouched.hear(*reply(lengths, piece=1_500))
    untouched.run(3_000)
    first = Desk()
    first.hear(*messages[: data.draw(st.integers(0, len(messages)))])
    first.run(data.draw(st.integers(0, 40)) * 20)
    successor = Desk(first.place)
    successor.now_ns = first.now_ns
    for number, message in enumerate(messages, 1):
        receipt_came = number <= first.heard and not first.unit.holds(number) and data.draw(st.booleans())
        if not receipt_came:
            successor.hear(message, first=number)
    successor.run(3_000)
    assert heard([*first.outlet.sent, *successor.outlet.sent]) == heard(untouched.outlet.sent)


class Narrow(Prompter):
    """An outlet in which one message finds no room."""

    def __init__(self, full_at: int) -> None:
        super().__init__()
        self.full_at = full_at
        self.asked = 0

    async def send(
        self, message: Message, cause: Header, index: int, turn: int | None, gen: int | None, t0: int | None
    ) -> None:
        self.asked += 1
        if self.asked == self.full_at:
            await asyncio.Event().wait()
        await super().send(message, cause, index, turn, gen, t0)


@pytest.mark.parametrize("full_at", range(1, 24))
def test_a_process_that_goes_while_it_waits_for_room_leaves_no_hole(full_at: int) -> None:
    voice = reply([4_000, 20_000], piece=2_000)
    desk = Desk()
    desk.now_ns, desk.outlet = now_ns(), Narrow(full_at)
    desk.hear(*voice)

    async def scene() -> None:
        sending = asyncio.create_task(desk.ledger.send_due(asyncio.Event()))
        for _ in range(50):
            await asyncio.sleep(0)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await desk.ledger.leave()

    asyncio.run(scene())
    successor = Desk(desk.place)
    successor.now_ns = now_ns()
    successor.hear(*voice[desk.finished :], first=desk.finished + 1)
    successor.run(1_000)
    said = heard([*desk.outlet.sent, *successor.outlet.sent])
    assert said == pcm(0, 0, 4_000) + bytes(60) + pcm(1, 0, 20_000)
