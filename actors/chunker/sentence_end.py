"""End of a sentence: tells a full stop from the dot of an abbreviation, an initial or a list number. English, Ukrainian."""

from __future__ import annotations

CLOSERS = "\"'»”’)]"
OPENERS = "\"'«“‘(["

_ABBREVIATIONS = """
    mr mrs ms dr prof st vs e.g i.e cf no vol fig approx dept est gen gov hon rev sen rep capt col sgt lt mt ave blvd
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri ph.d u.s u.k
    вул буд кв смт обл тис млн млрд напр див ін ім проф доц акад гр пп тт кн ред пор заст зав тов св див стор пл просп
    бул пров р рр ст хв сек год кг км см мм грн коп д п т о м с
"""
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())
"""Words that a dot belongs to; lower case, without the last dot."""
_CLOSING = "etc a.m p.m inc ltd jr sr co corp ін грн коп рр р хв сек год д п кг км см мм"
CLOSING_ABBREVIATIONS = frozenset(_CLOSING.split())
"""After the dot of these a capital letter shows that the sentence has ended too. "т. д." ends with "д", "т. п." with "п"."""


def ends_sentence(before: str, after: str) -> bool:
    """Whether `before`, which ends with a dot or an ellipsis (perhaps in quotes), ends a sentence when the next word
    begins with the character `after`."""
    text = before.rstrip(CLOSERS)
    if text.endswith(("...", "…")):
        return after.isupper()
    if not text.endswith(".") or after.islower():
        return False
    rest, _, word = text[:-1].rpartition(" ")
    word = word.lstrip(OPENERS).lower()
    if word.isdigit():
        return not (len(word) <= 2 and _begins_line(rest))
    if word in CLOSING_ABBREVIATIONS and after.isupper():
        # "5 р. Київ" reads as well cut as whole, but "А. Д. Іваненко" must stay whole.
        return not text[-2:-1].isupper()
    return not (word in ABBREVIATIONS or word in CLOSING_ABBREVIATIONS or _is_initials(word))


def _begins_line(rest: str) -> bool:
    """Nothing, or a finished sentence, stands before a list number."""
    return not rest or rest.rstrip(CLOSERS)[-1:] in ".!?…:;"


def _is_initials(word: str) -> bool:
    """ "j", "j.r", "u.s": single letters with dots between."""
    return all(len(part) == 1 and part.isalpha() for part in word.split("."))
