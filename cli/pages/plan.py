"""Page of the plan: its tables and their keys."""

from __future__ import annotations

import msgspec

from cli.pages.classes import class_doc, default_text, fields_of, table
from topology.plan import BackOff, Host, Placement, Restart, Service, Session
from topology.wording import describe

INTRO = """\
# Plan

A plan is a TOML file of tables. Every key has a default unless it must be given; `avatar check PLAN` tells every fault at once.
The engines and settings of each actor are in [actors.md](actors.md).
"""

TABLES: dict[str, type[msgspec.Struct]] = {
    "[session]": Session,
    "[actors.NAME]": Placement,
    "[actors.NAME.restart]": Restart,
    "[hosts.NAME]": Host,
    "[services.NAME]": Service,
    "[services.NAME.restart]": BackOff,
}
"""Title of a table -> what it is read into."""
NOT_WRITTEN = frozenset({"actor", "stamps", "picked"})
"""Fields that come from a table's title, and from reading the files that it names."""


def page() -> str:
    """The page as Markdown."""
    return "\n\n".join([INTRO.strip(), *(_section(title, struct) for title, struct in TABLES.items())])


def _section(title: str, struct: type[msgspec.Struct]) -> str:
    docs = {text.name: text.doc for text in fields_of(struct)}
    rows = [
        [f"`{field.name}`", _expects(field), _default(field), docs.get(field.name, "")]
        for field in msgspec.structs.fields(struct)
        if field.name not in NOT_WRITTEN
    ]
    return "\n\n".join([f"## `{title}`", class_doc(struct), table(("key", "expects", "default", "meaning"), rows)])


def _expects(field: msgspec.structs.FieldInfo) -> str:
    return describe(field.type).removeprefix("a ").removeprefix("an ").removesuffix(", each value a object")


def _default(field: msgspec.structs.FieldInfo) -> str:
    is_table = isinstance(field.type, type) and issubclass(field.type, msgspec.Struct)
    return "its own table" if is_table else default_text(field)
