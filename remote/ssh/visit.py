"""Visit to another host: one command there, its stdin and stdout here, with a limit on every wait."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable, Sequence
from io import BufferedReader
from types import TracebackType
from typing import Self, cast

from bus.clock import SECOND, now_ns
from bus.errors import AvatarError, Gone
from remote.platform import new_group
from remote.ssh.fault import fault_of
from remote.ssh.line import LOGIN_S, Forward, ssh_line
from topology.plan import Host

CHUNK_BYTES = 65_536
MAX_LOG_BYTES = 65_536
WAIT_S = LOGIN_S + 7.0
OUTLIVES_S = 0.3
"""With forwarded connections that are open, ssh outlives its command for as long as they are; all know that it has ended when
it is killed. When it ends by itself it tells why."""


class Visit:
    """A running ssh command. Reading waits at most `wait_s`; every fault is raised in plain words."""

    def __init__(
        self,
        host: Host,
        command: str,
        *,
        forwards: Sequence[Forward] = (),
        verbose: bool = False,
        wait_s: float = WAIT_S,
    ) -> None:
        self._host = host
        self._wait_s = wait_s
        self._is_way = bool(forwards)
        self._outlived: AvatarError | None = None
        self._got = bytearray()
        self._log = bytearray()
        self._ended = False
        self._news = threading.Condition()
        self._process = subprocess.Popen(
            ssh_line(host, command, forwards=forwards, verbose=verbose),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=new_group.flags,
            start_new_session=new_group.session,
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._stdin = self._process.stdin
        self._threads = [
            threading.Thread(
                target=self._hear, args=(cast(BufferedReader, self._process.stdout),), name="ssh-out", daemon=True
            ),
            threading.Thread(
                target=self._note, args=(cast(BufferedReader, self._process.stderr),), name="ssh-log", daemon=True
            ),
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def log(self) -> str:
        """What ssh has written on stderr so far."""
        return bytes(self._log).decode(errors="replace")

    def write(self, data: bytes) -> None:
        """To its stdin. Raises what went wrong when it has ended."""
        try:
            self._stdin.write(data)
            self._stdin.flush()
        except OSError:
            raise self._fault() from None

    def end_input(self) -> None:
        """No more comes on its stdin."""
        with contextlib.suppress(OSError):  # it has ended: reading tells why
            self._stdin.close()

    def line(self) -> str:
        """The next line of its stdout, without its end. Raises what went wrong when none comes."""
        with self._news:
            self._await(lambda: b"\n" in self._got)
            line, _, rest = bytes(self._got).partition(b"\n")
            self._got[:] = rest
        return line.decode(errors="replace").rstrip("\r")

    def fresh(self) -> list[str]:
        """The whole lines of its stdout that have come since they were asked for; never waits."""
        with self._news:
            *lines, rest = bytes(self._got).split(b"\n")
            self._got[:] = rest
        return [line.decode(errors="replace").rstrip("\r") for line in lines]

    @property
    def fault(self) -> AvatarError | None:
        """Why it has ended; None while it runs."""
        return None if self._process.poll() is None else self._fault()

    def until(self, mark: str) -> None:
        """Skips lines up to one that is `mark`: a login may greet with others. Raises what went wrong."""
        while self.line() != mark:
            pass

    def skip(self, count: int) -> None:
        """Takes so many bytes of its stdout. Raises what went wrong when they do not come."""
        while count:
            with self._news:
                self._await(lambda: bool(self._got))
                taken = min(count, len(self._got))
                del self._got[:taken]
            count -= taken

    def rest(self) -> str:
        """All the rest of its stdout, when it has ended by itself. Raises what went wrong when it failed."""
        self.end_input()
        with self._news:
            self._await(lambda: self._ended)
            rest = bytes(self._got).decode(errors="replace")
        if self._process.wait(self._wait_s):
            raise self._fault()
        return rest

    def close(self) -> None:
        """Ends it, whatever it does."""
        self.end_input()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(self._wait_s)
        for thread in self._threads:
            thread.join(self._wait_s)

    def _await(self, there: Callable[[], bool]) -> None:
        deadline_ns = now_ns() + int(self._wait_s * SECOND)
        while not there():
            if self._ended:
                raise self._fault()
            left_s = (deadline_ns - now_ns()) / SECOND
            if left_s <= 0:
                raise Gone(f"{self._host.ssh} has not answered for {self._wait_s:.0f} s", "see: avatar doctor HOST")
            self._news.wait(left_s)

    def _fault(self) -> AvatarError:
        if self._outlived is not None:
            return self._outlived
        self._process.wait(self._wait_s)
        self._threads[1].join(self._wait_s)
        return fault_of(self.log, self._host)

    def _hear(self, pipe: BufferedReader) -> None:
        while data := pipe.read1(CHUNK_BYTES):
            with self._news:
                self._got += data
                self._news.notify_all()
        if self._is_way:
            self._end_with_its_command()
        with self._news:
            self._ended = True
            self._news.notify_all()
        pipe.close()

    def _end_with_its_command(self) -> None:
        try:
            self._process.wait(OUTLIVES_S)
        except subprocess.TimeoutExpired:
            self._outlived = Gone(
                f"the command that holds the connection to {self._host.ssh} has ended there", "see: avatar logs agent"
            )
            self._process.kill()

    def _note(self, pipe: BufferedReader) -> None:
        while data := pipe.read1(CHUNK_BYTES):
            self._log += data[: MAX_LOG_BYTES - len(self._log)]
        pipe.close()
