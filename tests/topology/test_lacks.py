"""Lacks of a host: plans that name engines, on a machine without this or that."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from actors.readiness import Readiness, reach
from bus.actor import Actor
from bus.emit import Emit
from bus.errors import Fatal
from bus.messages import Final, SpeechChunk
from tests.topology.toys import TOYS
from topology.catalogue import Cast
from topology.lacks import expect_ready, lacks_of
from topology.plan import Plan
from topology.reading import examine

NOWHERE = "http://127.0.0.1:1"
"""Nobody listens at port 1."""


class BigSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    beams: int = 1


class Big:
    Settings: ClassVar = BigSettings
    found: ClassVar[Readiness] = Readiness(ok=True)

    @classmethod
    def ready(cls, settings: BigSettings) -> Readiness:
        assert settings.beams == 3, "its own settings, without those of the actor"
        return cls.found


class ServedSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    url: str = f"{NOWHERE}/v1"


class Served:
    Settings: ClassVar = ServedSettings

    @classmethod
    def ready(cls, settings: ServedSettings) -> Readiness:
        return reach(settings.url)


class Small:
    Settings: ClassVar = BigSettings


class OwnSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    patience_ms: int = 100


class Listener(Actor):
    name: ClassVar[str] = "asr"
    engines: ClassVar = {name: f"tests.topology.test_lacks:{name.title()}" for name in ("small", "big", "served")}
    auto: ClassVar = ("big", "small")
    Settings = OwnSettings

    async def on_speech(self, speech: SpeechChunk, emit: Emit[Final]) -> None: ...


CAST: Cast = {**TOYS, "asr": Listener}
VAD = '[actors.vad]\n[actors.vad.settings]\npath = "in.wav"\n'
BIG = '[actors.asr]\nengine = "big"\n[actors.asr.settings]\npatience_ms = 7\nbeams = 3\n'
SERVED = '[actors.asr]\nengine = "served"\n'
MISSING = Readiness(ok=False, why="big-library is not installed", todo="install it: uv sync --extra big")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.wav").write_bytes(b"x")
    return tmp_path


def read(folder: Path, text: str) -> Plan:
    (folder / "plan.toml").write_text(VAD + text, encoding="utf-8")
    plan, faults = examine(folder / "plan.toml", CAST)
    assert plan is not None, faults
    return plan


def told(folder: Path, text: str, host: str = "local") -> list[str]:
    return [lack.what for lack in lacks_of(read(folder, text), host, CAST)]


def test_what_an_engine_lacks_is_told_with_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(folder, BIG) == []
    monkeypatch.setattr(Big, "found", MISSING)
    (lack,) = lacks_of(read(folder, BIG), "local", CAST)
    assert lack.what == "not ready here: asr (big): big-library is not installed"
    with pytest.raises(Fatal, match="big-library is not installed") as refusal:
        expect_ready([lack])
    assert (refusal.value.todo, refusal.value.exit_code) == ("install it: uv sync --extra big", 1)


def test_the_first_that_is_missing_is_told_and_who_else_lacks_something(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Big, "found", MISSING)
    (lack,) = lacks_of(read(folder, BIG), "local", CAST)
    other = msgspec.structs.replace(lack, actor="tts")
    with pytest.raises(Fatal) as refusal:
        expect_ready([lack, other])
    assert refusal.value.todo == "install it: uv sync --extra big (nor ready: tts)"


def test_one_that_is_only_slow_may_be_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Big, "found", Readiness(ok=False, why="no GPU", slow=True))
    (lack,) = lacks_of(read(folder, BIG), "local", CAST)
    assert lack.what == "slow here: asr (big): no GPU"
    expect_ready([lack])


def test_engines_that_need_nothing_and_engines_that_were_chosen_are_not_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Big, "found", MISSING)
    assert told(folder, '[actors.asr]\nengine = "small"\n') == []
    assert told(folder, '[actors.asr]\nengine = "auto"\n') == [], "it is still to be chosen"
    plan = read(folder, BIG)
    for known in ({"picked": "3 beams"}, {"python": "/other/python"}):
        asr = msgspec.structs.replace(plan.actors["asr"], **known)
        assert lacks_of(msgspec.structs.replace(plan, actors={**plan.actors, "asr": asr}), "local", CAST) == ()


def test_what_runs_on_another_host_is_not_judged_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Big, "found", MISSING)
    far = BIG.replace('engine = "big"\n', 'engine = "big"\nhost = "gpu"\n') + '[hosts.gpu]\nssh = "gpu"\n'
    assert told(folder, far) == []
    assert len(told(folder, far, "gpu")) == 1


@pytest.mark.parametrize(
    ("service", "asked"),
    [
        ("", True),
        ('command = ["x"]\nhealth = "http://localhost:1/health"\n', False),
        ('command = ["x"]\nhealth = "http://127.0.0.1:2/health"\n', True),
        ('command = ["x"]\n', False),
        ('command = ["x"]\nhealth = "http://localhost:1/"\nhost = "gpu"\n[hosts.gpu]\nssh = "gpu"\n', True),
    ],
    ids=["none", "its own", "another", "one that does not say where", "on another host"],
)
def test_a_server_that_the_plan_starts_itself_is_not_asked_for(folder: Path, service: str, asked: bool) -> None:
    text = SERVED + (f"[services.big-server]\n{service}" if service else "")
    assert told(folder, text) == (["not ready here: asr (served): no server at 127.0.0.1:1"] if asked else [])


def test_the_check_warns_at_the_line_of_the_engine(folder: Path) -> None:
    read(folder, SERVED)
    plan, (*_, fault) = examine(folder / "plan.toml", CAST, engines=True)
    assert plan is not None
    assert (fault.line, fault.warning) == (5, True)
    assert fault.what == "not ready here: asr (served): no server at 127.0.0.1:1"
    assert "[services.NAME]" in fault.todo
