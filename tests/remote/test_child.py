"""Child of a host agent, as a real process."""

from __future__ import annotations

import sys
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bus.clock import MS, SECOND, now_ns, sleep_ms
from bus.errand import Errand
from bus.errors import Broken
from remote import child as module
from remote.child import Child
from tests.remote.doubles import KEYS

Start = Callable[..., Child]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Child] = []

    def start(code: str, *, name: str = "tts", log: str = "tts.log") -> Child:
        started.append(Child(["-c", code], Errand(name=name, keys=KEYS, epoch=3), tmp_path / log))
        return started[-1]

    yield start
    for child in started:
        child.kill()


def test_it_is_told_its_errand_and_its_stdin_stays_open(start: Start) -> None:
    code = """if True:
        import json, sys, threading
        print(json.loads(sys.stdin.readline())["epoch"], flush=True)
        sys.stdin.read()
    """
    child = start(code, name="hub")
    assert child.first_line(10) == "3"
    assert not child.wait(0.05)
    assert child.exit_code() is None
    child.kill()
    assert child.exit_code() not in (None, 0)
    assert child.ended_ns


def test_one_that_says_nothing_keeps_nobody_waiting(start: Start) -> None:
    child = start("input()", name="hub")
    assert child.first_line(0.05) == ""


def test_the_end_of_its_stdin_tells_it_that_the_agent_is_gone(tmp_path: Path) -> None:
    """A process whose parent is killed: it must not stay."""
    code = f"""if True:
        import sys
        from pathlib import Path
        from bus.errand import Errand
        from bus.socket import SessionKeys
        from remote.child import Child
        waits = "import sys; sys.stdin.read(); print('orphaned', file=sys.stderr)"
        child = Child(["-c", waits], Errand(name="x", keys=SessionKeys.make()), Path({str(tmp_path / "x.log")!r}))
        print("started", flush=True)
        sys.stdin.read()
    """
    agent = Child(["-c", code], Errand(name="hub", keys=KEYS), tmp_path / "agent.log")
    assert agent.first_line(10) == "started"
    agent.kill()
    deadline = now_ns() + 5 * SECOND
    while "orphaned" not in (tmp_path / "x.log").read_text():
        assert now_ns() < deadline
        sleep_ms(5)


def test_what_it_says_on_stderr_is_its_log_and_a_new_life_goes_on_with_it(start: Start, tmp_path: Path) -> None:
    for word in ("one", "two"):
        assert start(f"import sys; print('{word}', file=sys.stderr)").wait(10)
    assert (tmp_path / "tts.log").read_text().split() == ["one", "two"]


def test_a_long_log_begins_anew_though_the_process_writes_on(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """if True:
        import sys
        sys.stdin.readline()
        print('old' * 100, file=sys.stderr, flush=True)
        print('said', flush=True)
        sys.stdin.readline()
        print('new', file=sys.stderr, flush=True)
    """
    child = start(code, name="hub")
    assert child.first_line(10) == "said"
    child.trim_log()
    assert not (tmp_path / "tts.old.log").exists()
    monkeypatch.setattr(module, "MAX_LOG_BYTES", 100)
    child.trim_log()
    assert (tmp_path / "tts.old.log").read_bytes().strip() == b"old" * 100
    assert child._process.stdin is not None
    child._process.stdin.write(b"\n")
    child._process.stdin.flush()
    assert child.wait(10)
    assert (tmp_path / "tts.log").read_bytes().strip() == b"new"
    child.trim_log()  # nothing to do: it is gone


def test_a_long_log_of_an_earlier_life_is_put_aside(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LOG_BYTES", 10)
    (tmp_path / "tts.log").write_text("a long old log")
    assert start("import sys; print('new', file=sys.stderr)").wait(10)
    assert (tmp_path / "tts.log").read_text().strip() == "new"
    assert (tmp_path / "tts.old.log").read_text() == "a long old log"


def test_one_that_dies_before_it_reads_its_errand_is_no_error_but_its_exit_code(start: Start) -> None:
    child = start("import os; os._exit(7)")
    assert child.wait(10)
    assert child.exit_code() == 7


def test_one_that_ends_without_a_word_said_nothing(start: Start) -> None:
    assert start("", name="hub").first_line(10) == ""


def test_kill_is_at_once_and_may_be_said_twice(start: Start) -> None:
    child = start("import time; time.sleep(60)")
    begun_ns = now_ns()
    child.kill()
    child.kill()
    assert now_ns() - begun_ns < 2_000 * MS
    assert child.exit_code() is not None


def test_a_process_that_cannot_be_made_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(Broken, match="tts cannot be started"):
        Child([], Errand(name="tts", keys=KEYS), tmp_path / "tts.log")


def test_another_python_may_run_it(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="tts cannot be started") as caught:
        Child([], Errand(name="tts", keys=KEYS), tmp_path / "tts.log", str(tmp_path / "python"))
    assert "a Python with avatar in it" in caught.value.todo
    venv.create(tmp_path / "other", with_pip=False, symlinks=True)
    python = tmp_path / "other" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    code = "import sys; print(sys.prefix, flush=True); sys.stdin.read()"
    child = Child(["-c", code], Errand(name="hub", keys=KEYS), tmp_path / "tts.log", str(python))
    assert child.first_line(30) == str(tmp_path / "other")
    child.kill()


def test_a_log_that_cannot_be_written_is_broken(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="log of tts"):
        Child([], Errand(name="tts", keys=KEYS), tmp_path / "nowhere" / "tts.log")


def test_its_heap_is_steady_unless_somebody_set_it_otherwise(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "7")
    child = start(
        "import os, sys; sys.stderr.write(' '.join(os.environ[k] for k in sorted(os.environ) if k[:7] == 'MALLOC_'))"
    )
    assert child.wait(10)
    assert child.log_path.read_text() == "7 4194304 16777216"
