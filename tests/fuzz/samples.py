"""Samples of structs: a value for every field, made from its type."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T")


def sample_of(kind: type[T]) -> T:
    """A valid value of a struct, with something in every field."""
    return msgspec.convert(_value(inspect.type_info(kind)), kind, strict=False)


def _value(kind: inspect.Type) -> Any:
    match kind:
        case inspect.StructType(fields=fields, tag=tag, tag_field=tag_field, array_like=array_like):
            values = {field.encode_name: _value(field.type) for field in fields}
            if array_like:
                return [*([tag] if tag else []), *values.values()]
            return {**({tag_field: tag} if tag_field else {}), **values}
        case inspect.UnionType(types=types):
            return _value(types[0])
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            return [_value(item), _value(item)]
        case inspect.TupleType(item_types=items):
            return [_value(item) for item in items]
        case inspect.DictType(key_type=key, value_type=value):
            return {_value(key): _value(value)}
        case inspect.IntType():
            return 7
        case inspect.FloatType():
            return 0.5
        case inspect.BoolType():
            return True
        case inspect.StrType():
            return "words"
        case inspect.BytesType():
            return b"\x01\x02"
        case inspect.RawType():
            return msgspec.Raw(msgspec.msgpack.encode({"name": "tts", "epoch": 7}))
        case _:
            return None
