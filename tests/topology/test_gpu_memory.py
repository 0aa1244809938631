"""GPU memory of plans: what fits, what does not, what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from actors.llm.gguf import read_gguf
from bus.actor import Actor
from tests.actors.llm.tiny_gguf import write_tiny_gguf
from topology.catalogue import HOUSE
from topology.gpu_memory import KV_BYTES, LLAMA_BUFFERS_MB, NEEDS, Load, gpu_loads
from topology.plan import Host, Placement, Plan, Session


class Settings(msgspec.Struct, frozen=True):
    url: str = "http://127.0.0.1:8080"
    n_ctx: int = 4096
    model: str = ""
    compute: str = "auto"
    batch: int = 4


class Engine:
    Settings: ClassVar = Settings


def shell(actor: str) -> type[Actor]:
    engines = {engine: "tests.topology.test_gpu_memory:Engine" for who, engine in NEEDS if who == actor}
    return type(actor, (Actor,), {"name": actor, "engines": engines, "auto": tuple(engines), "__module__": __name__})


CAST: Mapping[str, Any] = {actor: shell(actor) for actor in ("llm", "tts", "asr", "face", "vad")}


def loads(gpu_gb: float = 0.0, /, **engines: Mapping[str, object]) -> tuple[Load, ...]:
    actors = {
        actor: Placement(
            actor=actor,
            host="gpu",
            engine=str(told["engine"]),
            settings={key: value for key, value in told.items() if key != "engine"},
        )
        for actor, told in engines.items()
    }
    host = Host(ssh="gpu", gpu_gb=gpu_gb)
    plan = Plan(file="/plan.toml", session=Session(), actors=actors, hosts={"gpu": host})
    return gpu_loads(plan, {}, CAST)


def mb(**engines: Mapping[str, object]) -> int:
    (load,) = loads(**engines)
    return load.mb


def test_a_token_of_gemma_2_9b_takes_336_kib() -> None:
    assert KV_BYTES == 336 * 1024


def test_the_context_counts_beside_the_weights() -> None:
    short, long = (mb(llm={"engine": "llama", "n_ctx": n}) for n in (4_096, 8_192))
    assert long - short == pytest.approx(4_096 * KV_BYTES / 1e6, abs=1)
    assert 8_900 < long < 9_200, "seen: about 9 GB with 8k of context"


def test_a_model_that_lies_here_is_counted_as_large_as_it_is(tmp_path: Path) -> None:
    model = write_tiny_gguf(tmp_path / "model.gguf")
    with model.open("r+b") as file:
        file.truncate(3_000_000_000)
    header = read_gguf(model)
    plan = {"engine": "llama", "model": str(model), "n_ctx": 100_000}
    kv_mb = header.kv_bytes(header.trained_context) // 1_000_000
    assert mb(llm=plan) == 3_000 + kv_mb + LLAMA_BUFFERS_MB, "no more context than it was made for"
    assert loads(llm={"engine": "llama", "n_gpu_layers": 0}) == ()


def test_everything_on_one_gpu_is_added_up_and_said_when_it_does_not_fit() -> None:
    llm, tts, face = {"engine": "llama"}, {"engine": "fish"}, {"engine": "musetalk"}
    asr = {"engine": "whisper", "compute": "float16"}
    (load,) = loads(24, llm=llm, tts=tts, face=face, asr=asr)
    assert load.fits
    sum_of_all = "llm (llama) 7.7 + tts (fish) 5.0 + face (musetalk) 4.4 + asr (whisper) 2.2 = 19.3 GB"
    assert load.line() == f"GPU of gpu: {sum_of_all} of its 24.0 GB"
    (load,) = loads(16, llm=llm, tts=tts, face=face, asr=asr)
    assert not load.fits
    assert load.line().startswith(f"GPU of gpu: {sum_of_all} of its 16.0 GB: that does not fit")


def test_a_gpu_that_nobody_knows_is_added_up_all_the_same() -> None:
    (load,) = loads(tts={"engine": "fish"})
    assert load.fits
    assert load.line().endswith("= 5.0 GB; how much it has is not known")


def test_a_server_elsewhere_takes_nothing_here_and_one_that_is_here_is_named_though_nobody_knows_what_it_takes() -> (
    None
):
    assert loads(llm={"engine": "openai", "url": "https://api.example.org/v1"}) == ()
    assert loads(tts={"engine": "fish", "url": "http://10.0.0.7:8080"}) == ()
    (load,) = loads(llm={"engine": "openai"})
    assert "llm (openai) ?" in load.line()


def test_whisper_by_compute_and_model() -> None:
    def whisper(**told: object) -> int:
        return mb(asr={"engine": "whisper", **told})

    assert whisper(compute="float16", model="large-v3-turbo") == 2_184
    assert whisper(compute="float16", model="large-v3") == 4_500
    assert whisper(compute="auto") == 1_224, "it takes what is left"
    assert loads(asr={"engine": "whisper", "device": "cpu"}) == ()


def test_an_engine_that_is_still_open_counts_as_the_best_that_the_plan_tells_of() -> None:
    (load,) = loads(tts={"engine": "auto", "fish": {}})
    assert [(s.engine, s.mb) for s in load.shares] == [("fish", 5_000)]
    assert loads(tts={"engine": "auto"}) == ()


def test_engines_of_the_processor_alone_take_nothing() -> None:
    assert loads(vad={"engine": "web"}) == ()


class Spy(dict[str, object]):
    """Settings that know what they were asked for."""

    def __init__(self, settings: dict[str, object]) -> None:
        super().__init__(settings)
        self.asked: set[str] = set()

    def get(self, key: str, default: object = None) -> object:
        self.asked.add(key)
        return super().get(key, default)


@pytest.mark.parametrize(("actor", "engine"), NEEDS)
def test_only_settings_that_the_engine_has_are_reckoned_with(actor: str, engine: str) -> None:
    fields = msgspec.structs.fields(HOUSE[actor].engine_class(engine).Settings)
    spy = Spy({field.name: field.default for field in fields})
    NEEDS[actor, engine](spy)
    assert spy.asked
    assert spy.asked <= {field.name for field in fields}
