"""Overlap of the user's speech with a reply: is it a turn, a request for silence, or nothing?"""

from __future__ import annotations

from typing import Literal, TypeAlias

from actors.turn_manager.backchannel import only_backchannel, only_hush
from actors.turn_manager.settings import TurnSettings
from actors.turn_manager.user_turn import UserTurn, Utterance
from actors.turn_manager.words import words
from bus.clock import MS

Verdict: TypeAlias = Literal["confirmed", "dismissed", "hush"]


_NEVER = 2**63 - 1


def judge(speech: UserTurn, settings: TurnSettings, now_ns: int) -> Verdict | None:
    """What the speech is worth, or None while that is open: look again when anything changes, or at `decided_at`."""
    text = speech.text
    settled = not speech.speaking and (speech.missing_since_ns is None or now_ns >= _given_up_at(speech, settings))
    if settled and only_hush(text):
        return "hush"
    if any(now_ns >= _long_at(one, settings) for one in speech.utterances):
        return "confirmed"
    claims = words(text) and not only_backchannel(text)
    if settled:
        return "confirmed" if claims else "dismissed"
    enough = claims and len(words(text)) >= settings.confirm_words
    return "confirmed" if enough or now_ns >= _insisted_at(speech, settings) else None


def decided_at(speech: UserTurn, settings: TurnSettings) -> int:
    """When `judge` decides at the latest, if nothing more is learned."""
    if speech.speaking:
        return min(_insisted_at(speech, settings), *(_long_at(one, settings) for one in speech.utterances))
    return min(_insisted_at(speech, settings), _given_up_at(speech, settings))


def _given_up_at(speech: UserTurn, settings: TurnSettings) -> int:
    return speech.ended_ns + settings.resume_ms * MS


def _insisted_at(speech: UserTurn, settings: TurnSettings) -> int:
    """When short sounds, one after the other, amount to a turn: it also bounds how long a voice is held."""
    return speech.onset_ns + (settings.confirm_ms + settings.stop_report_ms + settings.resume_ms) * MS


def _long_at(one: Utterance, settings: TurnSettings) -> int:
    """When the utterance is known to have lasted long enough to be a turn."""
    if one.stopped_ns is None:
        return one.started_ns + (settings.confirm_ms + settings.stop_report_ms) * MS
    return one.started_ns if one.stopped_ns - one.started_ns >= settings.confirm_ms * MS else _NEVER
