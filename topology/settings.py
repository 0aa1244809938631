"""Settings of a placed actor: its own and those of its engine, checked together; paths of input files made absolute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from actors.weights import Weights, pullable_of
from bus.actor import Actor
from bus.errors import Wrong
from topology.fault import nearest
from topology.form import Form
from topology.plan import Placement, Plan
from topology.source import Key
from topology.wording import dotted, example, plain

Field = msgspec.structs.FieldInfo


def check_settings(
    form: Form, key: Key, table: dict[str, object], actor: type[Actor], engine: type[Any] | None, *, local: bool
) -> dict[str, object]:
    """Notes the faults of `[actors.X.settings]`; gives the settings with absolute input paths.

    `engine` is None when the plan names one that does not exist: its settings cannot be checked then. `local`: false when
    the actor runs on another host, where an absolute path means that host's files.
    """
    structs = [actor.Settings] if engine is None else [actor.Settings, engine.Settings]
    if engine is not None:
        _check_names(form, key, table, structs, actor.name)
    resolved = _check(form, key, table, structs, _Files(local=local, pullable=pullable_of(engine)))
    if engine is not None:
        _look_into(form, key, resolved, engine)
    return resolved


def check_open_settings(
    form: Form, key: Key, table: dict[str, object], actor: type[Actor], engines: Sequence[str], *, local: bool
) -> dict[str, object]:
    """The same when the engine is still to be chosen: those of each stand in a table of their own, named like the engine.
    A file of theirs that is not there is no fault, but of the last one's: that is chosen when no other can run."""
    own = {name: value for name, value in table.items() if name not in engines}
    fields = [*actor.Settings.__struct_fields__, *engines]
    for name in own:
        if name not in fields:
            what = (
                f'{dotted((*key, name))}: with engine = "auto" the settings of an engine stand in a table of their own'
            )
            form.fault(
                (*key, name), what, f"write it below [{dotted((*key, engines[0]))}]; {nearest(name, fields, 'here')}"
            )
    resolved = _check(form, key, own, [actor.Settings], _Files(local=local))
    for name in engines:
        is_last = name == engines[-1]
        if name in table or is_last:
            inner, engine = form.table((*key, name), table.get(name, {})), actor.engine_class(name)
            _check_names(form, (*key, name), inner, [engine.Settings], f"engine {name}")
            files = _Files(local=local, needed=is_last, pullable=pullable_of(engine))
            checked = _check(form, (*key, name), inner, [engine.Settings], files)
            _look_into(form, (*key, name), checked, engine)
            resolved[name] = checked
    return resolved


@dataclass(frozen=True, slots=True)
class _Files:
    """How input files are meant. `local`: as paths of this machine; `needed`: they must be there; `pullable`: models of
    which one may be meant."""

    local: bool
    needed: bool = True
    pullable: tuple[Weights, ...] = ()

    def todo(self, path: Path) -> str:
        """What to do about a file that is not there: a model may be pulled, or lie where it was pulled to."""
        for weights in self.pullable:
            if path.name in (file.name for file in weights.files):
                there = weights.folder / path.name
                return f"it is here: {there}" if there.is_file() else f"{weights.how}, then write {there}"
        return f"looked for {path}: paths are relative to the plan's folder"


def _check_names(form: Form, key: Key, table: dict[str, object], structs: list[type[msgspec.Struct]], who: str) -> None:
    names = [name for struct in structs for name in struct.__struct_fields__]
    for name in table:
        if name not in names:
            what = f"{dotted((*key, name))}: {who} has no such setting"
            form.fault((*key, name), what, nearest(name, names, "settings"))


def _check(
    form: Form, key: Key, table: dict[str, object], structs: list[type[msgspec.Struct]], files: _Files
) -> dict[str, object]:
    """Notes wrong and missing values; gives the settings with absolute input paths."""
    fields = {field.name: field for struct in structs for field in msgspec.structs.fields(struct)}
    before = len(form.faults)
    for name, field in fields.items():
        if name in table:
            form.value(field, (*key, name), table[name])
        elif field.required:
            form.fault(key, f"{dotted(key)} has no {name}", f"add {name} = {example(field.type)}")
    resolved = _with_paths(form, key, table, fields, files)
    if len(form.faults) == before:
        _check_whole(form, key, resolved, structs)
    return resolved


def input_paths(settings: dict[str, object], actor: type[Actor], engine: type[Any] | None) -> dict[str, Path]:
    """The input files and folders that checked settings name, by setting."""
    structs = [actor.Settings] if engine is None else [actor.Settings, engine.Settings]
    fields = (field for struct in structs for field in msgspec.structs.fields(struct) if path_kind(field) == "input")
    return {f.name: Path(path) for f in fields if isinstance(path := settings.get(f.name), str) and path}


def files_of(plan: Plan) -> tuple[Path, ...]:
    """Every input file and folder that the settings of a plan name."""
    return tuple(path for p in plan.actors.values() for path in _files_of(p))


def _files_of(placement: Placement) -> Iterator[Path]:
    """With an engine that is still open they stand one table deeper: "whisper.model"."""
    for key in placement.stamps:
        value: object = placement.settings
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, str):
            yield Path(value)


def path_kind(field: Field) -> str:
    """What kind of path a setting is, "input" or "output"; "" when it is none."""
    return _path_kind(inspect.type_info(field.type))


def _path_kind(info: inspect.Type) -> str:
    match info:
        case inspect.Metadata(extra={"path": kind}):
            return str(kind)
        case inspect.Metadata(type=inner):
            return _path_kind(inner)
        case inspect.UnionType(types=types):
            return next((kind for inner in types if (kind := _path_kind(inner))), "")
        case _:
            return ""


def _with_paths(
    form: Form, key: Key, table: dict[str, object], fields: dict[str, Field], files: _Files
) -> dict[str, object]:
    resolved = dict(table)
    for name, field in fields.items():
        value = table.get(name, field.default)
        if path_kind(field) != "input" or not isinstance(value, str) or not value:
            continue
        path = Path(value)
        try:
            path = path.expanduser()
            if path.is_absolute() and not files.local:
                continue
            path = (Path(form.source.name).parent / path).resolve()
            if files.needed:
                path.stat()
        except (OSError, ValueError, RuntimeError):  # not there; with a NUL, or too long; the home of nobody
            form.fault((*key, name), f'{dotted((*key, name))}: there is no file "{value}"', files.todo(path))
        resolved[name] = str(path)
    return resolved


def _look_into(form: Form, key: Key, settings: Mapping[str, object], engine: type[Any]) -> None:
    """Notes input files that are there, but not what the engine takes. It says by `examines` how each is looked at: a function
    of the path that raises Wrong."""
    for name, examine in getattr(engine, "examines", {}).items():
        path = settings.get(name)
        if isinstance(path, str) and path and Path(path).exists():
            try:
                examine(Path(path))
            except Wrong as wrong:
                form.fault((*key, name), f"{dotted((*key, name))}: {wrong.what}", wrong.todo)


def _check_whole(form: Form, key: Key, settings: dict[str, object], structs: list[type[msgspec.Struct]]) -> None:
    """What only a struct as a whole can say, in its __post_init__."""
    for struct in structs:
        names = set(struct.__struct_fields__)
        try:
            msgspec.convert({k: v for k, v in settings.items() if k in names}, struct)
        except msgspec.ValidationError as error:
            form.fault(key, f"{dotted(key)}: {plain(str(error))}")
