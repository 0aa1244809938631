"""Spoken text: the answer without what a voice cannot say: markdown, emoji, stage directions. One character at a time."""

from __future__ import annotations

from actors.unspeakable import is_unspeakable

LINE_MARKS = "#>-*•+=|~"
"""Marks of headings, quotes, lists and rules at the start of a line."""
HELD_MOST = 80
"""Characters held back to see whether a bracket or an emphasis is a stage direction."""
LINK_MOST = 500
_STAGE = """
    laugh chuckl giggl smil grin sigh paus nod wink shrug whisper cough gasp groan cheer clear blush bow wave clap
    сміє усміх посміх зітх пауз кива підморг шепо кашля хихи
"""
STAGE_WORDS = tuple(_STAGE.split())
"""How the first word of a stage direction begins: "*smiles warmly*", "(laughs)", "(зітхає)"."""
PAIRS = {"(": ")", "[": "]", "*": "*"}


class SpokenText:
    """Takes the answer's characters, gives those to be spoken. White space stays; a new line ends a line."""

    def __init__(self) -> None:
        self._line = ""
        """Marks at the start of a line; kept until a word begins."""
        self._at_line_start = True
        self._held = ""
        self._label: str | None = None
        """Text of a link whose target may follow."""
        self._target = 0
        self._last = " "

    def hear(self, character: str) -> str:
        """What can be spoken now, often the character itself, sometimes nothing, sometimes all that was held."""
        spoken = self._hear(character)
        if spoken:
            self._last = spoken[-1]
        return spoken

    def finish(self) -> str:
        """What was held back when the answer ended."""
        rest = self._release() if self._held else (self._label or "")
        self._held, self._label = "", None
        return rest

    def _hear(self, character: str) -> str:
        if self._target:
            return self._skip_target(character)
        if self._label is not None:
            return self._after_label(character)
        if self._held:
            return self._hold(character)
        if self._at_line_start:
            return self._begin_line(character)
        return self._plain(character)

    def _begin_line(self, character: str) -> str:
        if character in LINE_MARKS:
            self._line = (self._line + character)[-4:]
            return ""
        if character.isspace():
            self._line = ""
            return character
        marks, self._line, self._at_line_start = self._line, "", False
        glued = marks[-1:] if marks[-1:] in "-+~" and character.isdigit() else ""
        if marks == "*":
            self._held = "*"
            return self._hold(character)
        return glued + self._plain(character)

    def _plain(self, character: str) -> str:
        if character == "\n":
            self._at_line_start = True
            return character
        if character in PAIRS or character == "_":
            self._held = character
            return ""
        if character in "`\\":
            return ""
        if character in "|~\t" or (character.isspace() and character != "\n"):
            return " "
        if is_unspeakable(character):
            return "" if character in "\u00ad\u200b\u200c\u200d\u2060\ufe0f\ufeff" else " "
        return character

    def _hold(self, character: str) -> str:
        mark, inside = self._held[0], self._held[1:]
        if mark == "_":
            self._held = ""
            return ("_" if self._last.isalnum() and character.isalnum() else "") + self._again(character)
        if mark == "*" and not inside and self._is_lone_star(character):
            self._held = ""
            times = "×" if (self._last + character).isdigit() or self._last + character == "  " else ""
            return times + ("" if character == "*" else self._plain(character))
        if character == PAIRS[mark]:
            return self._close(mark, inside)
        self._held += character
        if character == "\n" or len(self._held) > HELD_MOST:
            return self._release()
        if mark != "[" and not _may_be_stage(inside + character):
            return self._release()
        return ""

    def _is_lone_star(self, next_one: str) -> bool:
        """Half of a bold mark, the end of an emphasis, or a multiplication: no emphasis begins here."""
        return next_one == "*" or next_one.isspace() or (self._last.isdigit() and next_one.isdigit())

    def _close(self, mark: str, inside: str) -> str:
        if mark == "[":
            self._held, self._label = "", inside
            return ""
        if _is_stage(inside):
            self._held = ""
            return ""
        return self._release() + ("" if mark == "*" else ")")

    def _release(self) -> str:
        """Gives what was held, spoken as usual text; the mark itself stays only if it is a round bracket."""
        mark, inside, self._held = self._held[0], self._held[1:], ""
        return ("(" if mark == "(" else "") + "".join(self._again(character) for character in inside)

    def _again(self, character: str) -> str:
        """Hears a character that was held. A mark inside a mark is dropped: holding again might never end."""
        if character in "[*_":
            return ""
        return character if character in "()" else self._plain(character)

    def _after_label(self, character: str) -> str:
        label, self._label = self._label or "", None
        if character == "(":
            self._target = 1
            return "".join(self._again(c) for c in label)
        return self._plain(character)  # "[1]", "[laughs]": nothing to say

    def _skip_target(self, character: str) -> str:
        self._target += 1
        if character in ")\n" or self._target > LINK_MOST:
            self._target = 0
            return self._plain(character) if character == "\n" else ""
        return ""


def _first_word(inside: str) -> str:
    return inside.split(" ", 1)[0].lower()


def _may_be_stage(inside: str) -> bool:
    word = _first_word(inside)
    if " " in inside:
        return _is_stage(inside)
    return any(word.startswith(stage) or stage.startswith(word) for stage in STAGE_WORDS)


def _is_stage(inside: str) -> bool:
    return any(_first_word(inside).startswith(stage) for stage in STAGE_WORDS)
