"""Classes as their source tells them: the docstring, and each field with the docstring below it."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import msgspec


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field as it is written: its type, its default ("" when it must be given) and its docstring in one line."""

    name: str
    kind: str
    default: str
    doc: str


def class_doc(cls: type) -> str:
    """The class's own docstring, lines joined within each paragraph; "" when it has none."""
    paragraphs = inspect.cleandoc(cls.__dict__.get("__doc__") or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def fields_of(cls: type) -> tuple[FieldText, ...]:
    """The fields that the class's own body declares, in order; class variables are none."""
    body = _classes(cls.__module__)[cls.__name__].body
    found = []
    for index, node in enumerate(body):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        kind = ast.unparse(node.annotation)
        if not kind.startswith("ClassVar"):
            default = ast.unparse(node.value) if node.value else ""
            found.append(FieldText(node.target.id, kind, default, _doc_after(body, index)))
    return tuple(found)


def default_text(field: msgspec.structs.FieldInfo) -> str:
    """The default of a struct's field as Markdown, as TOML writes it."""
    if field.required:
        return "**must be given**"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    if value in ("", None, (), {}):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; "" when it has no rows."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    names = list(heads)
    head = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return "\n".join(head + lines) if lines else ""


def _doc_after(body: list[ast.stmt], index: int) -> str:
    following = body[index + 1] if index + 1 < len(body) else None
    if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
        return " ".join(str(following.value.value).split())
    return ""


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
