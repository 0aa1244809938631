"""Choice of an engine: plans that leave it open, on hosts that can run this or that."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

import msgspec
import pytest

from actors.readiness import Readiness
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import Final, SpeechChunk
from tests.topology.toys import TOYS
from topology.catalogue import Cast
from topology.change import change
from topology.choice import candidates, choices, settle
from topology.plan import Plan
from topology.reading import examine
from topology.settings import files_of
from topology.vetting import vet

InputPath = Annotated[str, msgspec.Meta(extra={"path": "input"})]


class BigSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    model: InputPath
    beams: int = 1


class Big:
    Settings: ClassVar = BigSettings
    can: ClassVar[bool] = True

    @classmethod
    def ready(cls, settings: BigSettings) -> Readiness:
        return Readiness(ok=cls.can, why=f"{settings.beams} beams" if cls.can else "big-library is not installed")


class ServedSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    url: str = "http://127.0.0.1:18080/v1"


class Served:
    Settings: ClassVar = ServedSettings
    needs_actors: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def ready(cls, settings: ServedSettings) -> Readiness:
        return Readiness(ok=False, why="no server at 127.0.0.1:18080")


class SmallSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    phrases: InputPath = ""


class Small:
    Settings: ClassVar = SmallSettings


class OwnSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    patience_ms: int = 100


class Listener(Actor):
    name: ClassVar[str] = "asr"
    engines: ClassVar = {
        "small": "tests.topology.test_choice:Small",
        "big": "tests.topology.test_choice:Big",
        "served": "tests.topology.test_choice:Served",
    }
    auto: ClassVar = ("big", "served", "not-written-yet", "small")
    Settings = OwnSettings

    async def on_speech(self, speech: SpeechChunk, emit: Emit[Final]) -> None: ...


CAST: Cast = {**TOYS, "asr": Listener}
AUTO = '[actors.vad]\nengine = "file"\n[actors.vad.settings]\npath = "in.wav"\n[actors.asr]\nengine = "auto"\n'
BIG = '[actors.asr.settings.big]\nmodel = "big.bin"\nbeams = 3\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("in.wav", "big.bin", "phrases.txt"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def faults(folder: Path, text: str) -> list[str]:
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return [fault.what for fault in examine(folder / "plan.toml", CAST)[1] if not fault.warning and "asr" in fault.what]


def read(folder: Path, text: str = AUTO + BIG) -> Plan:
    assert faults(folder, text) == []
    plan = examine(folder / "plan.toml", CAST)[0]
    assert plan is not None
    return plan


def told(plan: Plan) -> tuple[str, dict[str, object], str]:
    settled = settle(plan, "local", cast=CAST)
    asr = settled.actors["asr"]
    return asr.engine, asr.settings, asr.picked


def test_only_engines_that_there_are_can_be_chosen() -> None:
    assert candidates(Listener) == ("big", "served", "small")
    assert candidates(TOYS["vad"]) == ()


def test_the_best_that_can_run_is_taken_with_its_own_settings_alone(folder: Path) -> None:
    text = (
        AUTO
        + "[actors.asr.settings]\npatience_ms = 7\n"
        + BIG
        + '[actors.asr.settings.small]\nphrases = "phrases.txt"\n'
    )
    engine, settings, why = told(read(folder, text))
    assert (engine, why) == ("big", "3 beams")
    assert settings == {"patience_ms": 7, "model": str(folder / "big.bin"), "beams": 3}


def test_one_that_lacks_something_is_passed_over_and_it_is_said_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Big, "can", False)
    plan = settle(read(folder), "local", cast=CAST)
    assert choices(plan) == ("asr: small (no big: big-library is not installed; no served: the plan names no server)",)
    vet(plan, CAST)


def test_one_that_the_plan_tells_too_little_of_is_no_candidate(folder: Path) -> None:
    engine, _, why = told(read(folder, AUTO))
    assert engine == "small"
    assert why.startswith("no big: the plan does not say which model; ")


def test_a_model_that_is_not_there_is_no_fault_but_a_reason(folder: Path) -> None:
    (folder / "big.bin").unlink()
    engine, _, why = told(read(folder))
    assert (engine, why.partition(";")[0]) == ("small", "no big: there is no big.bin")


def test_a_file_of_the_last_one_must_be_there_for_it_is_chosen_when_no_other_can_run(folder: Path) -> None:
    (fault,) = faults(folder, AUTO + '[actors.asr.settings.small]\nphrases = "nowhere.txt"\n')
    assert fault == 'actors.asr.settings.small.phrases: there is no file "nowhere.txt"'


def test_a_server_is_asked_for_only_when_the_plan_names_it(folder: Path) -> None:
    """Whoever listens at an engine's usual address need not be its server."""
    named = read(folder, AUTO + "[actors.asr.settings.served]\n")
    assert told(named)[2].endswith("no served: no server at 127.0.0.1:18080")


def test_a_server_that_the_plan_starts_itself_is_as_good_as_there(folder: Path) -> None:
    service = '[services.whisper]\ncommand = ["whisper"]\nhealth = "http://127.0.0.1:18080/health"\n'
    assert told(read(folder, AUTO + service))[::2] == ("served", "its service whisper")
    other = service.replace("18080", "18081")
    assert told(read(folder, AUTO + other))[0] == "small"


def test_what_runs_by_a_choice_stays_though_another_would_be_chosen_now(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = settle(read(folder), "local", cast=CAST)
    monkeypatch.setattr(Big, "can", False)
    again = settle(read(folder), "local", before=running, cast=CAST)
    assert not change(running, again)
    edited = settle(read(folder, (AUTO + BIG).replace("beams = 3", "beams = 4")), "local", before=running, cast=CAST)
    assert [each.reasons for each in change(running, edited).replaces] == [("settings.beams",)]


def test_another_host_chooses_for_itself(folder: Path) -> None:
    text = (AUTO + BIG).replace('engine = "auto"\n', 'engine = "auto"\nhost = "gpu"\n') + '[hosts.gpu]\nssh = "gpu"\n'
    plan = read(folder, text)
    assert settle(plan, "local", cast=CAST) is plan
    vet(plan, CAST)
    assert settle(plan, "gpu", cast=CAST).actors["asr"].engine == "big"


def test_its_files_are_looked_after_wherever_they_stand(folder: Path) -> None:
    plan = read(folder)
    assert set(files_of(plan)) == {folder / "in.wav", folder / "big.bin"}
    assert set(files_of(settle(plan, "local", cast=CAST))) == {folder / "in.wav", folder / "big.bin"}


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ("[actors.asr.settings]\nbeams = 3\n", 'actors.asr.settings.beams: with engine = "auto"'),
        ("[actors.asr.settings.big]\nbeams = 3\n", "actors.asr.settings.big has no model"),
        ('[actors.asr.settings.big]\nmodel = "big.bin"\nbeam = 3\n', "actors.asr.settings.big.beam: engine big has no"),
        ("[actors.asr.settings]\nbig = 3\n", "actors.asr.settings.big: expected a table"),
    ],
)
def test_mistakes_in_open_settings_are_named(folder: Path, settings: str, what: str) -> None:
    found = faults(folder, AUTO + settings)
    assert found[0].startswith(what), found


def test_an_actor_without_a_choice_has_no_engine_auto(folder: Path) -> None:
    (folder / "plan.toml").write_text('[actors.vad]\nengine = "auto"\n', encoding="utf-8")
    assert any('vad has no engine "auto"' in fault.what for fault in examine(folder / "plan.toml", CAST)[1])
