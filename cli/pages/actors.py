"""Page of the actors: what each takes and gives, its engines and their settings."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import msgspec

from bus.actor import Actor, NoSettings
from bus.messages.message import Message
from cli.pages.classes import class_doc, default_text, fields_of, table
from topology.catalogue import HOUSE
from topology.choice import candidates
from topology.settings import path_kind
from topology.wording import describe

INTRO = """\
# Actors

Each actor is a process of its own, and a table of the plan: `[actors.vad]` with `engine = "..."`, `host = "..."` and
`[actors.vad.settings]`. The first engine is the default. The settings of the actor and of its engine stand in the same table.
Every actor also has the engine `fake`, for tests and for plans without a model.
"""


def page() -> str:
    """The page as Markdown."""
    return "\n\n".join([INTRO.strip(), *(_section(name, actor) for name, actor in HOUSE.items())])


def _section(name: str, actor: type[Actor]) -> str:
    parts = [f"## {name}", _module_doc(actor), class_doc(actor)]
    parts.append(f"Takes {_topics(actor.wiring.inputs)}.\n\nGives {_topics(actor.wiring.outputs)}.")
    for kind, engines in actor.only_for.items():
        parts.append(f"Takes {_topics((kind,))} with the engine {' or '.join(f'`{e}`' for e in engines)} only.")
    if actor.replicable:
        parts.append("May have replicas.")
    if actor.Settings is not NoSettings:
        parts += [f"### {name}: settings", _settings(actor.Settings)]
    if chosen := candidates(actor):
        parts.append(f'`engine = "auto"` chooses the first of these that its host can run: {", ".join(chosen)}.')
    for engine in actor.engines:
        if engine != "fake":
            parts.append(_engine(name, engine, actor))
    return "\n\n".join(part for part in parts if part)


def _engine(name: str, engine: str, actor: type[Actor]) -> str:
    cls: type[Any] = actor.engine_class(engine)
    default = " (default)" if engine == next(iter(actor.engines)) else ""
    needs = [f"Needs the actor {other}." for other in getattr(cls, "needs_actors", ())]
    parts = [f"### {name}: engine `{engine}`{default}", _module_doc(cls), class_doc(cls), *needs]
    return "\n\n".join(part for part in [*parts, _settings(cls.Settings)] if part)


def _settings(struct: type[msgspec.Struct]) -> str:
    docs = {text.name: text.doc for text in fields_of(struct)}
    rows = []
    for field in msgspec.structs.fields(struct):
        expects = describe(field.type).removeprefix("a ").removeprefix("an ")
        if path := path_kind(field):
            expects = {"input": "path of a file, relative to the plan"}.get(
                path, "path, relative to the current folder"
            )
        rows.append([f"`{field.name}`", expects, default_text(field), docs.get(field.name, "")])
    return table(("setting", "expects", "default", "meaning"), rows)


def _topics(kinds: tuple[type[Message], ...]) -> str:
    return ", ".join(f"[{k.spec.topic}](messages.md#{k.spec.topic.replace('.', '')})" for k in kinds) or "nothing"


def _module_doc(cls: type) -> str:
    return " ".join(inspect.cleandoc(sys.modules[cls.__module__].__doc__ or "").split("\n\n")[0].split())
