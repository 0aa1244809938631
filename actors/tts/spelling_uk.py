"""Ukrainian as it is said: the rules of `spell`, the first that fits at a place counts."""

from __future__ import annotations

import re
from collections.abc import Callable

from actors.tts.addresses import MACHINE, MAIL, PAGE, Addresses
from actors.tts.governed_uk import GENITIVE, NAMED, of_a_number, with_its_number
from actors.tts.numerals import MOST_DIGITS, Ending, Gender, counted, roman, ukrainian, ukrainian_ordinal
from actors.tts.units_uk import CENTS, FEMININE, MONTHS, NUMBER, UNIT, UNITS

PARTS = ("десят", "сот", "тисячн")
SUFFIXES: dict[str, Ending] = {
    "й": "m", "ий": "m", "го": "gen_m", "ого": "gen_m", "му": "dat_m", "та": "f", "а": "f", "га": "f", "ша": "f", "тя": "f",
    "ма": "f", "ту": "acc_f", "у": "acc_f", "ї": "gen_f", "ої": "gen_f", "те": "n", "ше": "n", "ге": "n", "ті": "pl", "і": "pl",
    "х": "pl_gen", "их": "pl_gen",
}  # fmt: skip
SHORT = {
    "вул.": "вулиця", "просп.": "проспект", "буд.": "будинок", "кв.": "квартира", "обл.": "область", "ім.": "імені",
    "напр.": "наприклад", "див.": "дивіться", "проф.": "професор", "доц.": "доцент", "акад.": "академік", "св.": "святий",
    "і т. д.": "і так далі", "і т.д.": "і так далі", "тощо": "тощо", "та ін.": "та інші", "т. зв.": "так званий",
    "н. е.": "нашої ери", "грн": "гривень", "млн": "мільйонів", "млрд": "мільярдів", "тис.": "тисяч", "&": "і",
}  # fmt: skip
TODAY = r"(?P<today>(?:[Сс]ьогодні|[Зз]автра|[Вв]чора)\s)?"
HOURS: dict[str, Ending] = {
    "о": "loc_f", "об": "loc_f", "до": "gen_f", "після": "gen_f", "з": "gen_f", "від": "gen_f", "близько": "gen_f",
    "на": "acc_f", "за": "acc_f",
}  # fmt: skip


def said(number: str, gender: Gender = "m") -> str:
    """Digits with blanks and a comma, in words; what is too long to be a number, digit by digit."""
    whole, _, part = re.sub(r"\s", "", number).replace(".", ",").partition(",")
    if len(whole) > MOST_DIGITS or (len(whole) > 1 and whole.startswith("0")):
        words = " ".join(ukrainian(int(digit)) for digit in whole)
        return f"{words} кома {' '.join(ukrainian(int(digit)) for digit in part)}" if part else words
    if not part:
        return ukrainian(int(whole), gender)
    if len(part) > len(PARTS):
        return f"{ukrainian(int(whole))} кома {' '.join(ukrainian(int(digit)) for digit in part)}"
    unit = "ціла" if int(whole) % 10 == 1 and int(whole) % 100 != 11 else "цілих"
    share = PARTS[len(part) - 1] + ("а" if int(part) % 10 == 1 and int(part) % 100 != 11 else "их")
    return f"{ukrainian(int(whole), 'f')} {unit} {ukrainian(int(part), 'f')} {share}"


def _of(number: str, name: str) -> str:
    """So much of a unit."""
    forms, part_of = UNITS[name]
    if re.search(r"[.,]", number):
        return f"{said(number)} {part_of}"
    count = int(re.sub(r"\s", "", number))
    return f"{said(number, forms[3])} {counted(count, forms)}"


def _unit(match: re.Match[str]) -> str:
    return _of(match["number"], match["unit"])


def _money(match: re.Match[str]) -> str:
    number, sign, scale = match["number"], match["sign"], match["scale"]
    if scale:
        return f"{_of(number, scale)} {UNITS[sign][0][2]}"
    whole, _, part = number.replace(".", ",").partition(",")
    if len(part) != 2:
        return _of(number, sign)
    if whole == "0" and part != "00":
        return f"{ukrainian(int(part), CENTS[sign][3])} {counted(int(part), CENTS[sign])}"
    rest = "" if part == "00" else f" {ukrainian(int(part), CENTS[sign][3])} {counted(int(part), CENTS[sign])}"
    return _of(whole, sign) + rest


def _date(match: re.Match[str]) -> str:
    """ "23 листопада" answers the question when, so it stands in the genitive; behind "сьогодні" it names the day."""
    found = match.groupdict()
    month = found.get("name") or MONTHS[int(match["m"]) - 1]
    today = found.get("today") or ""
    words = f"{today}{ukrainian_ordinal(int(match['day']), 'n' if today else 'gen_m')} {month}"
    return words + (f" {ukrainian_ordinal(int(match['year']), 'gen_m')} року" if match["year"] else "")


def _time(match: re.Match[str]) -> str:
    before, hour, minute = match["before"], int(match["hour"]), int(match["minute"])
    ending = HOURS[before.lower()] if before else "f"
    name = {"f": "година", "loc_f": "годині", "gen_f": "години", "acc_f": "годину"}[ending]
    minutes = (
        f" {name}" if not minute else f" нуль {ukrainian(minute, 'f')}" if minute < 10 else f" {ukrainian(minute, 'f')}"
    )
    return f"{before + ' ' if before else ''}{ukrainian_ordinal(hour, ending)}{minutes}"


def _seconds(match: re.Match[str]) -> str:
    """The seconds behind a time of day."""
    count = int(match["second"])
    return _time(match) if not count else f"{_time(match)} і {_of(str(count), 'сек')}"


def _price_range(match: re.Match[str]) -> str:
    """ "$5-10": the currency is said behind the second number."""
    return f"{said(match['number'], UNITS[match['sign']][0][3])} – {_of(match['upto'], match['sign'])}"


def _share(over: int, under: int, whole: str | None) -> str:
    """ "3/4" is "три четвертих", "2 1/2" is "дві цілих одна друга"; what is no part is read as it stands."""
    before = (
        f"{said(whole, 'f')} {'ціла' if counted(int(whole), UNITS['год'][0]) == 'година' else 'цілих'} "
        if whole
        else ""
    )
    if (over, under) == (24, 7):
        return f"{ukrainian(over)} на {ukrainian(under)}"
    if not 2 <= under <= 10 or over >= under:
        return f"{said(whole) + ' ' if whole else ''}{ukrainian(over)} дріб {ukrainian(under)}"
    one = over % 10 == 1 and over != 11
    return f"{before}{ukrainian(over, 'f')} {ukrainian_ordinal(under, 'f' if one else 'pl_gen')}"


def _fraction(match: re.Match[str]) -> str:
    return _share(int(match["over"]), int(match["under"]), match["whole"])


def _vulgar(match: re.Match[str]) -> str:
    return _share(*VULGAR[match["vulgar"]], match["whole"])


def _years(match: re.Match[str]) -> str:
    """ "1991–1995 рр.": both years, in the case of the word behind them."""
    inside = re.search(r"(?<!\w)[ув]\s$", match.string[: match.start()].lower())
    word = ("роках" if inside else "роки") if match["word"] == "рр." else match["word"]
    ending: Ending = {"роки": "m", "років": "gen_m", "роках": "loc_m"}[word]  # type: ignore[assignment]
    return f"{ukrainian_ordinal(int(match['a']), ending)} – {ukrainian_ordinal(int(match['b']), ending)} {word}"


def _hour(match: re.Match[str]) -> str:
    ending: Ending = {"годині": "loc_f", "години": "gen_f", "годину": "acc_f"}[match["name"]]  # type: ignore[assignment]
    return f"{match['before']} {ukrainian_ordinal(int(match['hour']), ending)} {match['name']}"


def _year(match: re.Match[str]) -> str:
    inside = re.search(r"(?<!\w)[уво]\s$", match.string[: match.start()].lower())
    word = {"р.": "році" if inside else "року", "рр.": "років"}.get(match["word"], match["word"])
    ending: Ending = {"рік": "m", "року": "gen_m", "році": "loc_m", "роки": "pl", "років": "pl_gen"}[word]  # type: ignore[assignment]
    return f"{ukrainian_ordinal(int(match['year']), ending)} {word}"


def _rule(pattern: str, say: Callable[[re.Match[str]], str]) -> tuple[re.Pattern[str], Callable[[re.Match[str]], str]]:
    return re.compile(pattern), lambda match: say(match) + _stop(match)


def _stop(match: re.Match[str]) -> str:
    """The dot of an abbreviation behind a number is the full stop, too, where a sentence ends."""
    behind = match.string[match.end() :].lstrip()
    ends = match[0].endswith(".") and any(map(str.isdigit, match[0]))
    return "." if ends and (not behind or behind[0].isupper()) else ""


def _phone(match: re.Match[str]) -> str:
    """Digit by digit, with a short rest between its groups."""
    groups = (" ".join(ukrainian(int(digit)) for digit in group) for group in re.findall(r"[0-9]+", match[0]))
    return ("плюс " if match[0].startswith("+") else "") + ", ".join(groups)


def _span(match: re.Match[str]) -> str:
    """The first number of a range, in the gender of the unit behind the second."""
    return f"{said(match['number'], UNITS[match['unit']][0][3])} – "


def _century(match: re.Match[str]) -> str:
    number, before = roman(match["roman"].translate(LATIN)), match["before"]
    if before:
        return f"{before} {ukrainian_ordinal(number, 'loc_m')} столітті"
    word = "століття" if match["word"] == "ст." else match["word"]
    return f"{ukrainian_ordinal(number, 'loc_m' if word == 'столітті' else 'n')} {word}"


_DAY = r"(?<![\d.])(?P<day>0?[1-9]|[12]\d|3[01])"
_SCALE = r"(?:\s?(?P<scale>тис|млн|млрд)\b\.?)?"
LATIN = str.maketrans("ІХ", "IX")
VULGAR = {
    "½": (1, 2),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "¼": (1, 4),
    "¾": (3, 4),
    "⅕": (1, 5),
    "⅛": (1, 8),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
}
ADDRESSES = Addresses("собака", "крапка", "слеш", "дефіс", "підкреслення", "плюс", "порт", ukrainian, said)
_WHOLE = r"(?:(?<![\d.,/])(?P<whole>\d{1,9})\s?(?=[^\d\s]|\d+/))?"
_CLOCK = rf"(?:\b(?P<before>(?i:{'|'.join(HOURS)}))\s)?(?<![\d:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
UKRAINIAN = (
    (re.compile(MAIL), ADDRESSES.mail),
    (re.compile(MACHINE), ADDRESSES.machine),
    (re.compile(PAGE), ADDRESSES.page),
    _rule(
        r"(?<![\w+])(?:\+[0-9][0-9 ()-]{7,}[0-9]|\(?0[0-9]{2}\)?[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2})(?!\d)", _phone
    ),
    _rule(
        r"(?:\b(?P<before>[УуВв])\s)?\b(?!І\s)(?P<roman>[IVXІХ]{1,6})\s(?P<word>століття|столітті|ст\.)(?!\w)", _century
    ),
    _rule(rf"(?<![\d.,-])(?P<number>\d{{1,6}})\s?[–-]\s?(?=\d{{1,6}}\s?{UNIT})", _span),
    _rule(rf"(?P<sign>[$€£₴])\s?(?P<number>{NUMBER})\s?[–-]\s?(?P=sign)?(?P<upto>{NUMBER})(?![\d-])", _price_range),
    _rule(rf"(?P<sign>[$€£₴])\s?(?P<number>{NUMBER}){_SCALE}", _money),
    _rule(rf"(?<!\d)(?P<number>{NUMBER}){_SCALE}\s?(?P<sign>[$€£₴]|грн\b)\.?", _money),
    _rule(r"(?<!\d)(?P<year>[12]\d{3})-(?P<m>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?!\d)", _date),
    _rule(rf"{TODAY}{_DAY}\.(?P<m>0?[1-9]|1[0-2])\.(?P<year>[12]\d{{3}})(?!\d)(?:\s(?:р\.|року))?", _date),
    _rule(
        rf"{TODAY}{_DAY}\s(?P<name>{'|'.join(MONTHS)})\b(?:\s(?P<year>[12]\d{{3}})(?!\d)(?:\s(?:р\.|року))?)?", _date
    ),
    _rule(rf"{_CLOCK}:(?P<second>[0-5]\d)(?![\d:])", _seconds),
    _rule(rf"{_CLOCK}(?![\d:])", _time),
    _rule(
        r"\b(?P<before>(?i:о|об|до|після|з|від|на|за))\s(?P<hour>1?\d|2[0-3])\s(?P<name>годині|години|годину)\b", _hour
    ),
    _rule(GENITIVE, of_a_number),
    _rule(NAMED, with_its_number),
    _rule(rf"{_WHOLE}(?<![\d./])(?P<over>\d{{1,4}})/(?P<under>\d{{1,4}})(?![\d/])", _fraction),
    _rule(rf"{_WHOLE}(?P<vulgar>[{''.join(VULGAR)}])", _vulgar),
    _rule(r"(?<!\d)(?P<a>[12]\d{3})\s?[–-]\s?(?P<b>[12]\d{3})\s(?P<word>рр\.|роки|років|роках)(?!\w)", _years),
    _rule(r"(?<=[УуВв]\s\d\d-х\s)рр\.", lambda _: "роках"),
    _rule(r"(?<=-х\s)рр\.", lambda _: "років"),
    _rule(r"(?<=-ті\s)рр\.", lambda _: "роки"),
    _rule(r"(?<!\d)(?P<year>[12]\d{3})\s(?P<word>рік|року|році|роки|років|рр\.|р\.)(?!\w)", _year),
    _rule(
        rf"(?<!\d)(?P<number>\d{{1,6}})-(?P<ending>{'|'.join(SUFFIXES)})\b",
        lambda m: ukrainian_ordinal(int(m["number"]), SUFFIXES[m["ending"]]),
    ),
    _rule(rf"(?<!\d)(?P<number>{NUMBER})\s?{UNIT}\.?", _unit),
    _rule(rf"(?<!\d)(?P<a>{NUMBER})\s?[–-]\s?(?P<b>{NUMBER})(?![\d-])", lambda m: f"{said(m['a'])} – {said(m['b'])}"),
    _rule(r"№\s?(?=\d)", lambda _: "номер "),
    _rule(r"(?<![\w.])[−-](?=\d)", lambda _: "мінус "),
    _rule(r"(?<![\w.])\+(?=\d)", lambda _: "плюс "),
    _rule(rf"(?P<number>\d+){FEMININE}", lambda m: said(m["number"], "f")),
    _rule(rf"(?P<number>{NUMBER})", lambda m: said(m["number"])),
    *(_rule(rf"(?<!\w){re.escape(short)}(?!\w)", lambda _, words=long: words) for short, long in SHORT.items()),  # type: ignore[misc]
)
