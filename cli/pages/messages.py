"""Page of the messages: every topic with its lane, its fields and units, who gives it and who takes it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType

import msgspec

import bus.messages
from bus.messages.message import Message, Spec
from cli.pages.classes import class_doc, fields_of, table
from topology.catalogue import HOUSE
from topology.edges import givers, takers

Kind = type[Message]

INTRO = """\
# Messages

One struct is one topic; `bus/messages/` holds them, one file for each domain. Every message carries a header beside its
fields (id, parent, source, sequence, turn, generation, capture and send time), and binary media in `payload`.
`NAME: type = default` below is what the struct says; positions count samples from the start of the reply.
"""


def page() -> str:
    """The page as Markdown."""
    modules = [_domain(name) for name in _domains()]
    every = sorted((kind for module in modules for kind in _kinds(module)), key=lambda kind: kind.spec.topic)
    rows = [[f"[{k.spec.topic}](#{_anchor(k)})", k.spec.lane.value, _from(k), _to(k), _first(k)] for k in every]
    parts = [INTRO, table(("topic", "lane", "from", "to", "what"), rows)]
    for module in modules:
        parts.append(f"## {module.__name__.rpartition('.')[2].capitalize()}")
        parts.append(" ".join(inspect.cleandoc(module.__doc__ or "").split()))
        parts.extend(_section(kind) for kind in _kinds(module))
        parts.extend(_inner(struct) for struct in _structs(module) if not issubclass(struct, Message))
    return "\n\n".join(part.strip() for part in parts if part)


def _domains() -> list[str]:
    return [found.name for found in pkgutil.iter_modules(bus.messages.__path__) if found.name != "message"]


def _domain(name: str) -> ModuleType:
    return importlib.import_module(f"bus.messages.{name}")


def _structs(module: ModuleType) -> list[type[msgspec.Struct]]:
    own = (thing for thing in vars(module).values() if isinstance(thing, type) and issubclass(thing, msgspec.Struct))
    return [struct for struct in own if struct.__module__ == module.__name__]


def _kinds(module: ModuleType) -> list[Kind]:
    return [struct for struct in _structs(module) if issubclass(struct, Message)]


def _section(kind: Kind) -> str:
    facts = [f"`{kind.__name__}`", f"lane {kind.spec.lane.value}", *_promises(kind.spec)]
    lines = [f"### {kind.spec.topic}", class_doc(kind), " · ".join(facts)]
    lines.append(f"From {_from(kind) or 'nobody yet'} to {_to(kind) or 'whoever watches'}.")
    return "\n\n".join([*lines, _fields(kind)])


def _inner(struct: type[msgspec.Struct]) -> str:
    return "\n\n".join([f"### {struct.__name__} (inside messages)", class_doc(struct), _fields(struct)])


def _fields(struct: type) -> str:
    rows = [[f"`{f.name}`", f"`{f.kind}`", f"`{f.default}`" if f.default else "", f.doc] for f in fields_of(struct)]
    return table(("field", "type", "default", "meaning"), rows)


def _promises(spec: Spec) -> list[str]:
    said = []
    if spec.fenced:
        said.append("dropped after a barge-in")
    if spec.ttl_ms is not None:
        said.append(f"stale after {spec.ttl_ms} ms")
    if spec.optional:
        said.append("a plan may leave it unfed")
    if spec.observed:
        said.append("for people watching")
    return said


def _from(kind: Kind) -> str:
    source = kind.spec.topic.partition(".")[0]
    outside = {"operator": ["command line"], "agent": ["host agent"]}.get(source, [])
    return ", ".join([*outside, *givers(kind, HOUSE)])


def _to(kind: Kind) -> str:
    return ", ".join(takers(kind, HOUSE))


def _first(kind: Kind) -> str:
    return class_doc(kind).partition("\n\n")[0].partition(". ")[0].rstrip(".")


def _anchor(kind: Kind) -> str:
    return kind.spec.topic.replace(".", "")
