"""Moving of an actor of a running call to another host: the call first, then the plan's file, so that a refusal changes neither."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bus.client import Client
from bus.errors import Broken, Wrong
from remote.applied import Applied
from remote.applying import apply_plan
from topology.catalogue import HOUSE, Cast
from topology.moving import moved
from topology.reading import read_text

NEW = ".moved"


def move_actor(client: Client, file: Path, actor: str, host: str, cast: Cast = HOUSE) -> Applied:
    """Waits until the actor works there, then writes that down. Raises Wrong, Broken with the reason why it does not.

    Whoever watches the file finds that its plan is the one that runs.
    """
    try:
        before = file.read_bytes()
    except OSError as error:
        raise Wrong(f"the plan {file} cannot be read: {error.strerror}", "see: avatar status") from None
    read_text(file, before, cast)
    after = moved(before, actor, host)
    applied = apply_plan(client, read_text(file, after, cast))
    try:
        if file.read_bytes() != before:
            raise Broken(
                f"{actor} was moved to {host}, but {file} was changed meanwhile",
                f'write host = "{host}" into it by hand',
            )
        replace_content(file, after)
    except OSError as error:
        raise Broken(
            f"{actor} was moved to {host}, but {file} cannot be written: {error.strerror}",
            f'write host = "{host}" into its table',
        ) from None
    return applied


def replace_content(file: Path, content: bytes) -> None:
    """Writes a file whole or not at all, with the rights that it has; what a link leads to is written, not the link."""
    real = file.resolve()
    fresh = real.with_name(real.name + NEW)
    try:
        with fresh.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        shutil.copymode(real, fresh)
        fresh.replace(real)
    finally:
        fresh.unlink(missing_ok=True)
