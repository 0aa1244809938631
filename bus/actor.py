"""Actor: a stage of the call in a process of its own. The signature of a handler is its wiring."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import msgspec

from bus.errors import Wrong
from bus.messages.message import Message
from bus.tally import Tally
from bus.unit import Unit
from bus.wiring import Wiring, read_wiring


class NoSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of whatever has none."""


class Alarm:
    """One alarm clock of an actor: `on_alarm` is called once when the time has come."""

    def __init__(self) -> None:
        self.at_ns: int | None = None
        self.changed: Callable[[], None] = lambda: None

    def set(self, at_ns: int | None) -> None:
        """Sets (or with None clears) the time on this host's clock; replaces the one before."""
        if at_ns != self.at_ns:
            self.at_ns = at_ns
            self.changed()


@runtime_checkable
class Lossy(Protocol):
    """An engine that may lose something by itself, as a device does that is not served in time."""

    def count_in(self, tally: Tally) -> None:
        """Told once, before anything is opened: from now on each loss is counted there, from any thread."""


class Actor:
    """Base of all actors.

    Handlers `on_<noun>(self, <noun>: Message, emit: Emit[A | B])` run one at a time for stream messages, in order; a
    message is acknowledged when its handler has returned. Handlers of fenced messages are cancelled by a barge-in.
    Latest, state and control messages are handled between them, as soon as they come.
    """

    name: ClassVar[str] = ""
    """Name in the plan, from the folder: actors/turn_manager is "turn-manager"."""
    engines: ClassVar[Mapping[str, str]] = {}
    """Engine name -> "module:Class". The first one is the default."""
    auto: ClassVar[tuple[str, ...]] = ()
    """Engines that `engine = "auto"` chooses from, best first; the last one needs nothing. Empty: there is no choice."""
    Settings: ClassVar[type[msgspec.Struct]] = NoSettings
    """The actor's own settings, beside those of its engine."""
    only_for: ClassVar[Mapping[type[Message], tuple[str, ...]]] = {}
    """Inputs that only some engines need, with the names of those. With any other engine nothing of them comes."""
    replicable: ClassVar[bool] = False
    """Whether a plan may run several processes of it: only what keeps nothing between messages can."""
    wiring: ClassVar[Wiring]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.wiring = read_wiring(cls)
        if not cls.__dict__.get("name"):
            cls.name = cls.__module__.split(".")[-2].replace("_", "-")

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self:
        self = super().__new__(cls)
        self.alarm = Alarm()
        self.unit = Unit()
        self.lossy = None
        self.inputs = cls.wiring.inputs
        return self

    alarm: Alarm
    unit: Unit
    """For work that is larger than one message: see bus/unit.py."""
    lossy: Lossy | None
    """Its engine, where that counts losses."""
    inputs: tuple[type[Message], ...]
    """What this one takes, with its engine."""

    async def start(self) -> None:
        """Loads what is heavy. Runs in the actor's process while it is in standby: it must not yet take a device, a
        port or a file that the process before it may still hold. If it raises, the actor is not started."""

    async def activate(self) -> None:
        """Takes devices, ports and files. Runs when it is this process's turn, before its first message. If it raises,
        the process ends and the restart policy decides."""

    async def restore(self, state: Message) -> None:
        """Gets back the last value of a state-lane message that the process before this one sent; before `activate`.
        Not called in an actor's first life."""

    async def stop(self) -> None:
        """Gives everything back. Always runs, also after a failed start; may run twice."""

    @classmethod
    def engine_class(cls, engine: str) -> Any:
        """The class of an engine of this actor. Raises Wrong for an unknown name."""
        try:
            path = cls.engines[engine]
        except KeyError:
            known = ", ".join(cls.engines) or "none"
            raise Wrong(f"{cls.name} has no engine {engine!r}", f"known engines: {known}") from None
        module, _, name = path.partition(":")
        return getattr(importlib.import_module(module), name)

    @classmethod
    def inputs_with(cls, engine: str) -> tuple[type[Message], ...]:
        """Message types that it takes with this engine."""
        return tuple(kind for kind in cls.wiring.inputs if engine in cls.only_for.get(kind, (engine,)))

    @classmethod
    def build(cls, engine: str, settings: Mapping[str, object]) -> Self:
        """Makes the actor with its engine: `cls(engine)`, or `cls(engine, own_settings)` when it has Settings."""
        engine_class = cls.engine_class(engine)
        own, others = split_settings(cls.Settings, settings)
        made = engine_class(msgspec.convert(others, engine_class.Settings))
        arguments: list[object] = [made]
        if cls.Settings is not NoSettings:
            arguments.append(msgspec.convert(own, cls.Settings))
        actor = cls(*arguments)
        actor.inputs = cls.inputs_with(engine)
        actor.lossy = made if isinstance(made, Lossy) else None
        return actor


def split_settings(
    struct: type[msgspec.Struct], settings: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """Splits a plan's settings into those that `struct` knows and the rest."""
    names = set(struct.__struct_fields__)
    return ({k: v for k, v in settings.items() if k in names}, {k: v for k, v in settings.items() if k not in names})
