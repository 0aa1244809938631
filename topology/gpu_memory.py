"""GPU memory of a plan: what its engines take on each host's GPU, added up before the call finds out that it does not fit.

Estimates, each with its source; in MB (10^6 bytes). Everything of a host is taken to be on its first GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from actors.llm.gguf import read_gguf
from actors.readiness import address_of
from bus.actor import Actor
from bus.errors import Wrong
from topology.catalogue import HOUSE, Cast
from topology.choice import candidates
from topology.plan import AUTO, Placement, Plan
from topology.services import HERE

GEMMA_2_9B_Q4_MB = 5_761
"""File of Gemma 2 9B as Q4_K_M; it is loaded whole."""
KV_BYTES = 2 * 42 * 8 * 256 * 2
"""Keys and values of one token of Gemma 2 9B: 2 x 42 layers x 8 heads x 256 x 2 bytes (f16) = 344,064; its sliding windows are
kept whole for the reuse of prefixes. From the model's metadata (llama.cpp issue 8853); a file that is here tells its own."""
LLAMA_BUFFERS_MB = 500
"""Compute buffers at n_batch 512 and the CUDA context: a 9B model with 8k of context was seen at about 9 GB."""
S1_MINI_MB = 5_000
"""OpenAudio S1-mini in its own server: reported about 5 GB (its makers advise a card of 12 GB)."""
WHISPER_MB: Mapping[str, int] = MappingProxyType(
    {
        "float16": 2_184,
        "bfloat16": 2_184,
        "int8": 1_482,
        "int8_float16": 1_224,
        "int8_bfloat16": 1_224,
        "float32": 4_368,
    }
)
"""large-v3-turbo by compute type, peak, beam 5 (wyoming-faster-whisper issue 122); float32: twice float16."""
WHISPER_LARGE = 4_500 / 2_184
"""large-v2 and v3 need so much more than turbo: 4.5 GB in float16 (faster-whisper's README)."""
MUSETALK_MB, MUSETALK_FRAME_MB = 2_400, 500
"""MuseTalk 1.5 in fp16: U-Net 1.70 GB (850 M parameters), VAE 0.17 GB, whisper-tiny, CUDA context; and activations of the VAE
for each frame of a batch, which no source states: 500 MB lies between a laptop of 4 GB that runs batches of 1 to 4 and reports
of 10 to 15 GB at batches of 20."""


class Share(msgspec.Struct, frozen=True):
    """What one actor takes. `mb` is 0 when nobody knows."""

    actor: str
    engine: str
    mb: int


class Load(msgspec.Struct, frozen=True):
    """What is placed on a host's GPU. `has_mb`: its memory; 0: not known."""

    host: str
    shares: tuple[Share, ...]
    has_mb: int = 0

    @property
    def mb(self) -> int:
        """The sum of what is known."""
        return sum(share.mb for share in self.shares)

    @property
    def fits(self) -> bool:
        """False when it is known not to."""
        return not self.has_mb or self.mb <= self.has_mb

    def line(self) -> str:
        """For people."""
        parts = " + ".join(f"{s.actor} ({s.engine}) {_gb(s.mb) if s.mb else '?'}" for s in self.shares)
        of = f" of its {_gb(self.has_mb)} GB" if self.has_mb else "; how much it has is not known"
        of += "" if self.fits else ": that does not fit, use a smaller model or context, or another host"
        return f"GPU of {self.host}: {parts} = {_gb(self.mb)} GB{of}"


def gpu_loads(plan: Plan, has_mb: Mapping[str, int], cast: Cast = HOUSE) -> tuple[Load, ...]:
    """What a plan places on the GPU of each host. `has_mb`: what is known of the hosts; else what the plan says of them."""
    loads = []
    for host in plan.used_hosts:
        shares = tuple(share for placement in plan.on(host) if (share := _share(placement, cast[placement.actor])))
        said = round(plan.hosts[host].gpu_gb * 1_000) if host in plan.hosts else 0
        if shares:
            loads.append(Load(host, shares, has_mb.get(host, 0) or said))
    return tuple(loads)


def _share(placement: Placement, actor: type[Actor]) -> Share | None:
    """None: it needs no GPU."""
    name, told = placement.engine, placement.settings
    if name == AUTO:  # its host has not chosen yet: the best is the largest
        name = next((n for n in candidates(actor) if n in told), "")
        inner = told.get(name)
        told = inner if isinstance(inner, dict) else {}
    need = NEEDS.get((placement.actor, name))
    if need is None or name not in actor.engines:
        return None
    engine: type[Any] = actor.engine_class(name)
    defaults = {f.name: f.default for f in msgspec.structs.fields(engine.Settings)}
    settings = {**defaults, **told}
    mb = need(settings)
    return None if mb is None else Share(placement.actor, name, mb * placement.replicas)


def _llama(settings: Mapping[str, object]) -> int | None:
    """Weights, keys and values of the whole context, buffers; nothing when no layer is on the GPU."""
    layers, tokens = settings.get("n_gpu_layers", -1), settings.get("n_ctx", 0)
    if layers == 0:
        return None
    context = tokens if isinstance(tokens, int) else 0
    try:
        model = read_gguf(Path(str(settings.get("model"))))
    except Wrong:  # it lies on another host, or its own check tells what is wrong
        return GEMMA_2_9B_Q4_MB + context * KV_BYTES // 1_000_000 + LLAMA_BUFFERS_MB
    context = min(context, model.trained_context or context)
    return (model.file_bytes + model.kv_bytes(context)) // 1_000_000 + LLAMA_BUFFERS_MB


def _fish(settings: Mapping[str, object]) -> int | None:
    """A server on the same host shares its GPU; any other does not."""
    return S1_MINI_MB if address_of(str(settings.get("url", "")))[0] in HERE else None


def _server(settings: Mapping[str, object]) -> int | None:
    """A model that only its server knows."""
    return 0 if address_of(str(settings.get("url", "")))[0] in HERE else None


def _whisper(settings: Mapping[str, object]) -> int | None:
    """By compute type; one that is chosen when the call starts takes what is left, and is counted as the smallest."""
    if settings.get("device") == "cpu":
        return None
    mb = WHISPER_MB.get(str(settings.get("compute")), min(WHISPER_MB.values()))
    model = str(settings.get("model", ""))
    return round(mb * WHISPER_LARGE) if "large" in model and "turbo" not in model else mb


def _musetalk(settings: Mapping[str, object]) -> int | None:
    """Weights, and activations of a batch."""
    batch = settings.get("batch", 4)
    if settings.get("device") == "cpu":
        return None
    return MUSETALK_MB + MUSETALK_FRAME_MB * (batch if isinstance(batch, int) else 4)


NEEDS: Mapping[tuple[str, str], Callable[[Mapping[str, object]], int | None]] = MappingProxyType(
    {
        ("llm", "llama"): _llama,
        ("llm", "openai"): _server,
        ("tts", "fish"): _fish,
        ("tts", "openai"): _server,
        ("asr", "whisper"): _whisper,
        ("face", "musetalk"): _musetalk,
    }
)
"""Engines that use a GPU -> what they take there with these settings, None when they do not."""


def _gb(mb: int) -> str:
    return f"{mb / 1_000:.1f}"
