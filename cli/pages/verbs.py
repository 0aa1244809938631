"""Page of the command line: every verb with its arguments, as its own help tells them."""

from __future__ import annotations

import inspect
from typing import Protocol, cast

import typer

from cli.main import HIDDEN, VERBS, app_for
from cli.pages.classes import table

INTRO = """\
# The command line

`avatar VERB --help` says the same. Exit codes: 0 done, 1 it failed, 2 wrong usage, 130 Ctrl-C. Errors are two lines on stderr:
what happened, and what to do. `--json` prints JSON on stdout and nothing else.
"""


ENVIRONMENT = {
    "AVATAR_HOME": "Folder for running calls, their logs and what was brought to a host. Default: that of the system for a user's state.",
    "AVATAR_MODELS": "Folder for the models of the engines. Default: that of the system for a user's data.",
    "AVATAR_SSH_CONFIG": "An ssh configuration to use instead of your own, as with `ssh -F`.",
    "AVATAR_LOG": "What the logs hold: `debug`, `info` (the default), `warning` or `error`.",
    "AVATAR_DEBUG": "Set to anything: what is told as a bug is shown with the place in the code.",
}
"""Variables that a user may set, with their meaning."""


class Parameter(Protocol):
    """What typer knows of an argument or option, whichever click is below it."""

    param_type_name: str
    name: str
    opts: list[str]
    secondary_opts: list[str]
    required: bool
    default: object
    help: str | None


class Verb(Protocol):
    """What typer knows of a verb."""

    help: str | None
    params: list[Parameter]


def page() -> str:
    """The page as Markdown."""
    group = typer.main.get_command(app_for([]))
    commands = cast("dict[str, Verb]", getattr(group, "commands"))  # noqa: B009 - not in every typer's types
    sections = [_section(name, commands[name]) for name in VERBS if name not in HIDDEN]
    variables = table(("variable", "meaning"), [[f"`{name}`", meaning] for name, meaning in ENVIRONMENT.items()])
    return "\n\n".join([INTRO.strip(), *sections, "## Environment variables", variables])


def _section(name: str, verb: Verb) -> str:
    words = [p.name.upper() if p.required else f"[{p.name.upper()}]" for p in verb.params if _is_argument(p)]
    options = ["[OPTIONS]"] if any(not _is_argument(p) for p in verb.params) else []
    usage = " ".join(["avatar", name, *words, *options])
    said, _, example = inspect.cleandoc(verb.help or "").partition("Example: ")
    parts = [f"## {name}", " ".join(said.split()), f"```console\n$ {usage}\n```", f"Example: `{example.strip()}`"]
    rows = [[_spelled(p), p.help or "", _default(p)] for p in verb.params if p.name != "help"]
    return "\n\n".join([*parts, table(("argument", "meaning", "default"), rows)]).strip()


def _is_argument(parameter: Parameter) -> bool:
    return parameter.param_type_name == "argument"


def _spelled(parameter: Parameter) -> str:
    if _is_argument(parameter):
        return f"`{parameter.name.upper()}`"
    return " / ".join(f"`{word}`" for word in [*parameter.opts, *parameter.secondary_opts])


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return "must be given"
    value = parameter.default
    if value is None or value is False or value == ():
        return ""
    return "on" if value is True else f"`{value}`"
