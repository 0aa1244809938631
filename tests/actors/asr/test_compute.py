"""Scenes of the compute type: models, devices, and what is free on them."""

from __future__ import annotations

import pytest

from actors.asr.compute import FOOTPRINTS, PREFERRED, choose_compute, need_mb

TURBO, LARGE, TINY = 809_000_000, 1_550_000_000, 39_000_000
GPU = ("float32", "float16", "bfloat16", "int8_float16", "int8_float32", "int8_bfloat16", "int8")
CPU = ("float32", "int8", "int8_float32")


@pytest.mark.parametrize(("compute", "measured_mb"), [("float16", 2_184), ("int8", 1_482), ("int8_float16", 1_224)])
def test_what_turbo_needs_is_what_was_measured_and_a_little_more(compute: str, measured_mb: int) -> None:
    assert measured_mb <= need_mb(compute, TURBO) <= measured_mb * 1.06  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("weights", "free_mb", "chosen"),
    [
        (TURBO, 6_000, "float16"),
        (TURBO, 2_300, "float16"),
        (TURBO, 2_100, "int8_float16"),
        (TURBO, 1_200, None),
        (LARGE, 6_000, "float16"),
        (LARGE, 3_000, "int8_float16"),
        (TINY, 700, "float16"),
    ],
)
def test_a_gpu_takes_the_fastest_that_fits(weights: int, free_mb: int, chosen: str | None) -> None:
    assert choose_compute("cuda", weights, free_mb, GPU) == chosen


def test_a_gpu_without_half_floats_takes_what_it_can() -> None:
    assert choose_compute("cuda", TURBO, 6_000, ("float32", "int8")) == "int8"


def test_a_cpu_takes_whole_numbers() -> None:
    assert choose_compute("cpu", TURBO, 16_000, CPU) == "int8"
    assert choose_compute("cpu", TINY, 16_000, ("float32",)) == "float32"
    assert choose_compute("cpu", LARGE, 1_000, CPU) is None


def test_each_preferred_type_has_a_footprint() -> None:
    assert {kind for kinds in PREFERRED.values() for kind in kinds} <= FOOTPRINTS.keys()
