"""Anchor of a call on another host, `python -m remote.far`: the ssh command that starts this host's part of the call and
follows it up, as `avatar up` does where the call began.

It lives as long as the connection: when its stdin ends, or says nothing for some seconds (a connection whose other side fell
asleep may stay open for hours), it ends without a word, and the host agent here counts the grace. A new connection starts a
new anchor, which finds the call by its name and its keys.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading

from bus.clock import SECOND, now_ns, sleep_ms
from bus.custody import Custody
from bus.errors import AvatarError, Broken, Gone
from bus.logs import log_to_stderr
from remote.far.charge import END, Charge, Word, read_charge
from remote.far.upkeep import EVERY_NS, touch_used
from remote.mark import Mark
from remote.session import Ending, Session
from remote.succession import Succession

_log = logging.getLogger(__name__)

QUIET_S = 15.0
"""The other side says something every second."""
LOOK_MS = 20.0
MARK_NS = SECOND


class Anchor:
    """One connection's hold on a call. `heard`: the lines of stdin as they come, None at its end."""

    def __init__(self, charge: Charge, heard: queue.SimpleQueue[bytes | None]) -> None:
        """Finds the call, or begins it. Raises Wrong when it has no place here."""
        self._heard = heard
        self._session = session_for(charge)
        self._succession = Succession(self._session)
        self._custody = Custody(QUIET_S, orphaned=True)
        self._marked_ns = 0
        self._host = charge.place.host
        self._touched_ns = 0
        self._told_here = False

    def begin(self) -> None:
        """From here on the call has a director again; and a host agent, if it has none."""
        self._mark(now_ns())
        if not self._session.lives():
            self._succession.begin()
        _tell(Word(anchor="starting"))

    def step(self) -> bool:
        """Whether to go on. Raises Broken when host agents die again and again."""
        at_ns = now_ns()
        lines = self._lines()
        if None in lines or self._custody.look(at_ns, cared_for=bool(lines)):
            _log.warning("the other side is gone")
            return False
        if END in lines:
            from remote.closing import close_call  # it brings the makers of films: half of an anchor's start

            close_call(self._session)
        self._succession.look_after()
        if self._session.has_ended:
            _tell(Word(anchor="ended", ending=self._session.read("ending.json", Ending) or Ending()))
            return False
        self._mark(at_ns)
        if at_ns - self._touched_ns > EVERY_NS:
            self._touched_ns = at_ns
            touch_used(self._session.plan(), self._host)
        if not self._told_here and self._session.running() is not None:
            self._told_here = True
            _tell(Word(anchor="here", gate=self._session.place().gate))
        return True

    def _mark(self, at_ns: int) -> None:
        """Of two connections the one that lives goes on."""
        if at_ns - self._marked_ns > MARK_NS:
            self._marked_ns = at_ns
            if self._session.director() != Mark.own():
                self._session.write("director.json", Mark.own())

    def _lines(self) -> list[bytes | None]:
        lines: list[bytes | None] = []
        while not self._heard.empty():
            lines.append(self._heard.get())
        return lines


def session_for(charge: Charge) -> Session:
    """The session that runs with these keys, or a fresh one. One of the same name with other keys is of an earlier call that
    was never ended: it is killed. Raises Gone when there is none and none is to be begun."""
    session = Session(charge.session)
    if session.lives():
        if session.keys() == charge.keys:
            return session
        if charge.only_join:
            raise Gone("another call of the same name runs there now", "give one of them another [session] name")
        from remote.leftovers import kill_call  # see above

        _log.warning("killing what an earlier call of the same name has left")
        kill_call(session)
    if charge.only_join:
        raise Gone("its part of the call had ended, for nobody came", "it begins anew")
    session.lay(charge.plan, charge.keys)
    session.write("place.json", charge.place)
    return session


def anchor() -> int:
    """Holds on to a call until the connection or the call ends; the exit code."""
    log_to_stderr("anchor", 1)
    try:
        heard: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=_hear, args=(heard,), name="stdin", daemon=True).start()
        holding = Anchor(read_charge(heard.get() or b""), heard)
        holding.begin()
        while holding.step():
            sleep_ms(LOOK_MS)
    except AvatarError as error:
        _tell(Word(anchor="ended", ending=Ending(error.what, error.todo, error.exit_code)))
        return error.exit_code
    return 0


def _hear(heard: queue.SimpleQueue[bytes | None]) -> None:
    # not through sys.stdin: a thread that waits in its buffer makes the interpreter abort at its end
    rest = b""
    while data := os.read(sys.stdin.fileno(), 65_536):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            heard.put(line)
    heard.put(None)


def _tell(word: Word) -> None:
    try:
        sys.stdout.buffer.write(word.encoded())
        sys.stdout.buffer.flush()
    except OSError as error:  # the connection has just gone: stdin tells
        raise Broken(f"nobody hears this anchor: {error.strerror}") from None
