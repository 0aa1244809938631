"""Receiver of a shipment: runs on the other host, read by its Python from stdin, before anything of ours is there.

So it needs nothing but the standard library of Python 3.8. It asks for what is missing, and nothing else is sent:

    blobs/HASH          every file once, by the SHA-256 of its content; HASH.part while it arrives
    trees/HASH/NAME     the code, an input file or folder: hard links to blobs, made aside and renamed when whole
    envs/HASH           an environment with its lock file; the file `ready` in it says that it is whole
    tools/              uv, where the host has none
    lock                held by the one that receives

Talks in lines of JSON, both ways; the bytes of a blob follow their line.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import zlib
from pathlib import Path
from typing import Any, NoReturn

BEAT_S = 3.0
"""The longest silence: the other side gives up a host that says nothing."""
PIECE = 1 << 20
KEPT = 4
KEPT_S = 3 * 24 * 3600
"""So many trees and environments stay, and all that were used in the last days: a running call may need them."""
LOG_CHARS = 6_000
USUAL = (".local/bin", ".cargo/bin")
UV_HELP = "there is no uv, and no pip to install it with"


class Failed(Exception):
    """What stopped it: the step, and what it or its program said."""

    def __init__(self, step: str, log: str) -> None:
        super().__init__(log)
        self.step = step


def tell(**words: Any) -> None:
    """One line to the other side."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def hear() -> Any:
    """One line from the other side; it ends the process when the connection has."""
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        raise SystemExit(1)
    return json.loads(line)


def home() -> Path:
    """The folder of all that is shipped here."""
    own, data = os.environ.get("AVATAR_HOME"), os.environ.get("XDG_DATA_HOME")
    return Path(own) / "shipped" if own else Path(data or Path.home() / ".local" / "share") / "avatar" / "shipped"


class Receiver:
    """One shipment into one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs, self.trees, self.envs = folder / "blobs", folder / "trees", folder / "envs"
        for path in (folder, self.blobs, self.trees, self.envs):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def receive(self, order: dict[str, Any]) -> dict[str, Any]:
        """Does what is ordered: `trees` (hash -> name), `code` (the hash of one of them), `env` (hash), `extras`."""
        with self.alone():
            self.fetch(order["trees"])
            code = self.place(order["code"], order["trees"][order["code"]])
            python = self.environment(order["env"], code, order["extras"])
            self.sweep({*order["trees"], order["env"]})
        places = {digest: str(self.place(digest, name)) for digest, name in order["trees"].items()}
        return {"python": str(python), "folder": str(code), "trees": places, "ports": free_ports(2)}

    @contextlib.contextmanager
    def alone(self) -> Any:
        """Waits until no other shipment is under way here; the lock goes with the process, however it ends."""
        with (self.folder / "lock").open("w") as lock:
            waited = False
            while not locks(lock.fileno()):
                tell(**({"beat": 1} if waited else {"say": "waiting for another avatar that brings things there"}))
                waited = True
                threading.Event().wait(BEAT_S / 3)
            yield

    def place(self, digest: str, name: str) -> Path:
        """Where a tree is when it has arrived. "" names the folder itself."""
        return self.trees / digest / name if name else self.trees / digest

    def fetch(self, trees: dict[str, str]) -> None:
        """Asks for the trees that are missing, then for the blobs that these lack."""
        missing = [digest for digest in trees if not (self.trees / digest).is_dir()]
        tell(trees=missing)
        if not missing:
            return
        lists = hear()
        wanted = {row[1] for digest in missing for row in lists[digest]}
        lacking = [digest for digest in sorted(wanted) if not (self.blobs / digest).is_file()]
        tell(blobs={digest: self.had(digest) for digest in lacking})
        for digest in lacking:
            self.take(digest)
        for digest in missing:
            self.plant(digest, lists[digest])

    def had(self, digest: str) -> int:
        """How much of a blob came the last time."""
        part = self.blobs / (digest + ".part")
        return part.stat().st_size if part.is_file() else 0

    def take(self, digest: str) -> None:
        """One blob, from where it was broken off; whole and right, or not at all."""
        part = self.blobs / (digest + ".part")
        head = hear()
        with part.open("ab") as file:
            left = int(head["bytes"])
            packed = zlib.decompressobj() if head["packed"] else None
            while left:
                data = sys.stdin.buffer.read(min(left, PIECE))
                if not data:
                    raise SystemExit(1)
                left -= len(data)
                file.write(packed.decompress(data) if packed else data)
            file.write(packed.flush() if packed else b"")
        if digest_of(part) != digest:
            part.unlink()
            raise Failed("damage", digest)
        part.replace(self.blobs / digest)

    def plant(self, digest: str, rows: list[list[Any]]) -> None:
        """A tree of links to its blobs, made aside: half a one never counts."""
        fresh = self.trees / (digest + ".new")
        shutil.rmtree(str(fresh), ignore_errors=True)
        fresh.mkdir()
        for path, blob in rows:
            place = fresh / path
            if ".." in Path(path).parts or Path(path).is_absolute():
                raise Failed("damage", path)
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(str(self.blobs / blob), str(place))
            except OSError:  # a file system without links, or too many of one
                shutil.copy2(str(self.blobs / blob), str(place))
        fresh.rename(self.trees / digest)

    def environment(self, digest: str, code: Path, extras: list[str]) -> Path:
        """The Python of an environment that has what the code needs; what was begun is gone on with."""
        folder = self.envs / digest
        python = folder / "venv" / "bin" / "python"
        if (folder / "ready").is_file() and python.exists():
            return python
        folder.mkdir(exist_ok=True)
        for name in ("pyproject.toml", "uv.lock"):
            if (code / name).is_file():
                shutil.copyfile(str(code / name), str(folder / name))
        uv = self.uv()
        tell(say="installing what the actors need")
        line = [uv, "sync", "--no-install-project", "--no-dev", "--no-progress", "--project", str(folder)]
        for extra in extras:
            line += ["--extra", extra]
        env = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder / "venv")}
        env.pop("VIRTUAL_ENV", None)
        run("packages", line, env)
        (folder / "ready").write_text("")
        return python

    def uv(self) -> str:
        """Where uv is: the host's own, or one that is put beside the shipments by pip."""
        tools = self.folder / "tools"
        places = [str(tools / "bin"), os.environ.get("PATH", ""), *(str(Path.home() / usual) for usual in USUAL)]
        found = shutil.which("uv", path=os.pathsep.join(places))
        if found and succeeds([found, "--version"]):
            return found
        self.install_uv(tools)
        return str(tools / "bin" / "uv")

    def install_uv(self, tools: Path) -> None:
        """With pip into a folder of its own, which no rule of the system's Python forbids; else in a venv."""
        fresh = tools.with_name("tools.new")
        shutil.rmtree(str(fresh), ignore_errors=True)
        tell(say="installing uv")
        if succeeds([sys.executable, "-m", "pip", "--version"]):
            run("uv", [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(fresh), "uv"])
        elif succeeds([sys.executable, "-c", "import ensurepip, venv"]):
            run("uv", [sys.executable, "-m", "venv", str(fresh)])
            run("uv", [str(fresh / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"])
        else:
            raise Failed("uv", UV_HELP)
        shutil.rmtree(str(tools), ignore_errors=True)
        fresh.rename(tools)

    def sweep(self, used: Any) -> None:
        """Removes what no call has used for long: trees, environments, and blobs that no tree holds."""
        for kind in (self.trees, self.envs):
            for name in used:
                if (kind / name).is_dir():
                    os.utime(str(kind / name))
            rows = sorted(kind.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
            newest = rows[0].stat().st_mtime if rows else 0.0
            for old in rows[KEPT:]:
                if newest - old.stat().st_mtime > KEPT_S and old.name not in used:
                    shutil.rmtree(str(old), ignore_errors=True)
        for blob in self.blobs.iterdir():
            if blob.stat().st_nlink == 1 and blob.suffix != ".part":
                blob.unlink()


def locks(handle: int) -> bool:
    """Takes the lock on an open file, unless another process has it."""
    if sys.platform != "win32":  # which has no sh that could start this
        import fcntl

        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def digest_of(path: Path) -> str:
    """SHA-256 of a file; long ones say now and then that it is not over."""
    digest, count = hashlib.sha256(), 0
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(PIECE), b""):
            digest.update(piece)
            count += 1
            if count % 256 == 0:
                tell(beat=1)
    return digest.hexdigest()


def succeeds(line: list[str]) -> bool:
    """Whether a program runs and is content."""
    with contextlib.suppress(OSError):
        return subprocess.run(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
    return False


def run(step: str, line: list[str], env: dict[str, str] | None = None) -> None:
    """Runs a program, tells its lines as they come, and beats while it is silent. Raises Failed with its last words."""
    said: list[str] = []
    null, out, err = subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT
    process = subprocess.Popen(line, env=env, stdin=null, stdout=out, stderr=err)
    assert process.stdout is not None
    pipe = process.stdout

    def listen() -> None:
        for raw in pipe:
            text = raw.decode(errors="replace").rstrip()
            said.append(text)
            if text.strip():
                tell(say=text.strip())

    ear = threading.Thread(target=listen, daemon=True)
    ear.start()
    while ear.is_alive():
        ear.join(BEAT_S)
        tell(beat=1)
    if process.wait():
        raise Failed(step, "\n".join(said)[-LOG_CHARS:])


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on now."""
    doors = [socket.socket() for _ in range(count)]
    try:
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [int(door.getsockname()[1]) for door in doors]
    finally:
        for door in doors:
            door.close()


def main() -> NoReturn:
    """One shipment; what fails is told with its step."""
    os.umask(0o077)
    folder = home()
    try:
        tell(landed=Receiver(folder).receive(hear()))
    except (Failed, OSError) as error:
        tell(failed=getattr(error, "step", "files"), log=str(error), folder=str(folder))
        raise SystemExit(1) from None
    raise SystemExit(0)


if __name__ == "__main__":
    main()
