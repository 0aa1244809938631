"""Scenes of a visit to another host, with a Python on this one in place of ssh."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import pytest

from bus.errors import Broken, Gone, Wrong
from remote.ssh import visit as visits
from remote.ssh.line import Forward
from remote.ssh.visit import Visit
from tests.bus.house import until
from topology.plan import Host

Far = Callable[..., Visit]


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Far:
    """Visits a far side that runs the given Python."""

    def make(code: str, wait_s: float = 20.0, forwards: Sequence[Forward] = ()) -> Visit:
        monkeypatch.setattr(visits, "ssh_line", lambda *_, **__: [sys.executable, "-u", "-c", code])
        return Visit(Host(ssh="gpu"), "whatever", wait_s=wait_s, forwards=forwards)

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


OUTLIVES = "import os, sys; sys.stdin.read(1); os.close(1); sys.stdin.read()"
"""As ssh does while somebody is connected through it: its command has ended, it has not."""


def test_a_way_ends_with_the_command_that_holds_it_though_ssh_would_go_on(far: Far) -> None:
    with far(OUTLIVES, forwards=[Forward(1, 2)]) as visit:
        assert visit.fault is None
        visit.write(b"x")
        until(lambda: visit.fault, "nobody noticed")
        assert isinstance(visit.fault, Gone)
        assert "has ended there" in visit.fault.what
        with pytest.raises(Gone, match="has ended there"):
            visit.line()


def test_a_way_that_breaks_says_why_as_ssh_does(far: Far) -> None:
    code = "import sys; sys.stderr.write('Connection to gpu closed by remote host.'); sys.exit(255)"
    with far(code, forwards=[Forward(1, 2)]) as visit:
        until(lambda: visit.fault, "nobody noticed")
        assert "was closed" in str(visit.fault)


def test_a_command_without_a_way_through_may_close_its_output_and_go_on(far: Far) -> None:
    with far(OUTLIVES) as visit:
        visit.write(b"x")
        until(lambda: visit._ended, "its output has not ended")
        assert visit.fault is None
