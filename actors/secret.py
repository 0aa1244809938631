"""Secret of a service, such as a key: named in the plan, found in the environment or in the file `.env`, shown to nobody."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bus.errors import Wrong

_LINE = re.compile(r"""\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<quote>["']?)(?P<value>.*?)(?P=quote)\s*""")
NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"
"""What can name a variable. A key itself, put there by mistake, rarely can: it holds a "-"."""


def secret(name: str, folder: Path | None = None) -> str:
    """The secret of that name. Raises Wrong when it is neither in the environment nor in `.env` of `folder` (the one that
    the process was started in)."""
    value = secret_if_any(name, folder)
    if not value:
        raise Wrong(
            f"there is no {name} in the environment, nor in .env",
            f"write {name}=... into a file .env in the folder that you start avatar in",
        )
    return value


def secret_if_any(name: str, folder: Path | None = None) -> str:
    """As `secret`; empty when there is none. Raises Wrong for a file that cannot be read and for what cannot be a key."""
    value = os.environ.get(name, "") or _in_file((folder or Path()) / ".env", name)
    if not value.isascii() or not value.isprintable() or " " in value:
        raise Wrong(f"{name} cannot be a key: it holds blanks or letters beyond ASCII", "copy it once more")
    return value


def _in_file(path: Path, name: str) -> str:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(f"{path} cannot be read", "save it as UTF-8 text, readable by you") from error
    found = (_LINE.fullmatch(line) for line in lines if not line.lstrip().startswith("#"))
    return next((match["value"] for match in found if match and match["name"] == name), "")
