"""Schedule: when each slice of sound and each mouth is to be heard and seen, and how early it is sent.

Sound is the master: a reply starts as soon as its first mouth is there, but waits for a face only `face_wait_ms`; then
mic-out's clock says what is heard, and slices and mouths follow at most `ahead_ms` before it, so that a cut is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import msgspec

from actors.av_sync.reply import Reply
from actors.av_sync.timeline import Timeline, nanoseconds
from bus.clock import MS
from bus.messages import RATE_HZ, FaceFrame, MouthFrame, Shown, SoundClock, SoundSlice

LATE_NS = 40 * MS
"""A mouth this late belongs to a sound that is over."""
LINGER_NS = 300 * MS
"""How long mouths of a reply are still taken after its end."""
FAREWELL_MS = 300
"""So much more is sent ahead by a process that goes: its successor's turn comes up to 0.2 s later, when the others have what
this one sent, and on a busy machine later still."""


class ScheduleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long things wait."""

    face_wait_ms: Annotated[int, msgspec.Meta(ge=0, le=2_000)] = 80
    """Longest wait of a reply's voice for its first mouth. A face that gave nothing in the last reply is not waited for."""
    lead_ms: Annotated[int, msgspec.Meta(ge=0, le=500)] = 20
    """From the start of a reply to its first sample: time for the way to the sinks."""
    ahead_ms: Annotated[int, msgspec.Meta(ge=40, le=2_000)] = 250
    """How far ahead of what is heard slices and mouths are sent."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A message whose time to be sent has come."""

    message: SoundSlice | FaceFrame
    turn: int
    gen: int


class Schedule:
    """Voice and mouth in, slices and frames with their presentation times out. Replies follow one another."""

    Settings: ClassVar = ScheduleSettings

    def __init__(self, settings: ScheduleSettings) -> None:
        self._settings = settings
        self._ahead_samples = settings.ahead_ms * RATE_HZ // 1_000
        self._replies: list[Reply] = []
        self._over = (-1, -1)
        self._floor = 0
        self._held = False
        self._face_alive = True
        self._face_away = False
        self._clock: tuple[tuple[int, int], Timeline] | None = None
        self.dropped_frames = 0
        """Mouths that came too late, without a voice or in too great a number."""

    def voice(self, turn: int, gen: int, position: int, pcm: bytes, now_ns: int) -> Reply | None:
        """Takes a piece of the voice (s16le, 48 kHz); the reply that it belongs to, None when that one is over."""
        self._forget_old(now_ns)
        reply = self._reply(turn, gen)
        if reply is not None:
            if not reply.has_voice:
                reply.face_deadline_ns = now_ns + (self._settings.face_wait_ms * MS if self._waits_for_face else 0)
            reply.add_sound(position, pcm, now_ns)
        return reply

    def is_overfull(self, turn: int, gen: int) -> bool:
        """More sound of the reply waits than is good."""
        return any(reply.overfull for reply in self._replies if reply.key == (turn, gen))

    def voice_done(self, turn: int, gen: int, samples: int, now_ns: int) -> None:
        """The voice of a reply is complete."""
        if reply := self._reply(turn, gen):
            reply.finish(samples, now_ns)

    def mouth(self, turn: int, gen: int, frame: MouthFrame) -> None:
        """Takes a mouth frame; it is kept for its time."""
        self._face_alive = True
        reply = self._reply(turn, gen)
        if reply is None or not reply.add_frame(frame):
            self.dropped_frames += 1

    def face_is_away(self, away: bool, now_ns: int) -> None:
        """Nobody draws mouths now, or somebody does again: whoever waits for one is let go."""
        if away == self._face_away:
            return
        self._face_away, self._face_alive = away, not away
        for reply in self._replies:
            if away and reply.timeline is None:
                reply.face_deadline_ns = min(reply.face_deadline_ns, now_ns)

    @property
    def _waits_for_face(self) -> bool:
        return self._face_alive and not self._face_away

    def clock(self, turn: int, gen: int, clock: SoundClock) -> None:
        """What mic-out really plays: from now on the times follow it."""
        timeline = Timeline(clock.position, clock.at_ns, clock.running)
        self._clock = ((turn, gen), timeline)
        for reply in self._replies:
            if reply.key == (turn, gen) and reply.timeline is not None:
                reply.timeline = timeline

    def pause(self, now_ns: int) -> None:
        """Holds every time where it is."""
        self._held = True
        for reply in self._replies:
            if reply.timeline is not None:
                reply.timeline = reply.timeline.held(now_ns)

    def resume(self, now_ns: int) -> None:
        """Times go on."""
        self._held = False
        for reply in self._replies:
            if reply.timeline is not None:
                reply.timeline = reply.timeline.resumed(now_ns)

    def cut(self, below_gen: int) -> None:
        """Forgets what is older than `below_gen`; ends a pause."""
        self._floor = max(self._floor, below_gen)
        self._held = False
        for reply in [r for r in self._replies if r.gen < self._floor]:
            self._forget(reply)

    def next_due(self, now_ns: int) -> Planned | None:
        """The next message whose time to be sent has come."""
        self._forget_old(now_ns)
        for reply in self._in_turn():
            if planned := self._due_of(reply, now_ns):
                return planned
        return None

    def wake_ns(self, now_ns: int) -> int | None:
        """When `next_due` should be asked again if nothing comes in; None: only then."""
        times = [at for reply in self._in_turn() for at in self._wakes_of(reply, now_ns)]
        return min(times, default=None)

    def leave(self) -> None:
        """This process goes: from now on more is sent ahead, so that nobody hears how long the change takes."""
        self._ahead_samples += FAREWELL_MS * RATE_HZ // 1_000

    def skew_ms(self, turn: int, gen: int, shown: Shown) -> float | None:
        """How much later than its sound a mouth was seen; None while that sound is not running."""
        if self._clock is None or self._clock[0] != (turn, gen) or not self._clock[1].running:
            return None
        return (shown.at_ns - self._clock[1].at(shown.position, shown.at_ns)) / MS

    def _reply(self, turn: int, gen: int) -> Reply | None:
        for reply in self._replies:
            if reply.key == (turn, gen):
                return reply
        if gen < self._floor or (turn, gen) <= self._over:
            return None
        reply = Reply(turn, gen)
        self._replies.append(reply)
        self._replies.sort(key=lambda r: r.key)
        return reply

    def _in_turn(self) -> list[Reply]:
        """Replies whose mouths may still be sent, up to the first one whose voice is not sent to its end."""
        voiced = [r for r in self._replies if r.has_voice]
        speaking = next((i for i, r in enumerate(voiced) if not r.closed), len(voiced))
        return voiced[: speaking + 1]

    def _due_of(self, reply: Reply, now_ns: int) -> Planned | None:
        reply.give_up_lost(now_ns)
        if reply.timeline is None:
            reply.timeline = self._start(reply, now_ns)
        timeline = reply.timeline
        if timeline is None:
            return None
        horizon = max(timeline.heard(now_ns), reply.begin or 0) + self._ahead_samples
        if reply.slice_ready and reply.cursor <= horizon:
            position, pcm, last = reply.take_slice()
            at_ns = self._at(timeline, position, now_ns)
            sound = SoundSlice(position=position, at_ns=at_ns, last=last, payload=pcm)
            return Planned(sound, reply.turn, reply.gen)
        while (waiting := reply.next_frame) is not None and waiting <= horizon:
            frame, at_ns = reply.take_frame(), self._at(timeline, waiting, now_ns)
            if at_ns < now_ns - LATE_NS:
                self.dropped_frames += 1
                continue
            picture = FaceFrame(
                position=waiting, at_ns=at_ns, clip_frame=frame.clip_frame, last=frame.last, payload=frame.payload
            )
            return Planned(picture, reply.turn, reply.gen)
        return None

    def _at(self, timeline: Timeline, position: int, now_ns: int) -> int:
        lead_ns = 0 if timeline.running else self._settings.lead_ms * MS
        return timeline.at(position, now_ns) + lead_ns

    def _start(self, reply: Reply, now_ns: int) -> Timeline | None:
        """The plan of a reply, once it may start."""
        if self._clock is not None and self._clock[0] == reply.key:
            return self._clock[1]
        if self._held or not (reply.has_first_face or (reply.begin is not None and now_ns >= reply.face_deadline_ns)):
            return None
        start_ns = now_ns + self._settings.lead_ms * MS
        for before in self._replies[: self._replies.index(reply)]:
            if before.timeline is not None:
                start_ns = max(start_ns, before.timeline.at(before.end, now_ns))
        return Timeline(reply.cursor, start_ns, running=True)

    def _wakes_of(self, reply: Reply, now_ns: int) -> list[int]:
        times = [lost_ns] if (lost_ns := reply.lost_ns()) is not None else []
        if reply.timeline is None:
            return times if self._held or reply.begin is None else [*times, reply.face_deadline_ns]
        if not reply.timeline.running:
            return times
        waiting = [reply.cursor] if reply.slice_ready else []
        waiting += [frame] if (frame := reply.next_frame) is not None else []
        times += [reply.timeline.at(position - self._ahead_samples, now_ns) for position in waiting]
        return [*times, reply.timeline.at(reply.end, now_ns) + LINGER_NS] if reply.closed else times

    def _forget_old(self, now_ns: int) -> None:
        """Forgets replies that were heard to their end, and mouths of replies that never got a voice."""
        speaking = next((r.key for r in self._replies if r.timeline is not None and not r.closed), (-1, -1))
        for reply in list(self._replies):
            if reply.closed and reply.timeline is not None:
                ended_ns = reply.timeline.at_ns + nanoseconds(reply.end - reply.timeline.position)
                if reply.timeline.heard(now_ns) >= reply.end and now_ns >= ended_ns + LINGER_NS:
                    self._face_alive = reply.had_face or reply.end == 0
                    self._forget(reply)
            elif not reply.has_voice and reply.key < speaking:
                self._forget(reply)

    def _forget(self, reply: Reply) -> None:
        self._replies.remove(reply)
        self._over = max(self._over, reply.key)
        self.dropped_frames += reply.drop()
