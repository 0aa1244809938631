"""Patience with a reply: how long it may keep everybody waiting, and what follows then. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from actors.turn_manager.conversation import Reply
from actors.turn_manager.faculties import Faculties
from actors.turn_manager.settings import TurnSettings
from bus.clock import MS, SECOND
from bus.messages import Phase

Impatience: TypeAlias = Literal["unanswered", "done", "late"]

WHY: Mapping[Impatience | None, str] = {"unanswered": "no answer came", "late": "reply gave nothing new"}
"""What is logged of it."""

LAST_SOUND_NS = 1_500 * MS
"""A voice that was given up in the middle of a reply: what was already made of it is heard, then nothing new for so long."""

AWAY_NS = 45 * SECOND
"""A host that cannot be reached: what is spoken there waits for the connection, and is as good when it is back."""


def due_at(reply: Reply, phase: Phase, able: Faculties, settings: TurnSettings) -> int:
    """When `judge` is to be asked again, if nothing new is learned of the reply."""
    if able.thinks and able.speaks and not able.whole:
        return reply.progress_ns + max(AWAY_NS, settings.reply_timeout_ms * MS)
    if phase == "thinking" and reply.awaited and settings.answer_within_s:
        return reply.progress_ns + int(settings.answer_within_s * SECOND)
    if phase == "speaking" and not able.speaks:
        return reply.progress_ns + LAST_SOUND_NS
    return reply.progress_ns + settings.reply_timeout_ms * MS


def judge(reply: Reply, phase: Phase, able: Faculties, settings: TurnSettings, now_ns: int) -> Impatience | None:
    """What is to become of a reply in thinking or speaking; None: wait.

    "unanswered": no answer will come; "done": all its words are there, and nobody can speak them; "late": nothing new.
    """
    is_due = now_ns >= due_at(reply, phase, able, settings)
    if phase == "thinking":
        if reply.awaited and (not able.thinks or (is_due and settings.answer_within_s)):
            return "unanswered"
        if reply.complete and not able.speaks:
            return "done"
    return "late" if is_due else None
