"""Needs of the engines: which of them load models that can be pulled, and whether these are here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from actors.weights import Weights, weights_of
from bus.errors import Wrong
from topology.catalogue import HOUSE, Cast
from topology.fault import nearest


class Need(msgspec.Struct, frozen=True):
    """A model that an engine loads when its settings name no other."""

    actor: str
    engine: str
    weights: Weights

    @property
    def is_here(self) -> bool:
        """Whether all its files are here, whole."""
        return not self.weights.missing

    def line(self) -> str:
        """For people."""
        weights = self.weights
        size = f"{weights.size / 1e9:.2f} GB" if weights.size else "size not known"
        gated = ", gated" if weights.gated else ""
        where = f"in {weights.folder}" if self.is_here else f"missing: avatar models pull {weights.name}"
        return f"{weights.name}  {self.actor}: {self.engine}  {size}  {weights.licence}{gated}  {where}  {weights.page}"


def needs(cast: Cast = HOUSE) -> Iterator[Need]:
    """Every model of every engine, with the engine's own defaults. Engines with settings that must be given name none."""
    for name, actor in cast.items():
        for engine in actor.engines:
            cls: type[Any] = actor.engine_class(engine)
            if not any(field.required for field in msgspec.structs.fields(cls.Settings)):
                yield from (Need(name, engine, weights) for weights in weights_of(cls, cls.Settings()))


def need_named(name: str, cast: Cast = HOUSE) -> Need:
    """The model of that name. Raises Wrong."""
    known = {need.weights.name: need for need in needs(cast)}
    if name not in known:
        raise Wrong(f'there is no model "{name}" to pull', nearest(name, known, "models"))
    return known[name]
