"""Progress of replies: which messages are finished once a reply has come so far, so that a successor gets only the rest."""

from __future__ import annotations

from bus.envelope import Header
from bus.messages import Place, SoundSlice
from bus.unit import Unit

Key = tuple[int, int]


class Progress:
    """Holds messages in an actor's unit of work, by the sample of the reply at which they are finished."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._held: dict[Key, list[tuple[int, Header]]] = {}
        self._places: dict[Key, list[Place]] = {}

    def hold(self, cause: Header, end: int, place: Place | None = None) -> None:
        """The message is finished when its reply has come to sample `end`; by then a successor must know the `place`."""
        self._unit.hold(cause)
        key = (cause.turn, cause.gen)
        self._held.setdefault(key, []).append((end, cause))
        if place:
            self._places.setdefault(key, []).append(place)

    def place(self, turn: int, gen: int, position: int) -> Place | None:
        """What is to be told, before `reach`, when the reply comes to sample `position`."""
        passed = [place for place in self._places.get((turn, gen), []) if place.position <= position]
        return passed[-1] if passed else None

    def sent(self, turn: int, gen: int, sound: SoundSlice) -> None:
        """A slice of the reply is somebody else's to keep now."""
        if sound.last:
            self.close(turn, gen)
        else:
            self.reach(turn, gen, sound.position + len(sound.payload) // 2)

    def reach(self, turn: int, gen: int, position: int) -> None:
        """The reply has come to sample `position`; those before it are over."""
        finished = [
            (key, entry)
            for key, entries in self._held.items()
            for entry in entries
            if key < (turn, gen) or (key == (turn, gen) and entry[0] <= position)
        ]
        self._let_go(finished)
        if places := self._places.get((turn, gen)):
            places[:] = [place for place in places if place.position > position]

    def keep_up(self, heard: tuple[int, int, int] | None) -> None:
        """`reach` with turn, generation and sample of the reply in hand; None: there is none."""
        if heard:
            self.reach(*heard)

    def close(self, turn: int, gen: int) -> None:
        """The reply is over, and those before it."""
        self._let_go([(key, e) for key, entries in self._held.items() for e in entries if key <= (turn, gen)])

    def _let_go(self, finished: list[tuple[Key, tuple[int, Header]]]) -> None:
        if not finished:
            return
        self._unit.finish(*(cause for _, (_, cause) in finished))
        gone = {cause.id for _, (_, cause) in finished}
        for key in {key for key, _ in finished}:
            self._held[key] = [e for e in self._held[key] if e[1].id not in gone]
            if not self._held[key]:
                del self._held[key]
                self._places.pop(key, None)
