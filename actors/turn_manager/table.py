"""Table of the turns: what happens in which phase, where it leads, and what is done on the way.

Rules that the table rests on:
1. There is a reply in thinking, speaking and paused, and in no other phase.
2. The user's turn is open in user-speaking and interrupted: from the first sound until the wait after the last one. The
   difference: in interrupted it was taken from a reply, so a bare "stop" is all that was wanted, and no answer follows.
3. Speech in thinking or paused overlaps a reply. What it is worth is decided once: confirmed, dismissed or hush. The
   voice is held meanwhile (paused), and never for longer than the rules of `overlap.py` allow.
4. Every way out of a reply but `done` goes through `cut`, which raises the generation.

`machine.py` carries this out; the diagram in the docs is drawn by `mermaid()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

from bus.messages import Phase

Trigger: TypeAlias = Literal[
    "speech",
    "ended",
    "empty",
    "confirmed",
    "dismissed",
    "hush",
    "heard",
    "adopted",
    "done",
    "late",
    "unanswered",
    "asked",
    "script",
]
Act: TypeAlias = Literal["answer", "apologise", "close", "cut", "forget", "hold", "note", "recite", "release", "reopen"]

TRIGGERS: Mapping[Trigger, str] = {
    "speech": "the user makes a sound of speech, or was making it when the phase began",
    "ended": "the user's open turn is over and has words",
    "empty": "the user's open turn is over and has none",
    "confirmed": "speech over a reply is a turn: it is long, or has words that are not backchannel",
    "dismissed": "speech over a reply was nothing: no words, or only backchannel",
    "hush": "the user asked for silence and for nothing else",
    "heard": "the first sound of the reply is heard",
    "adopted": "a reply is heard that was begun before this process was",
    "done": "the reply has been played to its end, or is complete in writing because nobody can speak it",
    "late": "nothing new was heard of the reply for too long; of one that was not heard at all the words are shown",
    "unanswered": "no word of the answer came in time, or it is known that none will",
    "asked": "a person typed a user's turn",
    "script": "a text to be spoken word for word waits, and nobody has the floor",
}
ACTS: Mapping[Act, str] = {
    "answer": "close the user's turn and ask for a reply to it",
    "apologise": "say that there is no answer",
    "close": "the reply is complete: note what was heard of it",
    "cut": "raise the generation: the reply is void; note what was heard of it",
    "forget": "drop the speech that was collected",
    "hold": "hold the voice",
    "note": "note the user's words in the conversation, unanswered",
    "recite": "have the next waiting text spoken",
    "release": "let the voice go on from the very sample",
    "reopen": "should no word of the reply turn out to have been heard, the user's turn before it goes on",
}


class Way(NamedTuple):
    """Where a trigger leads, and what is done, in this order, on the way."""

    to: Phase
    acts: tuple[Act, ...] = ()


Table: TypeAlias = Mapping[Phase, Mapping[Trigger, Way]]

TABLE: Table = {
    "listening": {
        "speech": Way("user-speaking"),
        "asked": Way("thinking", ("answer",)),
        "script": Way("thinking", ("recite",)),
        "adopted": Way("speaking"),
    },
    "user-speaking": {
        "ended": Way("thinking", ("answer",)),
        "empty": Way("listening", ("forget",)),
        "asked": Way("thinking", ("answer",)),
        "adopted": Way("speaking"),
    },
    "thinking": {
        "heard": Way("speaking"),
        "confirmed": Way("interrupted", ("reopen", "cut")),
        "dismissed": Way("thinking", ("forget",)),
        "hush": Way("listening", ("cut", "note")),
        "asked": Way("thinking", ("cut", "forget", "answer")),
        "done": Way("listening", ("close",)),
        "late": Way("listening", ("cut",)),
        "unanswered": Way("thinking", ("cut", "apologise")),
    },
    "speaking": {
        "speech": Way("paused", ("hold",)),
        "asked": Way("thinking", ("cut", "answer")),
        "done": Way("listening", ("close",)),
        "late": Way("listening", ("cut",)),
    },
    "paused": {
        "confirmed": Way("interrupted", ("reopen", "cut")),
        "dismissed": Way("speaking", ("forget", "release")),
        "hush": Way("listening", ("cut", "note")),
        "asked": Way("thinking", ("cut", "forget", "answer")),
        "done": Way("user-speaking", ("close", "release")),
    },
    "interrupted": {
        "ended": Way("thinking", ("answer",)),
        "empty": Way("listening", ("forget",)),
        "hush": Way("listening", ("note",)),
        "asked": Way("thinking", ("answer",)),
    },
}


def mermaid(table: Table = TABLE) -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> listening"]
    lines += [f'    state "{phase}" as {_identifier(phase)}' for phase in table if "-" in phase]
    for phase, ways in table.items():
        for trigger, way in ways.items():
            acts = f" / {', '.join(way.acts)}" if way.acts else ""
            lines.append(f"    {_identifier(phase)} --> {_identifier(way.to)}: {trigger}{acts}")
    return "\n".join(lines) + "\n"


def _identifier(phase: Phase) -> str:
    """Mermaid takes a hyphen for an arrow."""
    return phase.replace("-", "_")
