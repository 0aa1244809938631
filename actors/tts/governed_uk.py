"""Governed words of Ukrainian: numbers behind a preposition that asks for the genitive, and abbreviations before a name or number."""

from __future__ import annotations

import re

from actors.tts.numerals import MOST_DIGITS, Forms, genitive, is_one, ukrainian, ukrainian_genitive
from actors.tts.units_uk import CENTS, FEMININE, MONTHS, NUMBER, UNITS

ASKING = "до|від|із|зі|з|близько|після|біля|більше|менше|без|для|протягом"
"""Words behind which a number stands in the genitive. "з" also means "with", and then asks for another case."""
_UNIT = "|".join(map(re.escape, UNITS))
_DATE = r"(?!0\d|[12]\d{3}\s(?:рік|року|році|роки|років|рр?\.))"
_MORE = rf"(?!\d|[.,:/]\d|\s?[–-]\s?\d|-\w|\s(?:{'|'.join(MONTHS)})\b|\s\w+(?:ами|ями|ьма)\b)"
GENITIVE = (
    rf"\b(?P<before>(?i:{ASKING}))\s(?P<sign>[$€£₴])?{_DATE}(?P<number>{NUMBER}){_MORE}"
    rf"(?:\s?(?P<unit>{_UNIT})(?![\w/])(?:\.?\s?(?P<then>грн|USD|EUR|[$€£₴])(?!\w))?\.?)?"
)
"""A date, a time of day, a year and a range have rules of their own."""
PARTS = ("десятої", "сотої", "тисячної"), ("десятих", "сотих", "тисячних")

NAMES: dict[str, tuple[str, str, str]] = {
    "п": ("пункт", "пункту", "пункті"), "ст": ("стаття", "статті", "статті"), "рис": ("рисунок", "рисунка", "рисунку"),
    "табл": ("таблиця", "таблиці", "таблиці"), "с": ("сторінка", "сторінки", "сторінці"), "стор": ("сторінка", "сторінки", "сторінці"),
    "т": ("том", "тому", "томі"), "розд": ("розділ", "розділу", "розділі"), "гл": ("глава", "глави", "главі"),
}  # fmt: skip
"""Before a number: in the nominative, the genitive and the locative."""
PLACES: dict[str, tuple[str, str, str]] = {
    "м": ("місто", "міста", "місті"), "с": ("село", "села", "селі"), "смт": ("селище", "селища", "селищі"),
    "пл": ("площа", "площі", "площі"),
}  # fmt: skip
"""Before a name."""
_CASES = {"у": 2, "в": 2, "на": 2, "до": 1, "від": 1, "з": 1, "із": 1, "біля": 1, "після": 1, "для": 1}
NAMED = (
    rf"(?:\b(?P<before>(?i:{'|'.join(_CASES)}))\s)?(?<![\w.])(?:"
    rf"(?P<name>{'|'.join(NAMES)})\.\s?(?P<number>\d+(?:\.\d+)*)(?![\d/:])"
    rf"|(?<!\d\s)(?P<place>{'|'.join(PLACES)})\.?\s(?=[А-ЯІЇЄҐ][а-яіїєґ'’]))"
)


def of_a_number(match: re.Match[str]) -> str:
    """ "до 5 кг": "до п'яти кілограмів"; "від $2 млн": "від двох мільйонів доларів"."""
    whole, _, part = re.sub(r"\s", "", match["number"]).replace(".", ",").partition(",")
    sign, unit = match["sign"], match["unit"]
    money = (sign or match["then"]) if unit else None
    if len(whole) > MOST_DIGITS:
        return f"{match['before']} {' '.join(ukrainian(int(digit)) for digit in whole)}"
    words = _amount(int(whole), part, unit or sign, feminine=bool(re.match(FEMININE, match.string[match.end() :])))
    return f"{match['before']} {words}" + (f" {UNITS[money][0][2]}" if money else "")


def _amount(whole: int, part: str, name: str | None, *, feminine: bool) -> str:
    """So much of a unit, or of what the text names behind it."""
    forms = UNITS[name][0] if name else ("", "", "", "f" if feminine else "m")
    if part and name in CENTS and len(part) == 2:
        return _many(whole, forms) + (f" {_many(int(part), CENTS[name])}" if part != "00" else "")
    if not part:
        return _many(whole, forms)
    unit = f" {UNITS[name][1]}" if name else ""
    if len(part) > len(PARTS[0]):
        return f"{ukrainian_genitive(whole)} кома {' '.join(ukrainian(int(digit)) for digit in part)}{unit}"
    share = PARTS[0 if is_one(int(part)) else 1][len(part) - 1]
    ones = "цілої" if is_one(whole) else "цілих"
    return f"{ukrainian_genitive(whole, 'f')} {ones} {ukrainian_genitive(int(part), 'f')} {share}{unit}"


def _many(count: int, forms: Forms) -> str:
    """A number and what is counted, both in the genitive."""
    return f"{ukrainian_genitive(count, forms[3])} {genitive(count, forms)}".strip()


def with_its_number(match: re.Match[str]) -> str:
    """ "у п. 3.2": "у пункті три крапка два"; "до м. Києва": "до міста Києва"."""
    before, case = match["before"], _CASES.get((match["before"] or "").lower(), 0)
    led = f"{before} " if before else ""
    if match["place"]:
        return f"{led}{PLACES[match['place']][case]} "
    return f"{led}{NAMES[match['name']][case]} {' крапка '.join(ukrainian(int(part)) for part in match['number'].split('.'))}"
