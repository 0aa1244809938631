"""Finish of a call: the recorded parts become one film for each folder that the plan records into."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import msgspec

from actors.movie import assemble
from bus.errors import AvatarError
from remote.session import Ending, Session
from topology.plan import Plan

_log = logging.getLogger(__name__)

FILM = "call.mp4"


def record_folders(plan: Plan) -> list[Path]:
    """Folders that actors of the plan record into."""
    folders = {p.settings.get("record") for p in plan.actors.values()}
    return sorted(Path(f) for f in folders if isinstance(f, str) and f)


def film_folders(folders: Iterable[Path], ending: Ending) -> Ending:
    """Assembles the films. What fails is told in the ending; the parts are kept then."""
    films: list[str] = []
    warnings: list[str] = []
    for folder in sorted(folders):
        if not (folder / "parts").is_dir():
            continue
        film = folder / FILM
        try:
            assemble(folder, film, lambda _: None)
        except AvatarError as error:
            _log.error("film failed folder=%s what=%s", folder, error.what)
            warnings.append(f"{error.what} ({error.todo})")
        else:
            films.append(str(film))
    return msgspec.structs.replace(ending, movies=tuple(films), warnings=tuple(warnings))


def conclude(session: Session, folders: Iterable[Path], ending: Ending) -> None:
    """Says how a session ended, then makes the films, then says it again with them: that can take minutes, and fail."""
    try:
        session.write("ending.json", ending)
        session.write("ending.json", film_folders(folders, ending))
    finally:
        session.remove("session.json")
