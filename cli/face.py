"""Verb `avatar face`: a face of your own, from a clip or a photo."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from actors.face_pack import Box

Deed = Literal["prepare"]


def face(
    deed: Annotated[Deed, typer.Argument(help="What to do.")],
    source: Annotated[Path, typer.Argument(help="A clip of 5 to 20 s, or a photo.", metavar="CLIP_OR_PHOTO")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder in which the face pack's own folder is made.")
    ] = Path("faces"),
    name: Annotated[str, typer.Option(help="Name of the face.", show_default="the file's")] = "",
    box: Annotated[
        str, typer.Option(help="Where the face is, instead of looking for it: left,top,width,height in 1280x720.")
    ] = "",
    models: Annotated[
        Path | None, typer.Option(help="MuseTalk's models: encode the face for it now, not at the first start.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """Make a face pack of yourself: the idle clip that the camera shows, and where the mouth goes into it.

    Look into the camera, alone, in even light, mouth closed, and hold still. `pack` of cam-out and of face (MuseTalk) name the
    folder. The drawn mouths of the sketch engine fit its own face only.

    Example: avatar face prepare me.mp4 -o faces
    """
    folder = _prepared(source, out, name, box, models)
    _tell(folder, as_json=as_json)


def _prepared(source: Path, out: Path, name: str, box: str, models: Path | None) -> Path:
    from actors.filmed.pack import prepare

    place = box_of(box) if box else None
    if models is None:
        return prepare(source, out, name, place, progress=_progress)
    from actors.face.musetalk.encoding import encode_pack
    from actors.face.musetalk.models import find_models

    find_models(models)
    folder = prepare(source, out, name, place, progress=_progress)
    encode_pack(folder, models)
    return folder


def _tell(folder: Path, *, as_json: bool) -> None:
    import json

    from actors.face_pack import FacePack

    pack = FacePack.read(folder).manifest
    found = {"folder": str(folder), "kind": pack.kind, "frames": pack.frames, "content": pack.content}
    print(
        json.dumps(found, ensure_ascii=False) if as_json else f"{folder}: {pack.kind}, {pack.frames / pack.fps:.0f} s"
    )


def box_of(text: str) -> Box:
    """The box that was typed. Raises Wrong."""
    import msgspec

    from actors.face_pack import HEIGHT, WIDTH, Box
    from bus.errors import Wrong

    try:
        box = msgspec.convert([float(part) for part in text.split(",")], Box)
    except (ValueError, msgspec.ValidationError):
        raise Wrong(f"--box {text} is not four numbers", "such as --box 520,190,240,290") from None
    if box.turn_deg or min(box.x, box.y) < 0 or box.x + box.width > WIDTH or box.y + box.height > HEIGHT:
        raise Wrong(f"--box {text} does not lie in a picture of {WIDTH}x{HEIGHT}", "left,top,width,height")
    return box


def _progress(share: float) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r… {share:4.0%}", err=True, nl=share >= 1)
