"""Elsewhere: the choice of an engine by the Python that will run it, `python -m topology.elsewhere`. An actor with a Python of
its own has the packages of that one, and not those of whoever reads its plan."""

from __future__ import annotations

import subprocess
import sys

import msgspec

from bus.codec import UNREADABLE
from bus.errors import Broken
from topology.plan import Placement, Plan

LIMIT_S = 30.0
"""It looks at packages, files, devices and servers; a cold disk takes its time."""


class Question(msgspec.Struct, frozen=True):
    """An actor of a plan that leaves its engine open."""

    actor: str
    plan: Plan


def chosen_there(placement: Placement, plan: Plan) -> Placement:
    """The placement with the engine that its own Python chose. Raises Broken."""
    question = msgspec.json.encode(Question(placement.actor, plan))
    line = [placement.python, "-m", __name__]
    todo = f"avatar must be importable there: correct `python` of {placement.actor}, or name its engine"
    try:
        done = subprocess.run(line, input=question, capture_output=True, timeout=LIMIT_S, check=True)
        return msgspec.json.decode(done.stdout, type=Placement)
    except (OSError, subprocess.SubprocessError, *UNREADABLE) as error:
        last = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error).encode()
        why = last.decode(errors="replace").strip().rpartition("\n")[2]
        raise Broken(
            f"{placement.python} cannot say which engine {placement.actor} would have there: {why}", todo
        ) from None


def main() -> None:
    """Answers one question, from stdin to stdout."""
    from topology.choice import choose  # it asks here, too

    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    sys.stdout.buffer.write(msgspec.json.encode(choose(question.actor, question.plan)))


if __name__ == "__main__":
    main()
