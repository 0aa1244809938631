"""Faults of a plan on the terminal, the same for every verb that reads one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from topology.fault import Fault


def tell_faults(plan: Path, faults: Sequence[Fault], *, as_json: bool) -> bool:
    """Shows them (as JSON on stdout, for people on stderr); whether the plan is good."""
    import msgspec

    errors = sum(not fault.warning for fault in faults)
    if as_json:
        print(json.dumps({"plan": str(plan), "ok": not errors, "faults": msgspec.to_builtins(faults)}))
        return not errors
    for fault in faults:
        typer.echo(str(fault), err=True)
    if errors:
        typer.echo(f"{plan}: {errors} {'error' if errors == 1 else 'errors'}", err=True)
    return not errors
