"""One face in a plan: face must draw the mouth of the very face that cam-out shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from topology.form import Form
from topology.plan import AUTO, LOCAL, Placement
from topology.wording import dotted

DRAWN = "sketch"
"""Draws the mouth of the face that code draws, and no other."""
FILMED = "musetalk"


def check_one_face(form: Form, placements: Mapping[str, Placement]) -> None:
    """Notes packs that do not belong together. A pack that lies on another host is known by its path only."""
    face, camera = placements.get("face"), placements.get("cam-out")
    if face is None or camera is None or face.engine not in (DRAWN, FILMED, AUTO):
        return
    shown, drawn = str(camera.settings.get("pack", "")), _pack_of(face)
    key = ("actors", "cam-out", "settings", "pack")
    if shown and face.engine == DRAWN:
        form.fault(key, f"{dotted(key)}: face (sketch) cannot draw its mouth", f'write engine = "{FILMED}" for face')
    elif drawn and not shown and face.engine == FILMED:
        key = ("actors", "face", "settings", "pack")
        form.fault(key, f"{dotted(key)}: cam-out shows another face", "name it as pack of cam-out, too")
    elif shown and drawn and _differ(shown, camera, drawn, face):
        form.fault(key, f"{dotted(key)}: face draws for {drawn}", "name one folder as pack of both")


def _pack_of(face: Placement) -> str:
    """What it draws for, when it draws for a filmed face."""
    told = face.settings.get(FILMED, {}) if face.engine == AUTO else face.settings
    return str(told.get("pack", "")) if isinstance(told, dict) else ""


def _differ(shown: str, camera: Placement, drawn: str, face: Placement) -> bool:
    here = all(placement.host == LOCAL or Path(path).exists() for placement, path in ((camera, shown), (face, drawn)))
    return here and Path(shown).resolve() != Path(drawn).resolve()
