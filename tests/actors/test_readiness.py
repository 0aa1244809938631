"""Readiness of engines: what is installed, which server is there."""

from __future__ import annotations

import socket
from typing import ClassVar

import msgspec
import pytest

from actors.readiness import NOTHING_NEEDED, Readiness, address_of, is_here, lacks, reach, readiness_of


class Settings(msgspec.Struct, frozen=True):
    model: str = ""


class Embedded:
    Settings: ClassVar = Settings


class Picky(Embedded):
    @classmethod
    def ready(cls, settings: Settings) -> Readiness:
        return Readiness(ok=bool(settings.model), why=settings.model or "no model")


def test_an_engine_that_says_nothing_can_always_run() -> None:
    assert readiness_of(Embedded, Settings()) == NOTHING_NEEDED


def test_one_that_says_something_says_it_of_its_settings() -> None:
    assert readiness_of(Picky, Settings(model="tiny")) == Readiness(ok=True, why="tiny")
    assert not readiness_of(Picky, Settings()).ok


def test_a_package_that_is_there_is_not_imported_and_a_missing_one_says_how_to_get_it() -> None:
    assert lacks("msgspec", "wire") is None
    missing = lacks("no_such_package_here", "whisper")
    assert missing == Readiness(
        ok=False, why="no_such_package_here is not installed", todo="install it: uv sync --extra whisper"
    )


def test_a_server_that_takes_the_connection_and_says_nothing_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert reach(f"http://127.0.0.1:{port}/v1") == Readiness(ok=True, why=f"the server at 127.0.0.1:{port}")
    gone = reach(f"http://127.0.0.1:{port}/v1")
    assert (gone.ok, gone.why) == (False, f"no server at 127.0.0.1:{port}")
    assert "[services.NAME]" in gone.todo


def test_behind_a_proxy_it_is_the_proxy_that_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        where = f"127.0.0.1:{proxy.getsockname()[1]}"
        monkeypatch.setenv("https_proxy", f"http://{where}")
        monkeypatch.setenv("no_proxy", "intern.invalid")
        assert reach("https://api.invalid/v1") == Readiness(ok=True, why=f"the proxy at {where}")
        assert reach("https://intern.invalid/v1").why == "no server at intern.invalid:443"
        assert reach("https://127.0.0.1:1/v1").why == "no server at 127.0.0.1:1"
    gone = reach("https://api.invalid/v1")
    assert (gone.ok, gone.why) == (False, f"no proxy at {where}")
    assert "NO_PROXY" in gone.todo


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://gpu:8080/v1", ("gpu", 8080)),
        ("https://api.example.org/v1", ("api.example.org", 443)),
        ("http://[::1]/", ("::1", 80)),
        ("http://gpu:port/", ("", 0)),
        ("nonsense", ("", 80)),
    ],
)
def test_addresses(url: str, address: tuple[str, int]) -> None:
    assert address_of(url) == address


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080/v1", True), ("http://localhost/v1", True), ("http://[::1]:80", True),
        ("http://0.0.0.0:80", True),
        ("http://gpu:8080", False), ("https://10.0.0.7/v1", False), ("http://localhost.example.org", False),
    ],
)  # fmt: skip
def test_addresses_on_this_machine_are_known(url: str, here: bool) -> None:
    assert is_here(url) == here
