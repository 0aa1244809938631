"""Wiring of an actor, read from the annotations of its handlers: what it takes and what it gives."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from bus.emit import Emit
from bus.messages.message import Message


@dataclass(frozen=True, slots=True)
class Handler:
    """One handler: the method's name, the message it takes (None: alarm or run) and whether it wants to emit."""

    method: str
    takes: type[Message] | None
    emits: tuple[type[Message], ...]
    wants_emit: bool


@dataclass(frozen=True, slots=True)
class Wiring:
    """All handlers of an actor class."""

    handlers: dict[type[Message], Handler]
    alarm: Handler | None
    run: Handler | None

    @property
    def inputs(self) -> tuple[type[Message], ...]:
        """Message types that it takes, in the order of the class."""
        return tuple(self.handlers)

    @property
    def outputs(self) -> tuple[type[Message], ...]:
        """Message types that it may emit, by topic."""
        every = [*self.handlers.values(), *(h for h in (self.alarm, self.run) if h)]
        return tuple(sorted({m for h in every for m in h.emits}, key=lambda m: m.spec.topic))


def read_wiring(cls: type) -> Wiring:
    """Reads `on_<noun>(self, <noun>: Message[, emit: Emit[...]])`, `on_alarm(self[, emit])` and `run(self[, emit])`.

    Raises TypeError, when the class is defined, for a handler of any other shape: it would never be called.
    """
    handlers: dict[type[Message], Handler] = {}
    alarm = run = None
    for name in dir(cls):
        if not (name.startswith("on_") or name == "run"):
            continue
        method = getattr(cls, name)
        if name in ("on_alarm", "run"):
            handler = _read(cls, name, method, takes_message=False)
            alarm, run = (handler, run) if name == "on_alarm" else (alarm, handler)
            continue
        handler = _read(cls, name, method, takes_message=True)
        assert handler.takes is not None
        if handler.takes in handlers:
            raise TypeError(f"{cls.__name__}.{name} and .{handlers[handler.takes].method} take the same message")
        handlers[handler.takes] = handler
    return Wiring(dict(sorted(handlers.items(), key=lambda kv: kv[0].spec.topic)), alarm, run)


def _read(cls: type, name: str, method: Callable[..., Any], *, takes_message: bool) -> Handler:
    where = f"{cls.__name__}.{name}"
    if not inspect.iscoroutinefunction(method):
        raise TypeError(f"{where} must be `async def`")
    hints = get_type_hints(method)
    parameters = list(inspect.signature(method).parameters)[1:]
    takes: type[Message] | None = None
    if takes_message:
        first = hints.get(parameters.pop(0)) if parameters else None
        if not (isinstance(first, type) and issubclass(first, Message) and hasattr(first, "spec")):
            raise TypeError(f"{where} must take one message: `async def {name}(self, noun: SomeMessage, ...)`")
        takes = first
    if not parameters:
        return Handler(name, takes, (), wants_emit=False)
    if parameters != ["emit"]:
        raise TypeError(f"{where} has parameters that nobody fills: {', '.join(parameters)}")
    return Handler(name, takes, _emitted(where, hints.get("emit")), wants_emit=True)


def _emitted(where: str, hint: Any) -> tuple[type[Message], ...]:
    arguments = get_args(hint)
    if get_origin(hint) is not Emit or len(arguments) != 1:
        raise TypeError(f"{where}: annotate emit as `Emit[A | B]`, the messages it may send")
    one = arguments[0]
    union = get_args(one) if get_origin(one) in (Union, types.UnionType) else (one,)
    for member in union:
        if not (isinstance(member, type) and issubclass(member, Message) and hasattr(member, "spec")):
            raise TypeError(f"{where}: {member!r} in Emit[...] is not a message type")
    return union
