"""Collisions of a plan: two actors on one port or one output file, a port that another program has, or one
cable for both directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from actors.sound_device import is_one_cable
from topology.catalogue import Cast
from topology.form import Form
from topology.plan import LOCAL, Placement
from topology.ports import is_free
from topology.settings import Field, path_kind
from topology.wording import dotted


def check_collisions(form: Form, placements: Mapping[str, Placement], cast: Cast, *, probe: bool) -> None:
    """Notes cables, ports and output files that cannot both be used. `probe`: also look whether the ports are free now."""
    _check_cable(form, placements)
    ports: dict[tuple[str, int], str] = {}
    outputs: dict[tuple[str, Path], str] = {}
    for name, placement in placements.items():
        for field, value in _settings(cast, placement):
            key = ("actors", name, "settings", field.name)
            if placement.replicas > 1 and _is_taken_by_one(field, value):
                what = f"{dotted(key)}: the {placement.replicas} replicas of {name} cannot share it"
                form.fault(key, what, "write replicas = 1, or leave the setting out")
            if field.name == "port" and isinstance(value, int) and value > 0:
                other = ports.setdefault((placement.host, value), name)
                if other != name:
                    form.fault(key, f"{dotted(key)}: {other} listens on port {value} too", "give each its own port")
                elif probe and placement.host == LOCAL and not is_free(value):
                    what = f"{dotted(key)}: port {value} is in use by another program"
                    form.fault(key, what, f"write another one, such as port = {value + 1}, or end that program")
            if path_kind(field) == "output" and isinstance(value, str) and Path(value).suffix:
                other = outputs.setdefault((placement.host, Path(value).resolve()), name)
                if other != name:
                    form.fault(key, f'{dotted(key)}: {other} writes "{value}" too', "give each its own file")


def _check_cable(form: Form, placements: Mapping[str, Placement]) -> None:
    """Notes a cable that is both played into and listened to: the avatar would answer itself."""
    played, recorded = placements.get("mic-out"), placements.get("vad")
    if (
        played
        and recorded
        and played.host == recorded.host
        and (played.engine, recorded.engine) == ("device", "device")
    ):
        into, out = (str(placement.settings.get("device", "")) for placement in (played, recorded))
        if is_one_cable(into, out):
            key = ("actors", "vad", "settings", "device")
            what = f"{dotted(key)}: mic-out plays into that cable, so the avatar would hear itself"
            form.fault(key, what, "take a second cable for what the others say")


def _is_taken_by_one(field: Field, value: object) -> bool:
    """Whether a setting is a port or an output file: only one process can have it."""
    if field.name == "port":
        return isinstance(value, int) and value > 0
    return path_kind(field) == "output" and isinstance(value, str) and bool(Path(value).suffix)


def _settings(cast: Cast, placement: Placement) -> Iterator[tuple[Field, object]]:
    """Every setting of an actor and its engine with its value, defaults included."""
    actor = cast[placement.actor]
    structs: list[type[msgspec.Struct]] = [actor.Settings]
    if placement.engine in actor.engines:
        engine: type[Any] = actor.engine_class(placement.engine)
        structs.append(engine.Settings)
    for struct in structs:
        for field in msgspec.structs.fields(struct):
            yield field, placement.settings.get(field.name, field.default)
