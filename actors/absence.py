"""Absence of actors: what the call has to do without, in words for the person who runs it. Pure."""

from __future__ import annotations

from bus.messages import CallHealth

LOSSES = {
    "vad": "it does not notice when somebody speaks, type instead",
    "asr": "it cannot hear what is said, type instead",
    "turn-manager": "it answers nobody",
    "llm": "it cannot think and only apologises",
    "chunker": "it cannot put its answers into sentences and only apologises in writing",
    "tts": "it has no voice and answers in writing",
    "face": "the voice goes on without the face",
    "av-sync": "its voice and face reach nobody, it answers in writing",
    "mic-out": "it cannot be heard and answers in writing",
    "cam-out": "there is no picture",
    "web": "the page is gone",
}
"""What is lost with each actor of the house."""
MOST = 240
"""Characters of a reason."""


def troubles(health: CallHealth) -> tuple[str, ...]:
    """A line for each process that was given up: what is lost, why, and what to type."""
    lines = []
    for each in health.actors:
        if each.state == "given up":
            actor = each.actor.partition("#")[0]
            loss = LOSSES.get(actor, f"it goes on without {actor}")
            if not health.without(actor):
                loss = f"{actor} goes on with fewer processes"
            reason = each.error if len(each.error) <= MOST else each.error[: MOST - 1] + "…"
            lines.append(f"{loss}: {reason} (avatar restart {each.actor})")
    return tuple(lines)
