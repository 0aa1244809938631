"""Greeting of an actor: what it tells its hub about itself, read from its wiring."""

from __future__ import annotations

from bus.actor import Actor
from bus.control import Hello
from bus.messages.message import Lane, Message


def hello_of(actor: Actor, epoch: int, pid: int, name: str = "") -> Hello:
    """What an actor tells its hub, from its wiring. `name`: of its process, when it is one of several."""
    inputs, outputs = actor.inputs, actor.wiring.outputs

    def topics(kinds: tuple[type[Message], ...], *lanes: Lane) -> tuple[str, ...]:
        return tuple(k.spec.topic for k in kinds if k.spec.lane in lanes)

    return Hello(
        name=name or actor.name,
        group=actor.name,
        epoch=epoch,
        kind="actor",
        pid=pid,
        takes=topics(inputs, Lane.STREAM),
        gives=tuple(k.spec.topic for k in outputs),
        hears=topics(inputs, Lane.CONTROL),
        watches=topics(inputs, Lane.LATEST, Lane.STATE),
        states=topics(outputs, Lane.STATE),
        bulky=tuple(k.spec.topic for k in outputs if k.spec.bulky),
    )
