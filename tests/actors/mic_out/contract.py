"""Contract of a speaker: what each engine of mic-out keeps, whatever it plays into. Run by test_contract.py against all of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from actors.mic_out.actor import MicOut
from actors.mic_out.engine import Speaker
from bus.clock import MS, SECOND
from bus.messages import RATE_HZ, Played, SoundClock, SoundSlice
from bus.rehearsal import Rehearsal

BLOCKS = 12


@dataclass
class Candidate:
    """An engine under the contract."""

    engine: str
    settings: dict[str, object]
    drive: Callable[[Speaker], None]
    """Lets its device ask for a while; nothing where real time does."""
    fail: Callable[[], None]
    """Its device or disk fails from now on."""

    def make(self, **more: object) -> Speaker:
        cls: Any = MicOut.engine_class(self.engine)
        speaker: Speaker = cls(msgspec.convert(self.settings | more, cls.Settings))
        return speaker

    def driven(self, speaker: Speaker) -> bool:
        """Lets its device ask for a while."""
        self.drive(speaker)
        return True


@dataclass
class Pulls:
    """What was pulled: how much, for when, and by how many at once."""

    times: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, samples: int, at_ns: int) -> NDArray[np.int16]:
        if not self._lock.acquire(blocking=False):
            self.at_once += 1
            return np.zeros(samples, np.int16)
        self.times.append(at_ns)
        self.sizes.append(samples)
        self._lock.release()
        return np.full(samples, 7, np.int16)


async def pulled(candidate: Candidate, speaker: Speaker, pulls: Pulls, blocks: int = BLOCKS) -> None:
    """Plays until so many blocks were pulled, and ends."""
    playing = asyncio.create_task(speaker.play(pulls))
    try:
        for _ in range(2_000):
            candidate.drive(speaker)
            if len(pulls.times) >= blocks or playing.done():
                break
            await asyncio.sleep(0.002)
    finally:
        playing.cancel()
        await asyncio.wait([playing])
    assert playing.cancelled(), "it plays without end"
    assert len(pulls.times) >= blocks


async def it_pulls_in_order_and_by_one_at_a_time(candidate: Candidate) -> None:
    speaker, pulls = candidate.make(), Pulls()
    await speaker.open()
    await pulled(candidate, speaker, pulls)
    await speaker.close()
    assert not pulls.at_once
    assert all(size > 0 for size in pulls.sizes)
    assert all(later >= sooner for sooner, later in zip(pulls.times, pulls.times[1:], strict=False))


async def a_pause_is_heard_soon_for_no_block_is_long(candidate: Candidate) -> None:
    speaker, pulls = candidate.make(), Pulls()
    await speaker.open()
    await pulled(candidate, speaker, pulls)
    await speaker.close()
    assert max(pulls.sizes) * SECOND // RATE_HZ <= 20 * MS


async def it_ends_at_once_wherever_it_is_and_may_be_closed_twice_or_unopened(candidate: Candidate) -> None:
    await candidate.make().close()
    for blocks in (0, 1, 3):
        speaker, pulls = candidate.make(), Pulls()
        await speaker.open()
        await pulled(candidate, speaker, pulls, blocks)
        pulled_before = len(pulls.times)
        await speaker.close()
        await speaker.close()
        await asyncio.sleep(0.03)
        assert len(pulls.times) == pulled_before, "nobody pulls any more"


async def it_plays_again_after_it_was_given_back(candidate: Candidate) -> None:
    for _ in range(2):
        speaker, pulls = candidate.make(), Pulls()
        await speaker.open()
        await pulled(candidate, speaker, pulls, 2)
        await speaker.close()


async def when_its_device_or_disk_fails_time_goes_on(candidate: Candidate) -> None:
    speaker, pulls = candidate.make(), Pulls()
    await speaker.open()
    playing = asyncio.create_task(speaker.play(pulls))
    await until(lambda: candidate.driven(speaker) and len(pulls.times) >= 2)
    candidate.fail()
    before = len(pulls.times)
    await until(lambda: candidate.driven(speaker) and len(pulls.times) >= before + BLOCKS)
    playing.cancel()
    await asyncio.wait([playing])
    assert playing.cancelled(), "the call goes on"
    await speaker.close()
    assert not pulls.at_once


async def when_its_device_hangs_time_goes_on_and_it_is_played_into_again(candidate: Candidate) -> None:
    speaker, pulls = candidate.make(), Pulls()
    await speaker.open()
    playing = asyncio.create_task(speaker.play(pulls))
    await until(lambda: candidate.driven(speaker) and len(pulls.times) >= 2)
    before = len(pulls.times)
    await until(lambda: len(pulls.times) >= before + BLOCKS)
    before = len(pulls.times)
    await until(lambda: candidate.driven(speaker) and len(pulls.times) >= before + BLOCKS)
    playing.cancel()
    await asyncio.wait([playing])
    await speaker.close()
    assert not pulls.at_once


async def what_was_heard_of_a_reply_is_told_from_its_start_to_its_end(candidate: Candidate) -> None:
    speaker = candidate.make()
    async with Rehearsal(MicOut(speaker)) as call:
        pcm = np.full(960, 1_000, "<i2").tobytes()
        for index in range(5):
            await call.send(SoundSlice(position=index * 960, at_ns=0, last=index == 4, payload=pcm), turn=3, gen=7)
        await until(lambda: candidate.driven(speaker) and "done" in [told.event for told in call.of(Played)])
        events = [told.event for told in call.of(Played)]
        assert (events[0], events[-1], events.count("done")) == ("started", "done", 1)
        assert call.of(Played)[-1].position == 5 * 960
        clocks = call.of(SoundClock)
        assert [clock.position for clock in clocks] == sorted(clock.position for clock in clocks)
        assert clocks and not clocks[-1].running
        assert {(sent.turn, sent.gen) for sent in call.sent if isinstance(sent.message, Played)} == {(3, 7)}


async def until(there: Callable[[], object]) -> None:
    for _ in range(2_000):
        if there():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come to pass within 10 s")


async def settings_that_it_does_not_know_are_refused(candidate: Candidate) -> None:
    with pytest.raises(msgspec.ValidationError, match="nonsense"):
        candidate.make(nonsense=1)


SCENES: tuple[Callable[[Candidate], Coroutine[object, object, None]], ...] = (
    it_pulls_in_order_and_by_one_at_a_time,
    a_pause_is_heard_soon_for_no_block_is_long,
    it_ends_at_once_wherever_it_is_and_may_be_closed_twice_or_unopened,
    it_plays_again_after_it_was_given_back,
    when_its_device_or_disk_fails_time_goes_on,
    when_its_device_hangs_time_goes_on_and_it_is_played_into_again,
    what_was_heard_of_a_reply_is_told_from_its_start_to_its_end,
    settings_that_it_does_not_know_are_refused,
)
