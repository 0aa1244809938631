"""Form: a table of the plan filled into a struct, field by field, so that every fault is found and not only the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from topology.fault import Fault, nearest
from topology.source import Key, Source
from topology.wording import default_of, describe, dotted, example, plain, show

S = TypeVar("S", bound=msgspec.Struct)


class Form:
    """Fills tables of one source into structs and keeps the faults."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults: list[Fault] = []

    def fault(self, key: Key, what: str, todo: str = "", *, warning: bool = False) -> None:
        """Notes a fault at a key."""
        self.faults.append(self.source.fault(key, what, todo, warning=warning))

    def table(self, key: Key, value: object) -> dict[str, object]:
        """The value as a table; an empty one, and a fault, when it is none."""
        if isinstance(value, dict):
            return value
        self.fault(key, f"{dotted(key)}: expected a table, got {show(value)}", f"write [{dotted(key)}] above its keys")
        return {}

    def fill(self, struct: type[S], key: Key, value: object, **given: object) -> S | None:
        """The struct, or None when something is wrong. `given` are fields that do not come from the table."""
        table = self.table(key, value)
        before = len(self.faults)
        self.check(struct, key, table, given)
        if len(self.faults) > before:
            return None
        try:
            return msgspec.convert({**table, **given}, struct)
        except msgspec.ValidationError as error:
            self.fault(key, f"{dotted(key)}: {plain(str(error))}")
            return None

    def check(
        self, struct: type[msgspec.Struct], key: Key, table: Mapping[str, object], given: Mapping[str, object]
    ) -> None:
        """Notes every unknown, wrong and missing field of a table."""
        fields = {f.name: f for f in msgspec.structs.fields(struct) if f.name not in given}
        for name in table:
            if name not in fields:
                self.fault((*key, name), f"{dotted((*key, name))}: no such key", nearest(name, fields, "keys here"))
        for name, field in fields.items():
            if name not in table:
                if field.required:
                    self.fault(key, f"{dotted(key)} has no {name}", f"add {name} = {example(field.type)}")
            elif isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
                self.fill(field.type, (*key, name), table[name])
            else:
                self.value(field, (*key, name), table[name])

    def value(self, field: msgspec.structs.FieldInfo, key: Key, value: object) -> None:
        """Notes a fault when the value does not fit the field's type."""
        try:
            msgspec.convert(value, field.type)
        except msgspec.ValidationError as error:
            inner = str(error).partition(" - at `$")[2].rstrip("`")
            where = f" (at {inner.lstrip('.')})" if inner else ""
            default = "" if field.required else default_of(field)
            self.fault(key, f"{dotted(key)}: expected {describe(field.type)}, got {show(value)}{where}", default)
