"""Moving of an actor in the text of a plan: the value of its `host` changes, and not one byte more."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy

from bus.errors import Wrong
from topology.fault import nearest
from topology.plan import LOCAL
from topology.source import key_lines

BOM = b"\xef\xbb\xbf"
_HOST = re.compile(r"""((?:^|[\s.{,])(?:host|"host"|'host')[ \t]*=[ \t]*)("(?:\\.|[^"\\])*"|'[^']*')""")


def moved(content: bytes, actor: str, host: str) -> bytes:
    """The plan with the actor on that host. Comments, order, line ends and encoding stay as they are.

    Raises Wrong for an actor or a host that the plan does not have, one that is there already, and a plan that is written
    in a way that cannot be changed surely. `content` must be a plan that can be read.
    """
    mark, text = content[: len(BOM)] if content.startswith(BOM) else b"", content.removeprefix(BOM).decode("utf-8")
    data = tomllib.loads(text.replace("\r\n", "\n"))
    actors, hosts = _table(data, "actors"), _table(data, "hosts")
    if actor not in actors:
        raise Wrong(f'there is no actor "{actor}" in the plan', nearest(actor, actors, "actors"))
    if host not in (LOCAL, *hosts):
        raise Wrong(f'there is no host "{host}" in the plan', nearest(host, (LOCAL, *hosts), "hosts"))
    wanted = deepcopy(data)
    table = _table(_table(wanted, "actors"), actor)
    if table.get("host", LOCAL) == host:
        raise Wrong(f"{actor} is on {host} already", "nothing has changed; see: avatar status")
    table["host"] = host
    written = _written(text, actor, host)
    if _loaded(written) != wanted:
        raise Wrong(f"the plan's table of {actor} cannot be changed surely", f'write host = "{host}" into it by hand')
    return mark + written.encode("utf-8")


def _written(text: str, actor: str, host: str) -> str:
    lines = text.split("\n")
    where = key_lines(text.replace("\r\n", "\n"))
    key = ("actors", actor)
    if line := where.get((*key, "host")):
        lines[line - 1] = _HOST.sub(lambda found: f'{found[1]}"{host}"', lines[line - 1], count=1)
        return "\n".join(lines)
    at = where[key] - 1
    end = "\r" if lines[at].endswith("\r") else ""
    first = lines[at].lstrip()
    indent = lines[at][: len(lines[at]) - len(first)]
    if re.match(rf"""\[\s*["']?actors["']?\s*\.\s*["']?{re.escape(actor)}["']?\s*\]""", first):
        lines.insert(at + 1, f'{indent}host = "{host}"{end}')
    elif first.startswith("["):  # only a table below it is written: [actors.face.settings]
        lines[at:at] = [f"{indent}[actors.{actor}]{end}", f'{indent}host = "{host}"{end}', end]
    elif _HOST.search(lines[at]):  # face = { host = "gpu" }
        lines[at] = _HOST.sub(lambda found: f'{found[1]}"{host}"', lines[at], count=1)
    else:  # face = { engine = "sketch" }
        lines[at] = re.sub(r"(=\s*\{)(\s*)(\})?", lambda f: _inside(f, host), lines[at], count=1)
    return "\n".join(lines)


def _loaded(text: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:  # an edit that went wrong
        return None


def _inside(brace: re.Match[str], host: str) -> str:
    """The beginning of an inline table with the host as its first key."""
    return f'{brace[1]} host = "{host}" }}' if brace[3] else f'{brace[1]} host = "{host}", '


def _table(data: Mapping[str, object], name: str) -> dict[str, object]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}
