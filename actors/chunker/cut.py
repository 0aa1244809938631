"""Cut of an answer into pieces that can be spoken by themselves, while it is still being written. Pure.

The first piece is cut early, at a clause, so that the voice can begin; later ones grow, so that the voice has whole
sentences to shape. All decisions are made character by character: how the text was split into tokens changes nothing.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from actors.chunker.sentence_end import CLOSERS, ends_sentence
from actors.chunker.spoken import SpokenText
from actors.unspeakable import has_words

GROWTH_CHARS = 40
"""Each piece may ask for this many characters more than the one before: the voice gets ahead slowly."""
_JOINTS = """
    and but or so because that which who when while if then with without from into for to of in at on as
    і й та а але або бо що який яка яке які коли якщо щоб тому з із зі без від до для на у в по про
"""
JOINTS = frozenset(_JOINTS.split())
"""Words before which a long clause can be cut with the least harm."""

Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class ChunkerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Lengths of the pieces."""

    first_chars: Count = 12
    """The first piece ends at a clause or sentence once it has this many characters, ..."""
    first_words: Count = 3
    """... or this many words."""
    first_most_words: Count = 10
    """Without any mark it is cut at this many words."""
    merge_chars: Count = 120
    """Later sentences are put together until a piece has this many characters."""
    most_chars: Annotated[int, msgspec.Meta(ge=40, le=10_000)] = 200
    """No piece is longer."""


class Cutter:
    """One answer: `feed` it text, take the pieces; `finish` gives the last ones. White space in pieces is one blank."""

    Settings: ClassVar = ChunkerSettings

    def __init__(self, settings: ChunkerSettings) -> None:
        self._settings = settings
        self._spoken = SpokenText()
        self._text = ""
        self._space = False
        self._cuts = 0
        self._forget()

    def fresh(self) -> Cutter:
        """A cutter with the same settings for another answer."""
        return Cutter(self._settings)

    def _forget(self) -> None:
        self._sentence = self._clause = self._joint = 0
        """Places in the text where it could be cut: after a sentence, after a clause, before a joint; 0: none yet."""

    def feed(self, text: str) -> list[str]:
        """The pieces that are complete now."""
        return [piece for c in text for spoken in self._spoken.hear(c) for piece in self._take(spoken)]

    def finish(self) -> list[str]:
        """The answer is over: what is left."""
        pieces = [piece for spoken in self._spoken.finish() for piece in self._take(spoken)]
        return pieces + self._cut(len(self._text))

    def _take(self, character: str) -> list[str]:
        if character == "\n":
            pieces = self._cut(len(self._text))
            self._space = bool(self._text)
            return pieces
        if character.isspace():
            if not self._text or self._space:
                return []
            self._space = True
            return self._at_space()
        pieces = self._at_sentence() if self._space and ends_sentence(self._text, character) else []
        if len(self._text) + self._space >= self._settings.most_chars:
            pieces += self._overflow()
        self._text += f" {character}" if self._space else character
        self._space = False
        return pieces

    def _at_space(self) -> list[str]:
        """A word is complete. A dot must wait for the next word; other marks tell at once."""
        last = self._text.rstrip(CLOSERS)[-1:]
        if last and last in "!?":
            return self._at_sentence()
        if self._text[-1] in ",;:—–" or self._text.endswith(" -"):
            self._clause = len(self._text)
            return self._cut(self._clause) if self._is_clause_long_enough() else []
        if self._cuts:
            return []
        before, _, word = self._text.rpartition(" ")
        if word.lower() in JOINTS and self._may_be_first(before):
            self._joint = len(before)
        if self._text.count(" ") + 1 >= self._settings.first_most_words and last != ".":
            return self._cut(self._joint or len(self._text))
        return []

    def _at_sentence(self) -> list[str]:
        self._sentence = len(self._text)
        enough = min(self._settings.merge_chars, GROWTH_CHARS * self._cuts)
        long_enough = self._sentence >= enough if self._cuts else self._may_be_first(self._text)
        return self._cut(self._sentence) if long_enough else []

    def _is_clause_long_enough(self) -> bool:
        if not self._cuts:
            return self._may_be_first(self._text)
        return len(self._text) >= min(self._settings.merge_chars, GROWTH_CHARS * self._cuts) * 4 // 3

    def _may_be_first(self, text: str) -> bool:
        return len(text) >= self._settings.first_chars or text.count(" ") + 1 >= self._settings.first_words

    def _overflow(self) -> list[str]:
        """The text is as long as it may be: cut it at the best place that there is."""
        length = len(self._text)
        clause = self._clause if self._clause * 3 > length else 0
        for place in (self._sentence, clause, length if self._space else self._text.rfind(" "), length):
            if place > 0 and has_words(self._text[:place]):
                return self._cut(place)
        self._text, self._space = "", False
        self._forget()
        return []

    def _cut(self, at: int) -> list[str]:
        """Cuts the text; marks without a letter or digit stay with what follows."""
        piece, rest = self._text[:at], self._text[at:].lstrip()
        if not has_words(piece):
            return []
        moved = len(rest) - len(self._text)
        self._sentence, self._clause = max(0, self._sentence + moved), max(0, self._clause + moved)
        self._joint = 0
        self._text = rest
        self._space = self._space and bool(rest)
        self._cuts += 1
        return [piece.strip()]
