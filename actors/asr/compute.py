"""Compute type of a Whisper model: how its weights are held and multiplied on a device, chosen by free memory. Pure.

Peak memory was measured for large-v3-turbo (809 million weights) on one GPU, beam 5: float16 2184 MB, int8 1482 MB,
int8_float16 1224 MB; float16 was also the fastest there. Memory in MB (10^6 bytes).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NamedTuple, TypeAlias

Device: TypeAlias = Literal["cuda", "cpu"]
Compute: TypeAlias = Literal["float16", "bfloat16", "int8_float16", "int8_float32", "int8", "float32"]


class Footprint(NamedTuple):
    """Bytes of a weight, and MB for whatever else a pass needs."""

    weight_bytes: int
    beside_mb: int


FOOTPRINTS: dict[Compute, Footprint] = {
    "float16": Footprint(2, 600),
    "bfloat16": Footprint(2, 600),
    "int8_float16": Footprint(1, 450),
    "int8_float32": Footprint(1, 700),
    "int8": Footprint(1, 700),
    "float32": Footprint(4, 900),
}
PREFERRED: dict[Device, tuple[Compute, ...]] = {
    "cuda": ("float16", "int8_float16", "int8", "float32"),
    "cpu": ("int8", "int8_float32", "float32"),
}
"""Fastest first."""


def need_mb(compute: Compute, weights: int) -> int:
    """What a model of so many weights takes at its peak."""
    footprint = FOOTPRINTS[compute]
    return weights * footprint.weight_bytes // 1_000_000 + footprint.beside_mb


def choose_compute(device: Device, weights: int, free_mb: int, supported: Collection[str]) -> Compute | None:
    """The fastest type that the device supports and that fits; None when none does."""
    able = (compute for compute in PREFERRED[device] if compute in supported)
    return next((compute for compute in able if need_mb(compute, weights) <= free_mb), None)
