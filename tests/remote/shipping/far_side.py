"""Far side of a shipment without ssh: the real receiver in a home of its own, with a uv that only pretends."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from remote.ssh import visit as visits

UV = """#!/bin/sh
echo "$@" >> "$HOME/uv.log"
[ "$1" = sync ] || { echo "uv 1"; exit 0; }
[ ! -e "$HOME/uv.fails" ] || { cat "$HOME/uv.fails" >&2; exit 2; }
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin" && : > "$UV_PROJECT_ENVIRONMENT/bin/python"
echo "Installed 3 packages in 1ms" >&2
"""


class FarSide:
    """The home of a host, and which programs it has."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.bin = folder / "home", folder / "bin"
        self.home.mkdir()
        self.bin.mkdir()
        self.before = ""
        """What its shell does first."""
        for name in ("sh", "cat", "mkdir"):
            self.has(name, shutil.which(name) or "")
        self.has("python3", sys.executable)
        (self.bin / "uv").write_text(UV)
        (self.bin / "uv").chmod(0o755)
        env = [f"HOME={self.home}", f"PATH={self.bin}"]
        monkeypatch.setattr(
            visits, "ssh_line", lambda _host, command, **_: ["env", "-i", *env, "/bin/sh", "-c", self.before + command]
        )
        monkeypatch.setenv("AVATAR_HOME", str(folder / "here"))

    def has(self, name: str, path: str) -> None:
        """Adds a program."""
        (self.bin / name).symlink_to(Path(path).resolve())

    @property
    def shipped(self) -> Path:
        """Where it all lands."""
        return self.home / ".local" / "share" / "avatar" / "shipped"

    @property
    def installs(self) -> list[str]:
        """What its uv was asked to install."""
        log = self.home / "uv.log"
        return [line for line in log.read_text().splitlines() if line.startswith("sync")] if log.exists() else []
