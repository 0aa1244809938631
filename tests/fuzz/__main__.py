"""Fuzz run: `python -m tests.fuzz --count 1000000 --seed 1`; tells what each decoder was given and what it did.

An input that does something else than it may is written to out/fuzz, ends its slice, and the run fails.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from bus.clock import SECOND, now_ns
from tests.fuzz.doors import Door, doors
from tests.fuzz.mutation import Mutator

SLICE = 20_000


@dataclass
class Found:
    """What one decoder made of its inputs."""

    door: str
    counts: Counter[str] = field(default_factory=Counter)
    """How many were taken, and refused with which error."""


def knock(door: Door, count: int, seed: int) -> Found:
    """Gives a decoder so many inputs. Raises what the decoder may not raise, and keeps the input that did it."""
    mutator = Mutator(seed, door.samples, door.form)
    found = Found(door.name)
    for _ in range(count):
        data = mutator.next()
        answer = ""
        try:
            door.take(data)
            answer = "taken"
        except door.errors as error:
            answer = type(error).__name__
        finally:
            if not answer:
                keep(door.name, data)
        found.counts[answer] += 1
    return found


def keep(door: str, data: bytes) -> None:
    """Writes an input down that found a bug."""
    path = Path("out", "fuzz", sha256(data).hexdigest()[:16])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    sys.stdout.write(f"BUG in {door}: {path}: {data[:60]!r}\n")


def run_slice(count: int, seed: int) -> list[Found]:
    """Shares so many inputs among all decoders."""
    with tempfile.TemporaryDirectory() as folder:
        all_doors = list(doors(Path(folder)))
        whole = sum(door.weight for door in all_doors)
        return [knock(door, -(-count * door.weight // whole), seed) for door in all_doors]


def main() -> int:
    """Runs and tells; exit code 1 when there is a bug."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    began_ns = now_ns()
    slices = max(1, asked.count // SLICE)
    counts: dict[str, Counter[str]] = {}
    bugs = 0
    with ProcessPoolExecutor(asked.jobs) as pool:
        seeds = [asked.seed * 1_000_003 + number for number in range(slices)]
        for answer in [pool.submit(run_slice, -(-asked.count // slices), seed) for seed in seeds]:
            if bug := answer.exception():
                bugs += 1
                sys.stdout.write(f"{type(bug).__name__}: {bug}\n"[:200])
                continue
            for found in answer.result():
                counts.setdefault(found.door, Counter()).update(found.counts)
    for door, count in counts.items():
        sys.stdout.write(f"{door:<36} {count.total():>8}  {dict(count.most_common())}\n")
    total = sum(count.total() for count in counts.values())
    sys.stdout.write(f"{total} inputs, {bugs} bugs, {(now_ns() - began_ns) / SECOND:.0f} s, seed {asked.seed}\n")
    return 1 if bugs else 0


if __name__ == "__main__":
    sys.exit(main())
