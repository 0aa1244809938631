"""Voice line: the voices of all replies that a process has in hand. Pure: time is an argument."""

from __future__ import annotations

from typing import Generic

from actors.reply_voice import Passed, ReplyVoice, T, VoiceMessage
from bus.messages import Place

MOST_REPLIES = 8
"""Replies remembered; the oldest is forgotten."""


class VoiceLine(Generic[T]):
    """Hands each message to the voice of its reply."""

    def __init__(self) -> None:
        self._replies: dict[tuple[int, int], ReplyVoice[T]] = {}

    def restore(self, place: Place) -> None:
        """A process before this one came to `place`."""
        self._replies[place.turn, place.gen] = ReplyVoice(place)

    def take(self, message: VoiceMessage, turn: int, gen: int, tag: T, now_ns: int) -> list[Passed[T]]:
        """Takes a message; gives what can be passed now, in order."""
        reply = self._replies.get((turn, gen))
        if reply is None:
            reply = self._replies[turn, gen] = ReplyVoice(Place(turn=turn, gen=gen))
            if len(self._replies) > MOST_REPLIES:
                del self._replies[min(self._replies)]
        return reply.take(message, tag, now_ns)

    def skip(self, now_ns: int) -> list[Passed[T]]:
        """What can be passed since a sentence was given up."""
        return [passed for reply in self._replies.values() for passed in reply.skip(now_ns)]

    def spare(self) -> list[T]:
        """Tags of messages that wait but are to be finished, for want of room."""
        return [tag for reply in self._replies.values() for tag in reply.spare()]

    def lost_ns(self) -> int | None:
        """When `skip` must be asked if nothing comes in; None: only then."""
        return min((at for r in self._replies.values() if (at := r.lost_ns()) is not None), default=None)

    def cut(self, below_gen: int) -> None:
        """Barge-in: forgets what is older than `below_gen`."""
        self._replies = {key: reply for key, reply in self._replies.items() if key[1] >= below_gen}

    @property
    def lost(self) -> int:
        """Sentences of these replies that were given up."""
        return sum(reply.lost for reply in self._replies.values())
