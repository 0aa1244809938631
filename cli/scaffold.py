"""Scaffold of a new actor: the smallest one that is whole, with a fake engine and a scene that passes."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from string import Template

from bus.errors import Wrong

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

ACTOR = Template('''\
"""$Class: what comes in becomes what goes out. Say here in one sentence what it does for the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from actors.$folder.engine import $Engine
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import Final, Say


class $Class(Actor):
    """Words of the person in, an echo out. Replace both messages by yours: their types are the wiring."""

    engines: ClassVar[Mapping[str, str]] = {"fake": "actors.$folder.fake:Fake$Engine"}

    def __init__(self, engine: $Engine) -> None:
        self.engine = engine

    async def start(self) -> None:
        """Loads the model."""
        await self.engine.load()

    async def stop(self) -> None:
        """Frees the model."""
        await self.engine.close()

    async def on_final(self, final: Final, emit: Emit[Say]) -> None:
        """Answers each utterance that held words."""
        if final.text:
            await emit(Say(text=await self.engine.answer(final.text)))
''')

ENGINE = Template('''\
"""Engine seam of $name: what the actor needs from a model."""

from __future__ import annotations

from typing import Protocol


class $Engine(Protocol):
    """Turns a text into its answer."""

    async def load(self) -> None:
        """Loads the model. Raises Fatal with what to do."""

    async def answer(self, text: str) -> str:
        """The answer to one text."""
        ...

    async def close(self) -> None:
        """Frees the model; may be called twice."""
''')

FAKE = Template('''\
"""Fake engine of $name: for tests, and for plans without a model."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Fake${Engine}Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the fake answers."""

    suffix: str = "!"
    """Put behind every text."""


class Fake$Engine:
    """Gives the text back with a mark."""

    Settings: ClassVar = Fake${Engine}Settings

    def __init__(self, settings: Fake${Engine}Settings) -> None:
        self.settings = settings

    async def load(self) -> None:
        """Nothing to load."""

    async def answer(self, text: str) -> str:
        return text + self.settings.suffix

    async def close(self) -> None:
        """Nothing to free."""
''')

TEST = Template('''\
"""Scenes of $name."""

from __future__ import annotations

import asyncio

from actors.$folder.actor import $Class
from bus.messages import Final, Message, Say
from bus.rehearsal import Rehearsal


def played(*messages: Message) -> list[Message]:
    async def scene() -> list[Message]:
        async with Rehearsal($Class.build("fake", {"suffix": "?"})) as rehearsal:
            await rehearsal.send(*messages)
            return rehearsal.take()

    return asyncio.run(scene())


def test_what_was_said_is_answered() -> None:
    assert played(Final(utterance=1, text="hello", language="en")) == [Say(text="hello?")]


def test_an_utterance_without_words_is_not_answered() -> None:
    assert played(Final(utterance=1, text="", language="en")) == []
''')

FAKE_TEST = Template('''\
"""Scenes of the fake engine of $name."""

from __future__ import annotations

import asyncio

from actors.$folder.fake import Fake$Engine, Fake${Engine}Settings


def test_the_fake_marks_the_text() -> None:
    assert asyncio.run(Fake$Engine(Fake${Engine}Settings(suffix="?")).answer("hello")) == "hello?"
''')


def write_actor(name: str, root: Path) -> list[Path]:
    """Writes actors/<folder> and its tests under `root`, a checkout. Gives the new files.

    Raises Wrong for a name that cannot be one, for an actor that exists, and where there is no checkout.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise Wrong(f'"{name}" cannot be an actor\'s name', 'use small letters, digits and "-", such as lip-reader')
    if not (root / "actors").is_dir() or not (root / "tests" / "actors").is_dir():
        raise Wrong(f"{root} is not a checkout of avatar", "clone the repository: new actors are part of the code")
    folder = name.replace("-", "_")
    if (root / "actors" / folder).exists() or (root / "tests" / "actors" / folder).exists():
        raise Wrong(f"there is an actor {name} already", f"look at actors/{folder}, or choose another name")
    camel = "".join(part.capitalize() for part in name.split("-"))
    words = {"name": name, "folder": folder, "Class": camel, "Engine": f"{camel}Engine"}
    files = {
        root / "actors" / folder / "__init__.py": "",
        root / "actors" / folder / "actor.py": ACTOR.substitute(words),
        root / "actors" / folder / "engine.py": ENGINE.substitute(words),
        root / "actors" / folder / "fake.py": FAKE.substitute(words),
        root / "tests" / "actors" / folder / "__init__.py": "",
        root / "tests" / "actors" / folder / "test_actor.py": TEST.substitute(words),
        root / "tests" / "actors" / folder / "test_fake.py": FAKE_TEST.substitute(words),
    }
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)
