"""Secrets: found where they belong, told to nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.secret import secret
from bus.errors import Wrong

NAME = "AVATAR_TEST_KEY"


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(f"OTHER=x\n{NAME}=from-file\n")
    assert secret(NAME, tmp_path) == "from-file"
    monkeypatch.setenv(NAME, "from-environment")
    assert secret(NAME, tmp_path) == "from-environment"


@pytest.mark.parametrize("line", ["KEY=abc", " export KEY = abc ", 'KEY="abc"', "KEY='abc'", "\ufeffKEY=abc"])
def test_lines_of_the_file_are_written_in_several_ways(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(line.replace("KEY", NAME), encoding="utf-8")
    assert secret(NAME, tmp_path) == "abc"


def test_a_missing_one_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match=f"there is no {NAME}"):
        secret(NAME, tmp_path)
    (tmp_path / ".env").write_text(f"# {NAME}=abc\nMY_{NAME}=abc\n{NAME}=\n")
    with pytest.raises(Wrong, match=f"there is no {NAME}"):
        secret(NAME, tmp_path)


@pytest.mark.parametrize("value", ["a b", "ключ", "a\u00a0b"])
def test_what_cannot_go_into_a_request_is_refused_without_showing_it(tmp_path: Path, value: str) -> None:
    (tmp_path / ".env").write_text(f"{NAME}={value}", encoding="utf-8")
    with pytest.raises(Wrong, match="cannot be a key") as error:
        secret(NAME, tmp_path)
    assert value not in str(error.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Wrong, match="cannot be read"):
        secret(NAME, tmp_path)
