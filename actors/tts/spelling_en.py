"""English as it is said: the rules of `spell`, the first that fits at a place counts."""

from __future__ import annotations

import re
from collections.abc import Callable

from actors.tts.addresses import MACHINE, MAIL, PAGE, Addresses
from actors.tts.numerals import MOST_DIGITS, ONES, TENS, english, english_ordinal, english_year

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
MONTH = "(?P<month>" + "|".join(f"{name}|{name[:3]}\\.?" if name != "May" else name for name in MONTHS) + r")(?!\w)"
MONEY = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "₴": ("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
}
CODES = {"USD": "$", "EUR": "€", "GBP": "£", "UAH": "₴"}
SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion"}
UNITS = {
    "km/h": "kilometre an hour|kilometres an hour", "m/s²": "metre a second squared|metres a second squared",
    "m/s": "metre a second|metres a second", "mph": "mile an hour|miles an hour", "km²": "square kilometre",
    "m²": "square metre", "m2": "square metre", "cm²": "square centimetre", "m³": "cubic metre", "m3": "cubic metre",
    "ft²": "square foot|square feet", "ft": "foot|feet", "mi": "mile", "yd": "yard", "lbs": "pound", "lb": "pound",
    "oz": "ounce", "rpm": "revolution a minute|revolutions a minute", "fps": "frame a second|frames a second", "km": "kilometre",
    "cm": "centimetre", "mm": "millimetre", "m": "metre", "kg": "kilogram", "mg": "milligram", "g": "gram",
    "ml": "millilitre", "l": "litre", "°C": "degree Celsius|degrees Celsius", "°F": "degree Fahrenheit|degrees Fahrenheit",
    "°": "degree", "GB": "gigabyte", "MB": "megabyte", "TB": "terabyte", "kHz": "kilohertz|kilohertz",
    "MHz": "megahertz|megahertz", "GHz": "gigahertz|gigahertz", "Hz": "hertz|hertz", "ms": "millisecond",
    "min": "minute", "kW": "kilowatt", "h": "hour", "s": "second",
}  # fmt: skip
PARTS = {2: ("half", "halves"), 4: ("quarter", "quarters")}
BY_NAME = {(24, 7), (9, 11)}
VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
SHORT = {
    "Mr.": "Mister", "Mrs.": "Missis", "Ms.": "Miz", "Dr.": "Doctor", "Prof.": "Professor", "e.g.": "for example",
    "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "approx.": "approximately", "&": "and",
}  # fmt: skip


def said(number: str) -> str:
    """Digits with commas and a point, in words; what is too long to be a number, digit by digit."""
    whole, _, part = number.replace(",", "").partition(".")
    if len(whole) > MOST_DIGITS or (len(whole) > 1 and whole.startswith("0")):
        words = " ".join(ONES[int(digit)] for digit in whole)
    else:
        words = english(int(whole))
    return f"{words} point {' '.join(ONES[int(digit)] for digit in part)}" if part else words


def _money(match: re.Match[str]) -> str:
    number, scale = match["number"], (match["scale"] or "").lower()
    one, many, cent, cents = MONEY[match["sign"] if "sign" in match.groupdict() else CODES[match["code"]]]
    if scale:
        return f"{said(number)} {SCALES.get(scale, scale)} {many}"
    whole, _, part = number.replace(",", "").partition(".")
    words = f"{said(whole)} {one if whole == '1' else many}"
    if whole == "0" and len(part) == 2 and part != "00":
        return f"{english(int(part))} {cent if part == '01' else cents}"
    if len(part) != 2:
        return words if not part else f"{said(number)} {many}"
    return words if part == "00" else f"{words} and {english(int(part))} {cent if part == '01' else cents}"


def _price_range(match: re.Match[str]) -> str:
    """ "$5-10": the first number of it; the currency is said behind the second."""
    scale = (match["scale"] or "").lower()
    many = MONEY[match["sign"]][1]
    return f"{said(match['number'])} to {said(match['upto'])} {f'{SCALES.get(scale, scale)} ' if scale else ''}{many}"


def _share(over: int, under: int, whole: str | None) -> str:
    """ "3/4" is "three quarters", "2 1/2" is "two and a half"; what is no part of something is read as it stands."""
    if not 2 <= under <= 9 or over > under:
        between = " " if (over, under) in BY_NAME else " out of " if over <= under and under % 10 == 0 else " over "
        return f"{said(whole) + ' ' if whole else ''}{english(over)}{between}{english(under)}"
    part, parts = PARTS.get(under, (english_ordinal(under), english_ordinal(under) + "s"))
    if not whole:
        return f"{english(over)} {part if over == 1 else parts}"
    share = f"{'an' if under == 8 else 'a'} {part}" if over == 1 else f"{english(over)} {parts}"
    return f"{said(whole)} and {share}"


def _fraction(match: re.Match[str]) -> str:
    return _share(int(match["over"]), int(match["under"]), match["whole"]) + (" percent" if match["percent"] else "")


def _vulgar(match: re.Match[str]) -> str:
    return _share(*VULGAR[match["vulgar"]], match["whole"])


def _seconds(match: re.Match[str]) -> str:
    """The seconds behind a time of day."""
    seconds = int(match["second"])
    return _time(match) if not seconds else f"{_time(match)} and {english(seconds)} second{'s' * (seconds != 1)}"


def _version(match: re.Match[str]) -> str:
    return " point ".join(said(part) for part in match[0].split("."))


def _time(match: re.Match[str]) -> str:
    hour, minute, half = int(match["hour"]), int(match["minute"]), match["half"]
    minutes = (
        ("" if half else " o'clock")
        if not minute
        else f" oh {english(minute)}"
        if minute < 10
        else f" {english(minute)}"
    )
    return f"{english(hour)}{minutes}{f' {half[0].upper()}M' if half else ''}"


def _date(day: int, month: int, year: int) -> str:
    return f"{MONTHS[month - 1]} {english_ordinal(day)}, {english_year(year)}"


def _iso(match: re.Match[str]) -> str:
    return _date(int(match["day"]), int(match["m"]), int(match["year"]))


def _numeric(match: re.Match[str]) -> str:
    first, second = int(match["a"]), int(match["b"])
    month, day = (first, second) if (first <= 12 and match["mark"] == "/") or second > 12 else (second, first)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return " ".join(said(part) for part in (match["a"], match["b"], match["year"]))
    return _date(day, month, int(match["year"]))


def _written_date(match: re.Match[str]) -> str:
    month = next(name for name in MONTHS if name.startswith(match["month"][:3]))
    year = match["year"]
    return f"{month} {english_ordinal(int(match['day']))}" + (f", {english_year(int(year))}" if year else "")


def _phone(match: re.Match[str]) -> str:
    """Digit by digit, with a short rest between its groups."""
    groups = (" ".join(ONES[int(digit)] for digit in group) for group in re.findall(r"[0-9]+", match[0]))
    return ("plus " if match[0].startswith("+") else "") + ", ".join(groups)


def _decade(match: re.Match[str]) -> str:
    tens = TENS[int(match["tens"])]
    return f"{english(int(match['century']))} {tens[:-1]}ies" if match["century"] else f"{tens[:-1]}ies"


def _unit(match: re.Match[str]) -> str:
    one, _, many = UNITS[match["unit"]].partition("|")
    return f"{said(match['number'])} {one if match['number'] == '1' else many or one + 's'}"


def _rule(pattern: str, say: Callable[[re.Match[str]], str]) -> tuple[re.Pattern[str], Callable[[re.Match[str]], str]]:
    return re.compile(pattern, re.ASCII), say


_SCALE = r"(?:\s?(?P<scale>thousand|million|billion|trillion|bn|mn|[kmbKMB])\b)?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_UNIT = "|".join((*UNITS, "%"))
_CLOCK = r"(?<![\d:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
_HALF = r"(?:\s?(?P<half>[ap]\.?m\b\.?|[AP]M\b))?"
_WHOLE = r"(?:(?<![\d.,/])(?P<whole>\d{1,9})\s?(?=[^\d\s]|\d+/))?"
ADDRESSES = Addresses("at", "dot", "slash", "dash", "underscore", "plus", "port", lambda digit: ONES[digit], said)
ENGLISH = (
    (re.compile(MAIL), ADDRESSES.mail),
    _rule(MACHINE, ADDRESSES.machine),
    (re.compile(PAGE), ADDRESSES.page),
    _rule(r"(?<![\w+])(?:\+\d[\d ()-]{7,}\d|\(\d{3}\)\s?\d{3}-\d{4}|\d{3}-\d{3}-\d{4})(?!\d)", _phone),
    _rule(r"(?:\b(?P<century>1[1-9]|20)|(?:(?<=the\s)|(?<=the\s')))(?P<tens>[2-9])0s\b", _decade),
    _rule(
        r"\b(?P<hour>[1-9]|1[0-2])\s?(?P<half>[ap])(?:\.m\.|m\b)",
        lambda m: f"{english(int(m['hour']))} {m['half'].upper()}M",
    ),
    _rule(
        rf"(?<![\d.,$€£-])(?P<number>{NUMBER})\s?[–-]\s?(?=(?:{NUMBER})\s?(?:{_UNIT})(?![\w°]))",
        lambda m: f"{said(m['number'])} to ",
    ),
    _rule(
        rf"(?P<sign>[$€£₴])\s?(?P<number>{NUMBER})\s?[–-]\s?(?P=sign)?(?P<upto>{NUMBER})(?![\d-]){_SCALE}", _price_range
    ),
    _rule(rf"(?P<sign>[$€£₴])\s?(?P<number>{NUMBER}){_SCALE}", _money),
    _rule(rf"(?<!\d)(?P<year>\d{{4}})-(?P<m>0[1-9]|1[0-2])-{_DAY}(?!\d)", _iso),
    _rule(r"(?<![\d./])(?P<a>\d{1,2})(?P<mark>[./])(?P<b>\d{1,2})(?P=mark)(?P<year>[12]\d{3})(?!\d)", _numeric),
    _rule(rf"\b{MONTH}\s{_DAY}(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<year>[12]\d{{3}})\b)?", _written_date),
    _rule(rf"\b{_DAY}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}(?:,?\s(?P<year>[12]\d{{3}})\b)?", _written_date),
    _rule(rf"{_CLOCK}:(?P<second>[0-5]\d)(?![\d:]){_HALF}", _seconds),
    _rule(rf"{_CLOCK}(?![\d:]){_HALF}", _time),
    _rule(rf"{_WHOLE}(?<![\d./])(?P<over>\d{{1,4}})/(?P<under>\d{{1,4}})(?![\d/])(?P<percent>\s?%)?", _fraction),
    _rule(rf"{_WHOLE}(?P<vulgar>[{''.join(VULGAR)}])", _vulgar),
    _rule(r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d]|\.\d)", _version),
    _rule(r"(?<!\d)(?P<number>\d{1,12})(?:st|nd|rd|th)\b", lambda m: english_ordinal(int(m["number"]))),
    _rule(rf"(?<!\d)(?P<number>{NUMBER}){_SCALE}\s?(?P<code>USD|EUR|GBP|UAH)\b", _money),
    _rule(rf"(?<!\d)(?P<number>{NUMBER})\s?%", lambda m: f"{said(m['number'])} percent"),
    _rule(rf"(?<!\d)(?P<number>{NUMBER})\s?(?P<unit>{'|'.join(UNITS)})(?![\w°])", _unit),
    _rule(rf"(?<!\d)(?P<a>{NUMBER})\s?[–-]\s?(?P<b>{NUMBER})(?![\d-])", lambda m: f"{said(m['a'])} to {said(m['b'])}"),
    _rule(r"\b(?:No\.|№)\s?(?=\d)", lambda _: "number "),
    _rule(r"(?<![\w.])[−-](?=\d)", lambda _: "minus "),
    _rule(r"(?<![\d.,])(?P<year>1[1-9]\d\d|20\d\d)(?![\d.,]\d|\d)", lambda m: english_year(int(m["year"]))),
    _rule(rf"(?P<number>{NUMBER})", lambda m: said(m["number"])),
    *(_rule(rf"(?<!\w){re.escape(short)}", lambda _, words=long: words) for short, long in SHORT.items()),  # type: ignore[misc]
)
