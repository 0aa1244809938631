"""Exchange of the latest and state lanes and of taps: who subscribed to what, and the last value of each state. Pure.

A tap of any topic is a subscription to "~topic" (everything) or "^topic" (headers; the payload is replaced by its length
in decimal): the hub makes the copy, so a tap never takes a message away from anybody. A fourth frame numbers the copies of a
topic in the life of a hub: a gap there is what the tap lost; a gap in the messages' own numbers is what never passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bus.codec import MAX_TOPIC_BYTES, Torn

WHOLE = b"~"
HEADERS = b"^"
MAX_STATES = 4_096
MAX_WANTED = 1_024
"""Different prefixes: some 40 topics, each in three ways, make a call."""
MAX_NUMBER_BYTES = 64


@dataclass(frozen=True, slots=True)
class CopyNumber:
    """Which copy of a topic this is. Zero: a last value that is told again."""

    boot: int
    number: int

    def encoded(self) -> bytes:
        """The fourth frame of a copy."""
        return b"%d %d" % (self.boot, self.number)

    @classmethod
    def read(cls, frame: bytes) -> CopyNumber:
        """Raises Torn."""
        boot, _, number = frame.partition(b" ")
        if not (boot.isdigit() and number.isdigit() and len(frame) <= MAX_NUMBER_BYTES):
            raise Torn("copy", "a copy without a number")
        return cls(int(boot), int(number))


class Exchange:
    """Keeps subscriptions and last values; says what to forward."""

    def __init__(self, boot: int = 0) -> None:
        self._boot = boot
        self._copied: Counter[bytes] = Counter()
        self._wanted: Counter[bytes] = Counter()
        self._upstream: set[bytes] = set()
        self._states: dict[tuple[bytes, str], tuple[int, int, list[bytes]]] = {}
        self._state_topics: set[bytes] = set()

    def declare_state(self, topics: Iterable[bytes]) -> list[bytes]:
        """Topics of the state lane, always wanted by the hub itself; gives the upstream subscriptions to make."""
        self._state_topics |= set(topics)
        return self._refresh()

    def subscription(self, frame: bytes) -> tuple[list[bytes], list[list[bytes]]]:
        """Takes a subscription frame (1 or 0, then the prefix).

        Gives the frames to send upstream, and the last values to publish to the newcomer (everybody gets them again;
        receivers drop what they had by its sequence number). Raises Torn.
        """
        prefix = frame[1:]
        if frame[:1] not in (b"\x00", b"\x01") or len(prefix) > MAX_TOPIC_BYTES + 1:
            raise Torn("subscription", f"{len(frame)} bytes that are no subscription")
        if frame[:1] == b"\x01":
            if prefix not in self._wanted and len(self._wanted) >= MAX_WANTED:
                raise Torn("crowded", f"{MAX_WANTED} subscriptions are there already")
            self._wanted[prefix] += 1
            replay = self._replay(prefix)
        else:
            self._wanted[prefix] -= 1
            if self._wanted[prefix] <= 0:
                del self._wanted[prefix]
            replay = []
        return self._refresh(), replay

    def wanted_besides(self, prefixes: Iterable[bytes]) -> list[bytes]:
        """What is wanted by others than the one who wants these prefixes."""
        theirs = set(prefixes)
        return [prefix for prefix, count in self._wanted.items() if count > (prefix in theirs)]

    def is_tapped(self, topic: bytes) -> bool:
        """Whether anybody watches the topic."""
        return WHOLE + topic in self._wanted or HEADERS + topic in self._wanted

    def taps(self, topic: bytes) -> int:
        """How many watch the topic."""
        return self._wanted[WHOLE + topic] + self._wanted[HEADERS + topic]

    def copies(self, frames: Sequence[bytes]) -> list[list[bytes]]:
        """The copies that taps of this message get."""
        topic, header, payload = frames
        copies = []
        if WHOLE + topic in self._wanted:
            copies.append(self._numbered(WHOLE + topic, header, payload))
        if HEADERS + topic in self._wanted:
            copies.append(self._numbered(HEADERS + topic, header, b"%d" % len(payload)))
        return copies

    def keep(self, topic: bytes, source: str, order: tuple[int, int], frames: Sequence[bytes]) -> bool:
        """Remembers the last value of a state, for each source; `order` is (epoch, seq). False when it is not news."""
        known = self._states.get((topic, source))
        if known and known[:2] >= order:
            return False
        if known or len(self._states) < MAX_STATES:
            self._states[topic, source] = (*order, list(frames))
        return True

    def forget(self, group: str) -> None:
        """An actor was taken out of the call, with all its replicas: its states are nobody's any more."""
        for key in [key for key in self._states if key[1].partition("#")[0] == group]:
            del self._states[key]

    def last_values(self) -> list[tuple[str, list[bytes]]]:
        """Source and frames of every state."""
        return [(source, list(frames)) for (_, source), (_, _, frames) in self._states.items()]

    def remembered(self, source: str) -> tuple[tuple[bytes, bytes, bytes], ...]:
        """Frames of the last value of each state that came from a source."""
        return tuple(
            (frames[0], frames[1], frames[2]) for (_, name), (_, _, frames) in self._states.items() if name == source
        )

    def is_state(self, topic: bytes) -> bool:
        """Whether the topic was declared as a state."""
        return topic in self._state_topics

    def _numbered(self, topic: bytes, header: bytes, payload: bytes) -> list[bytes]:
        self._copied[topic] += 1
        return [topic, header, payload, CopyNumber(self._boot, self._copied[topic]).encoded()]

    def _replay(self, prefix: bytes) -> list[list[bytes]]:
        mark = prefix[:1] if prefix[:1] in (WHOLE, HEADERS) else b""
        replay = []
        for (topic, _), (_, _, frames) in self._states.items():
            if (mark + topic).startswith(prefix):
                payload = b"%d" % len(frames[2]) if mark == HEADERS else frames[2]
                told = [mark + topic, frames[1], payload]
                replay.append([*told, CopyNumber(self._boot, 0).encoded()] if mark else told)
        return replay

    def _refresh(self) -> list[bytes]:
        wanted = self._state_topics | {p.lstrip(WHOLE + HEADERS) for p in self._wanted}
        changes = [b"\x01" + p for p in wanted - self._upstream] + [b"\x00" + p for p in self._upstream - wanted]
        self._upstream = wanted
        return changes
