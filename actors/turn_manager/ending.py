"""Ending of the user's open turn: when it is due, and how long the silence was that it took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from actors.turn_manager.engine import EndOfTurn
from actors.turn_manager.events import Log
from actors.turn_manager.settings import TurnSettings
from actors.turn_manager.user_turn import UserTurn
from bus.clock import MS


@dataclass(frozen=True, slots=True)
class Ending:
    """What is due at `at_ns` unless more is learned before: the end of the turn, or the end of waiting for news."""

    due: Literal["end", "final-missing", "stop-missing"]
    at_ns: int
    wait_ms: int
    """The silence that ends the turn."""


def lose_patience(turn: UserTurn, engine: EndOfTurn, settings: TurnSettings, now_ns: int) -> list[Log]:
    """Goes on without news that have not come in time; gives what is to be logged."""
    lost: list[Log] = []
    end = ending(turn, engine, settings)
    while now_ns >= end.at_ns and end.due != "end":
        if end.due == "stop-missing":
            lost.append(Log("end of speech was never reported", {"waited_ms": settings.lost_speech_ms}))
            turn.close(turn.news_ns)
        else:
            since_ns = turn.missing_since_ns or now_ns
            lost.append(Log("final words did not come", {"waited_ms": (now_ns - since_ns) // MS}))
            turn.give_up()
        end = ending(turn, engine, settings)
    return lost


def ending(turn: UserTurn, engine: EndOfTurn, settings: TurnSettings) -> Ending:
    """How the turn ends as things stand. `turn` has at least one utterance."""
    if turn.speaking:
        return Ending("stop-missing", turn.news_ns + settings.lost_speech_ms * MS, 0)
    if (since_ns := turn.missing_since_ns) is not None:
        patience_ms = settings.wordless_timeout_ms if turn.wordless else settings.final_timeout_ms
        return Ending("final-missing", since_ns + patience_ms * MS, 0)
    complete = engine.looks_complete(turn.text, turn.language, turn.heard)
    wait_ms = settings.end_of_turn_ms if complete else settings.end_of_turn_long_ms
    return Ending("end", turn.ended_ns + wait_ms * MS, wait_ms)
