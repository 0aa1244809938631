"""Verb `avatar voice`: the voices of a speech server, and one of your own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from actors.tts.fish_voices import FishVoices

Deed = Literal["list", "add", "remove"]
URL = "http://127.0.0.1:8080"
WHY_NOT = {
    "openai": "a server of OpenAI's speech API cannot tell which voices it has",
    "espeak": "espeak-ng's voices are built in, one for each of its languages",
}


def voice(
    deed: Annotated[Deed, typer.Argument(help="What to do.")],
    name: Annotated[str, typer.Argument(help="Name of the voice.")] = "",
    recording: Annotated[Path | None, typer.Argument(help="WAV or FLAC file, 10 to 30 s of even speech.")] = None,
    text: Annotated[str, typer.Option(help="The words said in the recording.")] = "",
    text_file: Annotated[Path | None, typer.Option(help="UTF-8 file that holds these words.")] = None,
    plan: Annotated[Path | None, typer.Option(help="Plan whose tts names the server (engine fish).")] = None,
    url: Annotated[str, typer.Option(help="Address of the Fish server, instead of a plan's.", show_default=URL)] = "",
    api_key: Annotated[str, typer.Option(help="Name of the variable that holds its key.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """List, add or remove the voices of a Fish Speech server.

    A voice is learnt from a recording of somebody who agreed to it and the exact words said in it. The recording is checked,
    mixed to mono and brought to one loudness here before it is sent.

    Example: avatar voice add olena olena.wav --text "Good morning, this is how I speak."
    """
    import json

    from bus.errors import Wrong

    if (deed == "list") == bool(name) or (deed == "add") != (recording is not None):
        raise Wrong("say what to do", "avatar voice list, add NAME RECORDING --text WORDS, or remove NAME")
    server = _server(plan, url, api_key)
    if deed == "list":
        names = server.names()
        print(json.dumps({"voices": names}, ensure_ascii=False) if as_json else "\n".join(names) or "no voices")
        return
    advice: tuple[str, ...] = ()
    if recording is not None:
        advice = _add(server, name, recording, _words(text, text_file))
    else:
        server.remove(name)
    for line in advice:
        typer.echo(f"advice: {line}", err=True)
    done = "added" if recording is not None else "removed"
    print(json.dumps({done: name}, ensure_ascii=False) if as_json else f"{done} {name}")


def _add(server: FishVoices, name: str, recording: Path, text: str) -> tuple[str, ...]:
    from actors.tts.fish_voices import checked
    from actors.tts.reference import read_reference

    checked(name)
    reference = read_reference(recording, text)
    server.add(name, reference)
    return reference.advice


def _server(plan: Path | None, url: str, api_key: str) -> FishVoices:
    from actors.tts.fish_voices import FishVoices
    from bus.errors import Wrong
    from topology.reading import read_plan

    if plan is None or url:
        return FishVoices(url or URL, api_key)
    seat = read_plan(plan).actors.get("tts")
    settings: object = None
    if seat is not None:
        settings = {"fish": seat.settings, "auto": seat.settings.get("fish")}.get(seat.engine)
    if not isinstance(settings, dict):
        engine = seat.engine if seat is not None else ""
        why = WHY_NOT.get(engine, f"the tts of {plan} has no settings of a Fish server")
        raise Wrong(why, "voices are listed, added and removed on a Fish Speech server: engine fish, or --url")
    return FishVoices(str(settings.get("url", URL)), api_key or str(settings.get("api_key", "")))


def _words(text: str, file: Path | None) -> str:
    from bus.errors import Wrong

    if file is None:
        return text
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Wrong(f"{file} cannot be read as UTF-8 text", "name a text file") from None
