"""Scenes of a visit to another host, with a Python on this one in place of ssh."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from bus.errors import Broken, Gone, Wrong
from remote.ssh import visit as visits
from remote.ssh.visit import Visit
from topology.plan import Host

Far = Callable[..., Visit]


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Far:
    """Visits a far side that runs the given Python."""

    def make(code: str, wait_s: float = 20.0) -> Visit:
        monkeypatch.setattr(visits, "ssh_line", lambda *_, **__: [sys.executable, "-u", "-c", code])
        return Visit(Host(ssh="gpu"), "whatever", wait_s=wait_s)

    return make


def test_lines_and_bytes_come_as_they_were_sent(far: Far) -> None:
    with far("print('hello'); print('here'); import sys; sys.stdout.write('x' * 100_000); print('\\nlast')") as visit:
        visit.until("here")
        visit.skip(100_000)
        assert visit.line() == ""
        assert visit.rest() == "last\n"


def test_what_is_written_arrives(far: Far) -> None:
    with far("import sys\nfor line in sys.stdin: print(line.upper(), end='')\nprint('END')") as visit:
        visit.write(b"ping\n")
        assert visit.line() == "PING"
        visit.end_input()
        assert visit.line() == "END"


def test_one_that_ends_early_says_why(far: Far) -> None:
    with (
        far("import sys; sys.stderr.write('root@gpu: Permission denied (publickey).'); sys.exit(255)") as visit,
        pytest.raises(Wrong, match="does not let this user in"),
    ):
        visit.line()


def test_a_failure_after_the_answer_is_not_taken_for_one(far: Far) -> None:
    with far("import sys; print('half'); sys.exit(3)") as visit, pytest.raises(Broken, match="failed"):
        visit.rest()


def test_writing_to_one_that_has_gone_says_why(far: Far) -> None:
    with far("import sys; sys.stderr.write('Connection to gpu closed by remote host.')") as visit:
        with pytest.raises(Gone, match="was closed"):
            visit.line()
        with pytest.raises(Gone, match="was closed"):
            visit.write(bytes(1_000_000))


def test_one_that_never_answers_is_given_up_and_ended(far: Far) -> None:
    with far("import sys; sys.stdin.read(); import threading; threading.Event().wait()", wait_s=0.2) as visit:
        with pytest.raises(Gone, match="has not answered"):
            visit.line()
        process = visit._process
        visit._wait_s = 20.0
    assert process.poll() is not None
