"""Wording of types and values for people: what a plan's key expects, and what it got."""

from __future__ import annotations

import msgspec
from msgspec import inspect

from topology.source import Key


def dotted(key: Key) -> str:
    """The key as it is written in TOML."""
    return ".".join(key)


def show(value: object) -> str:
    """A value as a person wrote it, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def plain(message: str) -> str:
    """A validation message of msgspec without its marks."""
    return message.partition(" - at `$")[0].replace("`", "")


def describe(kind: object) -> str:
    """A type in a person's words, such as "an integer >= 50"."""
    return _describe(inspect.type_info(kind))


def example(kind: object) -> str:  # noqa: PLR0911 - one for each type
    """A value that could stand in TOML for a type."""
    match _bare(inspect.type_info(kind)):
        case inspect.BoolType():
            return "true"
        case inspect.IntType(ge=int(least)):
            return str(least)
        case inspect.IntType():
            return "1"
        case inspect.FloatType():
            return "1.0"
        case inspect.LiteralType(values=values):
            return f'"{values[0]}"'
        case inspect.ListType() | inspect.VarTupleType() | inspect.TupleType():
            return '["..."]'
        case _:
            return '"..."'


def default_of(field: msgspec.structs.FieldInfo) -> str:
    """The advice to leave a key out, when its default can be written down."""
    if field.default is msgspec.NODEFAULT or isinstance(field.default, msgspec.Struct | tuple | dict):
        return ""
    return f"leave it out for {field.name} = {show(field.default)}" if field.default not in ("", None) else ""


def _bare(info: inspect.Type) -> inspect.Type:
    return _bare(info.type) if isinstance(info, inspect.Metadata) else info


def _describe(info: inspect.Type) -> str:  # noqa: PLR0911, PLR0912 - one for each type
    match info:
        case inspect.Metadata(extra_json_schema={"description": said}):
            return str(said)
        case inspect.Metadata(type=inner):
            return _describe(inner)
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType() as number:
            return "an integer" + _bounds(number)
        case inspect.FloatType() as number:
            return "a number" + _bounds(number)
        case inspect.StrType() as text:
            return _text(text)
        case inspect.LiteralType(values=values):
            return "one of " + ", ".join(show(v) for v in values)
        case inspect.UnionType(types=types):
            return " or ".join(_describe(t) for t in types if not isinstance(t, inspect.NoneType))
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return f"a list, each {_describe(item)}"
        case inspect.TupleType(item_types=items):
            return f"a list of {len(items)}: {', '.join(_describe(i) for i in items)}"
        case inspect.DictType(value_type=item):
            return f"a table, each value {_describe(item)}"
        case inspect.StructType(cls=struct):
            return f"a table with {', '.join(struct.__struct_fields__)}"
        case inspect.CustomType(cls=cls):
            return f"a {cls.__name__.lower()}"
        case _:
            return "something else"


def _bounds(number: inspect.IntType | inspect.FloatType) -> str:
    signs = ((">=", number.ge), (">", number.gt), ("<=", number.le), ("<", number.lt))
    bounds = " and ".join(f"{sign} {bound:g}" for sign, bound in signs if bound is not None)
    return f" {bounds}" if bounds else ""


def _text(text: inspect.StrType) -> str:
    if text.pattern:
        return f"a text like {text.pattern}"
    if text.min_length:
        return "a text that is not empty" if text.min_length == 1 else f"a text of at least {text.min_length} letters"
    return "a text"
