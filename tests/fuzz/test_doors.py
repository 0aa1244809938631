"""A short fuzz of every decoder, the same each time; the long one is `python -m tests.fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.__main__ import knock
from tests.fuzz.doors import Door, doors
from tests.fuzz.mutation import Mutator

INPUTS = 60


@pytest.fixture
def all_doors(tmp_path: Path) -> list[Door]:
    return list(doors(tmp_path))


def test_a_valid_sample_is_taken_by_every_decoder(all_doors: list[Door]) -> None:
    for door in all_doors:
        if door.name != "face pack":
            for sample in door.samples:
                door.take(sample)


def test_whatever_comes_each_decoder_takes_it_or_answers_with_its_own_error(all_doors: list[Door]) -> None:
    founds = [knock(door, INPUTS * min(door.weight, 4), seed=7) for door in all_doors]
    assert all(found.counts.total() for found in founds)
    refused = {found.door for found in founds if found.counts["taken"] < found.counts.total()}
    assert {door.name for door in all_doors if door.errors} <= refused, "these were given nothing that is wrong"


def test_the_same_seed_makes_the_same_inputs_and_another_makes_others() -> None:
    def inputs(seed: int) -> list[bytes]:
        mutator = Mutator(seed, [b'{"a": [1, 2, {"b": "c"}]}'], "json")
        return [mutator.next() for _ in range(50)]

    assert inputs(1) == inputs(1)
    assert inputs(1) != inputs(2)
    assert len(set(inputs(1))) > 30
