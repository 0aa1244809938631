"""Architecture of the house, checked: where files lie, how big they are, what they import, and that everything wires.

The lists of exceptions may only shrink: an entry that is not needed any more fails too.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import pages
from topology.catalogue import HOUSE
from topology.reading import find_faults

ROOT = Path(__file__).parents[1]
ROOMS = ("bus", "actors", "topology", "remote", "cli")
FILE_LINES, SHELL_LINES, FUNCTION_LINES = 300, 120, 40

WITHOUT_TEST: frozenset[str] = frozenset()
"""Files that hold logic and have no test file of their own."""
TOO_LONG: frozenset[str] = frozenset()
"""Files, and functions as "file:name", over the size budget."""

HEAVY = (
    "av", "cv2", "espeakng_loader", "onnxruntime", "pocketsphinx", "rapidfuzz", "sounddevice", "soundfile", "soxr",
    "jinja2", "llama_cpp", "starlette", "torch", "uvicorn", "websockets", "zmq",
)  # fmt: skip
"""Packages that no shell and no engine file imports before it is loaded."""

PLANS = [path for path in sorted((ROOT / "topology").glob("*.toml")) if b"[actors." in path.read_bytes()]


def files(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def holds_logic(tree: ast.Module) -> bool:
    """Whether any function does something; a Protocol's and a stub's bodies are `...` and docstrings."""
    return any(
        not isinstance(statement, ast.Pass)
        and not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for function in functions(tree)
        for statement in function.body
    )


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def listed(found: set[str], exceptions: frozenset[str]) -> None:
    assert not found - exceptions, "mend these: " + ", ".join(sorted(found - exceptions))
    assert not exceptions - found, "good already, take off the list: " + ", ".join(sorted(exceptions - found))


def test_every_file_with_logic_has_a_test_file_in_the_same_place() -> None:
    """Fakes have none: the scenes of their actors run on them."""
    missing = {
        name_of(path)
        for path in files(*ROOMS)
        if not path.stem.startswith("__")
        and path.stem != "fake"
        and holds_logic(tree_of(path))
        and not (ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")).exists()
    }
    listed(missing, WITHOUT_TEST)


def test_files_and_functions_stay_within_the_size_budget() -> None:
    over = set()
    for path in files(*ROOMS, "tests"):
        lines = path.read_text(encoding="utf-8").count("\n")
        budget = SHELL_LINES if path.name == "actor.py" and path.parent.parent.name == "actors" else FILE_LINES
        over |= {name_of(path)} if lines > budget else set()
        for function in functions(tree_of(path)):
            length = (function.end_lineno or 0) - function.lineno + 1
            over |= {f"{name_of(path)}:{function.name}"} if length > FUNCTION_LINES else set()
    listed(over, TOO_LONG)


def test_a_module_says_first_what_it_is() -> None:
    """A module's first sentence starts with its noun, and not with "This module contains"."""
    for path in files(*ROOMS):
        tree = tree_of(path)
        if not tree.body:
            continue  # an empty __init__.py
        doc = ast.get_docstring(tree)
        assert doc, f"{name_of(path)} has no docstring"
        assert re.match(r"(?!(This|The|An?|It|Here|Contains)\b)[A-Z0-9]", doc), f"{name_of(path)}: {doc[:60]!r}"


def test_only_the_runtime_and_the_command_line_catch_whatever_comes() -> None:
    """Everybody else catches what they can name; what nobody does goes into the log whole (bus/logs.py)."""
    broad = {
        name_of(path)
        for path in files(*ROOMS, "tests")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or {"Exception", "BaseException"} & {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
        )
    }
    assert broad == {"bus/runtime.py", "cli/main.py"}


def test_the_civil_time_is_for_people_and_nothing_is_reckoned_with_it() -> None:
    """So a clock that is set, or jumps, changes nothing in a call but what logs show. What lasts longer than a start of the
    machine (what another host was found to have) needs it; when in doubt it is looked up again."""
    readers = {name_of(p) for p in files(*ROOMS) if "wall_time" in p.read_text(encoding="utf-8")} - {"bus/clock.py"}
    assert readers == {
        "bus/logs.py", "cli/record.py", "remote/chaos/run.py", "remote/copy.py", "remote/journal.py", "remote/overview.py", "remote/scribe.py",
        "remote/shipping/memory.py",
    }  # fmt: skip


def test_only_the_clock_reads_time() -> None:
    assert {name_of(p) for p in files(*ROOMS) if "time" in imported(tree_of(p))} == {"bus/clock.py"}


def test_only_the_socket_knows_zeromq() -> None:
    """The benchmark too: it compares the bus with bare ZeroMQ."""
    knowing = {name_of(path) for path in files(*ROOMS) if "zmq" in imported(tree_of(path))}
    assert knowing <= {"bus/socket.py", "bus/bench.py", "bus/floor.py"}


def test_shells_and_engine_files_import_no_model_library() -> None:
    code = f"""
import sys
from topology.catalogue import HOUSE
for actor in HOUSE.values():
    for engine in actor.engines:
        actor.engine_class(engine)
print(*sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("", "")


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stem)
def test_every_bundled_plan_is_good_and_nothing_in_it_is_unread(plan: Path) -> None:
    assert [str(fault) for fault in find_faults(plan, ports=False)] == []


@pytest.mark.parametrize(
    "name", [name for name in HOUSE if (ROOT / "actors" / name.replace("-", "_") / "engine.py").exists()]
)
def test_every_engine_protocol_has_a_fake_that_builds_without_settings(name: str) -> None:
    assert isinstance(HOUSE[name].build("fake", {}), HOUSE[name])


def test_every_setting_says_what_it_means() -> None:
    from cli.pages.classes import fields_of

    silent = []
    for name, actor in HOUSE.items():
        for struct in [actor.Settings, *(actor.engine_class(e).Settings for e in actor.engines if e != "fake")]:
            silent += [f"{name}: {struct.__name__}.{field.name}" for field in fields_of(struct) if not field.doc]
    assert silent == []


def test_the_written_pages_of_the_docs_are_fresh() -> None:
    assert pages.stale(ROOT / "docs") == [], "run: make fix"
