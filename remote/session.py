"""Session: one running call on this machine, as files in a folder that only its owner can read.

<runtime folder>/<session>/session.json   who runs it, and the hub's control port
                           keys.json      the session's CURVE keys
                           plan.json      the plan as it was read
                           staff.json     every process that belongs to it
                           place.json     which host of the call this is; none where the call was started
                           director.json  the `avatar up` in the foreground; none when the call runs in the background
                           agent.lock     held by its host agent
                           logs/NAME.log  what each process wrote on stderr
                           ending.json    how it ended
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from pathlib import Path
from typing import Self, TypeVar

import msgspec
import platformdirs

from bus.clock import sleep_ms
from bus.codec import UNREADABLE
from bus.errors import Wrong
from bus.socket import SessionKeys
from remote.ending import Ending
from remote.far.place import HERE, Place
from remote.mark import Mark
from remote.muster import Muster
from remote.rights import expect_own, keep_to_owner
from topology.plan import Plan
from topology.reading import session_name

__all__ = ["Ending", "Running", "Session", "sessions_folder"]

_log = logging.getLogger(__name__)

T = TypeVar("T", bound=msgspec.Struct)

REPLACE_TRIES = 20


class Running(Mark, frozen=True):
    """session.json: the host agent that runs the call."""

    control_port: int
    plan_file: str


def sessions_folder() -> Path:
    """Where the sessions of this user are. AVATAR_HOME moves it."""
    home = os.environ.get("AVATAR_HOME")
    return (Path(home) if home else platformdirs.user_state_path("avatar", appauthor=False)) / "sessions"


class Session:
    """One session's folder."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = sessions_folder() / name
        self.logs = self.folder / "logs"

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """The session of a plan, running or not."""
        return cls(plan.session.name or session_name(Path(plan.file)))

    @classmethod
    def free(cls, plan: Plan) -> Self:
        """The session of a plan that nobody runs. Raises Wrong when it is already running."""
        session = cls.of(plan)
        running = session.read("session.json", Running)
        if running is not None and session.lives():
            raise Wrong(
                f"session {session.name!r} is already running (pid {running.pid}, {running.plan_file})",
                'end it with `avatar down`, or give this one another name: [session] name = "..."',
            )
        return session

    @classmethod
    def create(cls, plan: Plan) -> Self:
        """A fresh folder with keys and plan. Raises Wrong when the session is already running, or has no place."""
        session = cls.free(plan)
        session.lay(plan, SessionKeys.make())
        return session

    def lay(self, plan: Plan, keys: SessionKeys) -> None:
        """Makes the folder anew, with these keys and this plan. Raises Wrong when it has no place."""
        try:
            keep_to_owner(sessions_folder())  # before anything in it is believed
            self.clear()
            for folder in (self.folder, self.logs):
                keep_to_owner(folder)
            self.write("keys.json", keys)
            self.write("plan.json", plan)
        except OSError as error:
            raise Wrong(
                f"the session cannot be kept in {self.folder}: {error.strerror}",
                "set AVATAR_HOME to a folder that you can write to",
            ) from error

    @classmethod
    def find(cls, name: str = "") -> Self:
        """The running session of that name, or the only one there is. Raises Wrong."""
        names = [name] if name else cls.names()
        found = [s for s in map(cls, names) if s.lives()]
        if len(found) == 1:
            return found[0]
        if found:
            raise Wrong(
                "several calls are running: " + ", ".join(s.name for s in found), "say which one: --session NAME"
            )
        if name:
            others = [n for n in cls.names() if cls(n).lives()]
            raise Wrong(f"no call named {name!r} is running", f"running: {', '.join(others) or 'none'}")
        raise Wrong("no call is running", "start one: avatar up topology/local.toml")

    @classmethod
    def names(cls) -> list[str]:
        """All sessions that have a folder, running or not."""
        folder = sessions_folder()
        return sorted(f.parent.name for f in folder.glob("*/session.json")) if folder.is_dir() else []

    def running(self) -> Running | None:
        """Who runs the session now; None when nobody does."""
        running = self.read("session.json", Running)
        return running if running is not None and running.alive else None

    def is_left(self) -> bool:
        """Whether its host agent was killed, and there is something that another one can take over."""
        if not (self.folder / "session.json").exists() or self.running() is not None:
            return False
        muster = self.muster()
        return muster is not None and (muster.ending is not None or muster.alive)

    def lives(self) -> bool:
        """Whether it is running, be it without a host agent."""
        return self.running() is not None or self.is_left()

    def may_be_rejoined(self, plan: Plan) -> bool:
        """Whether it is running by this plan's file, and no `avatar up` shows it."""
        running, muster, director = self.read("session.json", Running), self.muster(), self.director()
        if running is None or muster is None or running.plan_file != plan.file or muster.ending is not None:
            return False
        return self.lives() and (director is None or not director.alive)

    @property
    def has_ended(self) -> bool:
        """Whether its host agent has said its last word. One that was killed has not."""
        return (self.folder / "ending.json").exists() and not (self.folder / "session.json").exists()

    @property
    def is_ending(self) -> bool:
        """Whether its host agent, or one before it, was told to end it."""
        muster = self.muster()
        return muster is not None and muster.ending is not None

    def place(self) -> Place:
        """Which host of the call this is."""
        return self.read("place.json", Place) or HERE

    def muster(self) -> Muster | None:
        """All its processes; None before there are any."""
        return self.read("staff.json", Muster)

    def director(self) -> Mark | None:
        """The `avatar up` in the foreground, which may have been killed; None when the call runs in the background."""
        return self.read("director.json", Mark)

    def remove(self, name: str) -> bool:
        """Removes one of the files; whether it was there."""
        try:
            (self.folder / name).unlink()
        except FileNotFoundError:
            return False
        return True

    def keys(self) -> SessionKeys:
        """The session's keys. Raises Wrong when they cannot be read, or another user could have read or laid them."""
        with contextlib.suppress(OSError):  # told below
            expect_own(self.folder / "keys.json")
        keys = self.read("keys.json", SessionKeys)
        if keys is None:
            raise Wrong(f"the keys of session {self.name!r} cannot be read", "only the user who started it can use it")
        return keys

    def plan(self) -> Plan:
        """The plan as it was read. Raises Wrong when it is gone."""
        plan = self.read("plan.json", Plan)
        if plan is None:
            raise Wrong(f"the plan of session {self.name!r} is gone", "start it again: avatar up PLAN")
        return plan

    def clear(self) -> None:
        """Removes what an earlier session of this name has left."""
        if self.folder.is_symlink():
            self.folder.unlink()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name: str, content: msgspec.Struct) -> None:
        """Writes one of the files, whole or not at all, readable by the owner alone."""
        path = self.folder / name
        fresh = path.with_name(name + ".new")
        fresh.unlink(missing_ok=True)  # left by a process that died, or a link to somewhere else
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(content))
        for _ in range(REPLACE_TRIES):
            try:
                fresh.replace(path)
            except PermissionError:  # Windows, while somebody reads it
                sleep_ms(10)
            else:
                return
        fresh.replace(path)

    def write_somehow(self, name: str, content: msgspec.Struct) -> None:
        """Writes one of the files that are there for something that goes on in any case: on a full disk over it, if that
        can be."""
        try:
            self.write(name, content)
        except OSError as error:
            _log.error("%s not written beside the one before: %s; writing over it", name, error.strerror)
            with contextlib.suppress(OSError), (self.folder / name).open("r+b") as file:
                file.write(msgspec.json.encode(content))
                file.truncate()

    def read(self, name: str, kind: type[T]) -> T | None:
        """One of the files, or None when it is not there or not whole."""
        try:
            return msgspec.json.decode((self.folder / name).read_bytes(), type=kind)
        except (OSError, *UNREADABLE):
            return None
