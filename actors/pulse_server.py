"""PulseAudio server (or PipeWire, which speaks the same): whether it still has the sink or source that a stream was meant for.

ALSA's device "pulse" is where the environment says (PULSE_SINK, PULSE_SOURCE). When such a sink is unloaded, the server moves
the stream to another one, which may be the cable that the avatar listens to, and it never moves it back; neither ALSA nor PortAudio hears
of that. So the server is asked for the number that it gave to the name: another number is another device.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from typing import Any

from actors.sound_device import SERVERS, SoundDevice, Way
from bus.clock import SECOND, now_ns

NO_AUTOSPAWN = 1
"""PA_CONTEXT_NOAUTOSPAWN: asking must not start a server."""
READY, FAILED = 4, 5
"""Of pa_context_state_t; what is over FAILED has ended."""
NOWHERE = -1
ANSWER_NS = SECOND
_ANSWER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class _Head(ctypes.Structure):
    """How pa_sink_info and pa_source_info begin."""

    _fields_ = (("name", ctypes.c_char_p), ("index", ctypes.c_uint32))


def place_of(device: SoundDevice, way: Way) -> int | None:
    """The server's number of the sink or source that the environment names for the device; NOWHERE when it has none of that
    name, or does not answer. None: it is no such device, or nothing is named."""
    name = os.environ.get(SERVERS[way], "")
    if sys.platform != "linux" or not name or device.host_api != "ALSA" or device.name not in ("pulse", "default"):
        return None
    try:
        library = ctypes.CDLL("libpulse.so.0")
    except OSError:
        return None
    return _number(library, name.encode(), "sink" if way == "output" else "source")


def _number(pulse: Any, name: bytes, kind: str) -> int:
    found = [NOWHERE, False]

    def hear(_context: int, info: int, end: int, _data: int) -> None:
        if not end:
            found[0] = ctypes.cast(info, ctypes.POINTER(_Head)).contents.index
        found[1] = bool(end)

    answer = _ANSWER(hear)
    with _connected(pulse) as (loop, context):
        ready = _run(pulse, loop, lambda: pulse.pa_context_get_state(context) >= READY)
        if ready and pulse.pa_context_get_state(context) == READY:
            ask = getattr(pulse, f"pa_context_get_{kind}_info_by_name")
            ask.restype = ctypes.c_void_p
            operation = ask(context, ctypes.c_char_p(name), answer, None)
            if operation:
                _run(pulse, loop, lambda: bool(found[1]))
                pulse.pa_operation_unref(ctypes.c_void_p(operation))
    return int(found[0])


@contextlib.contextmanager
def _connected(pulse: Any) -> Iterator[tuple[ctypes.c_void_p, ctypes.c_void_p]]:
    for maker in ("pa_mainloop_new", "pa_mainloop_get_api", "pa_context_new"):
        getattr(pulse, maker).restype = ctypes.c_void_p
    loop = ctypes.c_void_p(pulse.pa_mainloop_new())
    context = ctypes.c_void_p(
        pulse.pa_context_new(ctypes.c_void_p(pulse.pa_mainloop_get_api(loop)), ctypes.c_char_p(b"avatar"))
    )
    try:
        pulse.pa_context_connect(context, None, NO_AUTOSPAWN, None)
        yield loop, context
    finally:
        pulse.pa_context_disconnect(context)
        pulse.pa_context_unref(context)
        pulse.pa_mainloop_free(loop)


def _run(pulse: Any, loop: ctypes.c_void_p, done: Any) -> bool:
    """Runs the library's loop until `done`; False when it did not come to that in a second."""
    until_ns = now_ns() + ANSWER_NS
    while not done():
        left_us = (until_ns - now_ns()) // 1_000
        if left_us <= 0 or pulse.pa_mainloop_prepare(loop, ctypes.c_int(int(left_us))) < 0:
            return False
        if pulse.pa_mainloop_poll(loop) < 0 or pulse.pa_mainloop_dispatch(loop) < 0:
            return False
    return True
