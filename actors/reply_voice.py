"""Reply's voice: what was spoken of its sentences in, in any order; one line of sound out, counted from its start. Pure.

Several voices may speak the sentences of a reply at once, and one that died half-way is followed by another. Every message
that goes in comes out once, when its turn has come, with the sound that it adds to the reply: none for a mark, and none
for what was heard before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

import msgspec

from bus.clock import SECOND
from bus.messages import RATE_HZ, Phoneme, Place, SentenceEnd, VoiceAudio, VoiceDone

T = TypeVar("T")
VoiceMessage: TypeAlias = VoiceAudio | SentenceEnd | VoiceDone

BYTES = 2
"""Per sample."""
SILENCE = ""
"""The phoneme of a mouth at rest."""
LOST_NS = 12 * SECOND
"""A sentence that others wait for, and nothing new came for so long: nobody speaks it any more. Longer than it takes to
notice that a voice hangs; shorter than the turn-manager waits for a reply."""
MOST_WAITING = 300 * RATE_HZ * BYTES
"""So much sound waits behind a sentence at most; then that one counts as lost."""
MOST_UNFINISHED = 40 * RATE_HZ * BYTES
"""Sound that waits and that the hub keeps, too. More than this would fill the window of what is on its way to a process, and
the sentence that it waits for could not come in any more."""


@dataclass(frozen=True, slots=True)
class Passed(Generic[T]):
    """A message whose turn has come: `tag` came with it, `pcm` (s16le, may be empty) begins at sample `position` of the reply."""

    tag: T
    position: int
    pcm: bytes = b""
    phonemes: tuple[Phoneme, ...] = ()
    place: Place | None = None
    """A sentence is over: what a successor must know before this message is finished."""
    over: bool = False
    """The reply has no sound after `position`."""

    @property
    def end(self) -> int:
        """The sample after the last one."""
        return self.position + len(self.pcm) // BYTES


@dataclass(slots=True, eq=False)
class _Waiting(Generic[T]):
    message: VoiceAudio | SentenceEnd
    tag: T
    kept: bool = True
    """Neither passed nor spared."""


class ReplyVoice(Generic[T]):
    """The voice of one reply, from `place` on."""

    def __init__(self, place: Place) -> None:
        self._place = place
        """Of the sentence whose turn it is."""
        self._end = place.position
        """All sound before this sample was passed."""
        self._later: dict[int, list[_Waiting[T]]] = {}
        self._order: deque[_Waiting[T]] = deque()
        self._waiting = self._unfinished = 0
        self._done: tuple[int, T] | None = None
        self._over = False
        self._news_ns = 0
        self.lost = 0
        """Sentences that were given up."""

    def take(self, message: VoiceMessage, tag: T, now_ns: int) -> list[Passed[T]]:
        """Takes a message; gives what can be passed now, in order."""
        self._news_ns = now_ns
        if isinstance(message, VoiceDone):
            if self._done:
                return [Passed(tag, self._end)]
            self._done = (message.sentences, tag)
            return list(self._close())
        if message.sentence > self._place.sentence:
            self._keep(_Waiting(message, tag))
            return []
        return [self._pass(message, tag), *self._release()]

    def lost_ns(self) -> int | None:
        """When the sentence whose turn it is is given up; None while nobody waits for it."""
        if self._waiting > MOST_WAITING:
            return self._news_ns
        waited_for = not self._over and (self._later or self._done)
        return self._news_ns + LOST_NS if waited_for else None

    def skip(self, now_ns: int) -> list[Passed[T]]:
        """Goes on behind a sentence that is lost; nothing before its time has come."""
        lost_ns = self.lost_ns()
        if lost_ns is None or now_ns < lost_ns:
            return []
        self.lost += 1
        self._news_ns = now_ns
        behind = min(self._later, default=self._done[0] if self._done else 0)
        broken_off = self._place.after(max(0, self._end - self._place.start), 0)
        self._place = msgspec.structs.replace(broken_off, sentence=behind)
        return list(self._release())

    def spare(self) -> Iterator[T]:
        """Tags of messages that wait and should be finished all the same, the oldest ones, for want of room."""
        while self._unfinished > MOST_UNFINISHED:
            oldest = self._order.popleft()
            if oldest.kept:
                oldest.kept = False
                self._unfinished -= len(oldest.message.payload)
                yield oldest.tag

    def _keep(self, one: _Waiting[T]) -> None:
        self._later.setdefault(one.message.sentence, []).append(one)
        self._order.append(one)
        self._waiting += len(one.message.payload)
        self._unfinished += len(one.message.payload)

    def _release(self) -> Iterator[Passed[T]]:
        """What waited for the sentence whose turn it is now, and for those that this completes."""
        while waiting := self._later.pop(self._place.sentence, None):
            for one in waiting:
                self._waiting -= len(one.message.payload)
                if one.kept:
                    one.kept = False
                    self._unfinished -= len(one.message.payload)
                yield self._pass(one.message, one.tag)
        while self._order and not self._order[0].kept:
            self._order.popleft()
        yield from self._close()

    def _close(self) -> Iterator[Passed[T]]:
        if self._done and not self._over and self._place.sentence >= self._done[0]:
            self._over = True
            yield Passed(self._done[1], self._end, over=True)

    def _pass(self, message: VoiceAudio | SentenceEnd, tag: T) -> Passed[T]:
        if message.sentence < self._place.sentence:
            return Passed(tag, self._end)
        if isinstance(message, VoiceAudio):
            return self._lay(message, tag)
        spoken = max(message.samples, self._end - self._place.start)
        self._place = self._place.after(spoken, message.pause)
        self._end = max(self._end, self._place.position)
        return Passed(tag, self._end, place=self._place)

    def _lay(self, audio: VoiceAudio, tag: T) -> Passed[T]:
        """The sound of a piece without what was passed before; the first one with the pause before it."""
        start, pcm = self._place.start + audio.position, audio.payload
        phonemes = tuple(Phoneme(p.ipa, self._place.start + p.position) for p in audio.phonemes)
        if audio.position == 0 and self._end < start:
            pcm = bytes((start - self._end) * BYTES) + pcm
            start, phonemes = self._end, (Phoneme(SILENCE, self._end), *phonemes)
        again = min(max(0, self._end - start) * BYTES, len(pcm))
        if again == len(pcm):
            return Passed(tag, self._end)
        start, pcm = start + again // BYTES, pcm[again:]
        self._end = start + len(pcm) // BYTES
        return Passed(tag, start, pcm, tuple(p for p in phonemes if p.position >= start))
