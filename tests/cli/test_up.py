"""`avatar up`: what it refuses before anything is started. Whole calls are in tests/e2e."""

from __future__ import annotations

import io
import socket
from pathlib import Path

import pytest

from cli.main import run


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AVATAR_HOME", str(tmp_path / "home"))
    return tmp_path


def refusal(*arguments: str) -> tuple[int, list[str]]:
    errors = io.StringIO()
    code = run(["up", *arguments], errors)
    return code, errors.getvalue().splitlines()


def test_a_plan_that_is_not_there_is_one_clear_line() -> None:
    code, lines = refusal("nope.toml")
    assert code == 2
    assert lines[0].startswith("avatar: nope.toml: there is no such file")


def test_a_plan_with_a_fault_starts_nothing(home: Path) -> None:
    plan = home / "plan.toml"
    plan.write_text("[actors.tss]\n", encoding="utf-8")
    code, lines = refusal(str(plan))
    assert code == 2
    assert "plan.toml:1" in lines[0] and '"tss"' in lines[0] and '"tts"' in lines[1]
    assert not (home / "home").exists()


def test_a_port_in_use_is_told_before_anything_is_started(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        root = Path(__file__).parents[2] / "topology"
        text = (root / "local.toml").read_text(encoding="utf-8").replace("port = 8440", f"port = {port}")
        plan = home / "local.toml"
        plan.write_text(text.replace('"persona.toml"', f'"{(root / "persona.toml").as_posix()}"'), encoding="utf-8")
        code, lines = refusal(str(plan))
    assert code == 2
    assert f"port {port} is in use" in lines[0]
    assert not (home / "home").exists()


def test_watching_needs_the_foreground(home: Path) -> None:
    code, lines = refusal("nope.toml", "--watch", "--detach")
    assert code == 2
    assert lines[0] == "avatar: --watch needs the call in the foreground"
    assert "avatar apply" in lines[1]
