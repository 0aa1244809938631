"""Sound line: the stream to or from one device, held for as long as a call lasts. mic-out's and vad's engines `device` hold one.

PortAudio does not tell when a device goes or comes: its list is made anew only while no stream of the process is open. So a
line whose device is gone is closed, the list is made anew, and the device is looked for by its name again, at growing
distances. All calls of PortAudio are made in one thread, off the event loop: they may take hundreds of milliseconds, and on
Windows they belong to the thread that began.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from actors.pulse_server import place_of
from actors.sound_device import SoundDevice, Way, extra_settings, look_for, portaudio, rate_for, refresh, taken
from bus.clock import MS, SECOND, now_ns
from bus.errors import AvatarError
from bus.off_loop import OffLoop
from bus.tally import Tally

log = logging.getLogger(__name__)

SILENT_NS = SECOND
"""A device that asked or gave nothing for so long is gone: PortAudio does not always tell."""
STARTING_NS = 3 * SECOND
"""So long for the first time: a null sink of PulseAudio that nobody listens to is ahead by the 2 s that it prepared while idle,
and asks for nothing until they have passed. Opened anew before, it would only begin to wait again (measured)."""
LOOK_S = 0.1
PLACE_NS = 500 * MS
"""How often a sound server is asked whether it still has our device."""
FIRST_S, MOST_S = 0.1, 1.0
"""A device that is away is looked for after the first, then at doubling distances up to the second."""


class Callback(Protocol):
    """What the device's thread calls."""

    alive_ns: int
    """When it was called last."""
    lost: int
    """How often the device lost sound, because we were late: under- or overflows."""

    def __call__(self, data: Any, frames: int, time: Any, status: Any) -> None:
        """As PortAudio calls it."""


class SoundLine:
    """Turns a device's name into a stream that comes back whenever the device does."""

    def __init__(
        self, wanted: str, way: Way, rate_hz: int, latency_s: float, make: Callable[[int, int], Callback]
    ) -> None:
        """`make(rate_hz, channels)`: the callback for a device of that rate and number of channels (1 or 2)."""
        self._wanted = wanted
        self._way: Way = way
        self._rate_hz = rate_hz
        self._latency_s = latency_s
        self._make = make
        self._off_loop: OffLoop | None = None
        self._library: Any = None
        self._stream: Any = None
        self._place: int | None = None
        self._tally: Tally | None = None
        self._place_ns = 0

    def count_in(self, tally: Tally) -> None:
        """Counts what the device loses there."""
        self._tally = tally

    async def open(self) -> None:
        """Looks for the device. Raises Wrong with the names that there are, Fatal without PortAudio."""
        self._off_loop = self._off_loop or OffLoop("portaudio")
        device = await self._off_loop.run(self._find)
        log.info("sound %s found host_api=%s channels=%d", self._way, device.host_api, device.channels)

    async def hold(self, meanwhile: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Keeps the stream open until it is cancelled. While it is not, `meanwhile` runs, until it is cancelled."""
        assert self._off_loop is not None, "open() comes first"
        delay_s = FIRST_S
        told = False
        away = asyncio.create_task(meanwhile())
        try:
            while True:
                try:
                    callback = await self._off_loop.run(self._begin)
                    begun_ns = callback.alive_ns
                    await _end(away)
                    await self._off_loop.run(self._start)
                    if told:
                        log.info("the sound %s is back", self._way)
                    why = await self._until_gone(callback, begun_ns)
                    if callback.alive_ns > begun_ns:
                        delay_s = FIRST_S
                    log.warning("the sound %s went away: %s", self._way, why)
                except AvatarError as error:
                    if not told:
                        log.warning("the sound %s is away: %s", self._way, error.what)
                told = True
                if away.done():
                    away = asyncio.create_task(meanwhile())
                await self._off_loop.run(self._give_back)
                await asyncio.sleep(delay_s)
                delay_s = min(MOST_S, 2 * delay_s)
        finally:
            await _end(away)
            await self._off_loop.run(self._close)

    async def close(self) -> None:
        """Gives the device back; may be called twice."""
        if self._off_loop is not None:
            off_loop, self._off_loop = self._off_loop, None
            await off_loop.run(self._close)
            off_loop.close()

    async def _until_gone(self, callback: Callback, begun_ns: int) -> str:
        """Why it is taken for gone."""
        assert self._off_loop is not None
        lost = 0
        while now_ns() - callback.alive_ns < (SILENT_NS if callback.alive_ns > begun_ns else STARTING_NS):
            await asyncio.sleep(LOOK_S)
            if gone := await self._off_loop.run(self._gone):
                return gone
            if callback.lost > lost:
                self._lose(callback.lost - lost)
                lost = callback.lost
        return "it asks for nothing" if self._way == "output" else "nothing comes from it"

    def _lose(self, times: int) -> None:
        """The device was not served in time."""
        topic, reason = ("mic-out.sound", "underflow") if self._way == "output" else ("vad.speech", "overflow")
        log.warning("%s at the device times=%d", reason, times)
        if self._tally is not None:
            self._tally.add(topic, reason, times, detail="the device was not served in time")

    # --- in PortAudio's thread ------------------------------------------------------------------------------------

    def _find(self) -> SoundDevice:
        self._library = portaudio()
        return look_for(self._library, self._wanted, self._way)

    def _begin(self) -> Callback:
        """Opens the stream. Raises Wrong when the device is not there, Broken when it cannot be opened."""
        library = self._library
        device = look_for(library, self._wanted, self._way)
        channels = min(2, device.channels)
        rate_hz = rate_for(library, device, self._way, self._rate_hz, channels)
        callback = self._make(rate_hz, channels)
        make_stream = library.RawOutputStream if self._way == "output" else library.RawInputStream
        self._place = place_of(device, self._way)
        try:
            self._stream = make_stream(
                samplerate=rate_hz,
                blocksize=rate_hz // 100,
                device=device.index,
                channels=channels,
                dtype="int16",
                latency=self._latency_s,
                callback=callback,
                **extra_settings(library, device),
            )
        except (library.PortAudioError, ValueError) as error:
            raise taken(library, device, error) from None
        self._device = device
        callback.alive_ns = self._place_ns = now_ns()
        return callback

    def _start(self) -> None:
        try:
            self._stream.start()
        except self._library.PortAudioError as error:
            raise taken(self._library, self._device, error) from None

    def _gone(self) -> str:
        if not self._stream.active:
            return "its stream ended"
        if self._place is not None and now_ns() - self._place_ns >= PLACE_NS:
            self._place_ns = now_ns()
            if place_of(self._device, self._way) != self._place:
                return "the sound server has another in its place, or none"
        return ""

    def _give_back(self) -> None:
        self._close()
        refresh(self._library)

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        try:
            stream.abort()
            stream.close()
        except self._library.PortAudioError as error:
            log.info("closing a device that is gone: %s", error)


async def _end(task: asyncio.Task[None]) -> None:
    """Ends what ran meanwhile. Raises what it raised."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
