"""Source of a plan: the text of a TOML file, its data, and the line that each key stands in."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from topology.fault import Fault

Key = tuple[str, ...]

_BLANK = re.compile(r"(?:\s+|#[^\n]*)*")
_PART = re.compile(r"""[ \t]*(?:"((?:\\.|[^"\\\n])*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*(\.?)""")
_VALUE = re.compile(
    r'''"""(?:\\.|[^\\])*?"""+|\'\'\'.*?\'\'\'+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[\[{]|[\]}]|\n|[^"'#\[\]{}\n]+''',
    re.DOTALL,
)
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")


class Unreadable(Exception):
    """There is no data in the file; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


class Source:
    """A TOML file. `name` is the path as the person typed it."""

    def __init__(self, name: str, text: str) -> None:
        """Raises Unreadable when `text` is not TOML."""
        self.name = name
        try:
            self.data: dict[str, object] = tomllib.loads(text)
        except (ValueError, RecursionError) as error:  # bad TOML, a number of thousands of digits; nested too deep
            raise Unreadable(_syntax_fault(name, text, str(error))) from None
        self._lines = key_lines(text)

    @classmethod
    def of(cls, name: str, content: bytes) -> Source:
        """What stands in a file, or would. Raises Unreadable, UnicodeDecodeError."""
        return cls(name, content.decode("utf-8-sig").replace("\r\n", "\n"))

    @classmethod
    def read(cls, path: Path) -> Source:
        """Reads a file. Raises Unreadable when it is missing, a folder, not text or not TOML."""
        name = str(path)
        try:
            return cls.of(name, path.read_bytes())
        except FileNotFoundError:
            todo = _near_files(path)
            raise Unreadable(Fault(file=name, line=0, what="there is no such file", todo=todo)) from None
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            fault = Fault(file=name, line=line, what="not UTF-8 text", todo="save the plan as UTF-8 (without UTF-16)")
            raise Unreadable(fault) from None
        except OSError as error:
            what = "this is a folder, not a plan" if path.is_dir() else f"cannot be read: {error.strerror or error}"
            todo = _near_files(path / "plan.toml") if path.is_dir() else "check the file's permissions"
            raise Unreadable(Fault(file=name, line=0, what=what, todo=todo)) from None

    def line_of(self, key: Key) -> int:
        """Line of a key or table; of the nearest table around it when it does not stand in the text."""
        for end in range(len(key), 0, -1):
            if line := self._lines.get(key[:end]):
                return line
        return 1

    def fault(self, key: Key, what: str, todo: str = "", *, warning: bool = False) -> Fault:
        """A fault at a key of this file."""
        return Fault(file=self.name, line=self.line_of(key), what=what, todo=todo, warning=warning)


def key_lines(text: str) -> dict[Key, int]:
    """The line (from 1) in which each table and key first stands. `text` must be TOML; keys inside an inline table
    have the line of the table."""
    written: dict[Key, int] = {}
    implied: dict[Key, int] = {}
    table: Key = ()
    at = 0
    while (at := _end(_BLANK, text, at)) < len(text):
        line = text.count("\n", 0, at) + 1
        if text[at] == "[":
            table, at = _read_key(text, at + (2 if text.startswith("[[", at) else 1))
            full = table
        else:
            key, at = _read_key(text, at)
            full = (*table, *key)
            at = _skip_value(text, at)
        written.setdefault(full, line)
        for end in range(1, len(full)):
            implied.setdefault(full[:end], line)
        newline = text.find("\n", at)
        at = len(text) if newline < 0 else newline + 1
    return implied | written


def _read_key(text: str, at: int) -> tuple[Key, int]:
    parts: list[str] = []
    while match := _PART.match(text, at):
        parts.append(next(part for part in match.groups()[:3] if part is not None))
        at = match.end()
        if not match[4]:
            break
    return tuple(parts), at


def _skip_value(text: str, at: int) -> int:
    depth = 0
    while match := _VALUE.match(text, at):
        token = match[0]
        if token == "\n" and depth == 0:
            break
        depth += (token in ("[", "{")) - (token in ("]", "}"))
        at = match.end()
    return at


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _syntax_fault(name: str, text: str, message: str) -> Fault:
    where = _POSITION.search(message)
    line = int(where[1]) if where else text.count("\n") + 1
    column = f" at column {where[2]}" if where else ""
    what = f"not TOML: {message.partition(' (at ')[0]}{column}"
    return Fault(file=name, line=line, what=what, todo='texts need "quotes", tables look like [actors.vad]')


def _near_files(path: Path) -> str:
    plans = sorted(p.name for p in path.parent.glob("*.toml") if b"[actors." in p.read_bytes())
    if plans:
        return f"plans in {path.parent}: {', '.join(plans[:8])}"
    return "try topology/demo.toml, or give the path of your own plan"
