"""Numerals in words: English, and Ukrainian with its genders, cases of ordinals and forms of counted words.

Written here because a counted thing decides the form ("дві гривні", "двадцять третього листопада"), which libraries leave out.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Gender: TypeAlias = Literal["m", "f", "n"]
Forms: TypeAlias = tuple[str, str, str, Gender]
"""A counted word with 1, with 2 to 4, and with 5 and more; and its gender."""
Ending: TypeAlias = Literal["m", "f", "n", "gen_m", "gen_f", "dat_m", "acc_f", "loc_m", "loc_f", "pl", "pl_gen"]

MOST_DIGITS = 15
MOST = 10**MOST_DIGITS
ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES = (10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1_000, "thousand"), (100, "hundred")
IRREGULAR = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip

UK_ONES = [
    "нуль",
    "один",
    "два",
    "три",
    "чотири",
    "п'ять",
    "шість",
    "сім",
    "вісім",
    "дев'ять",
    "десять",
    "одинадцять",
    "дванадцять",
    "тринадцять",
    "чотирнадцять",
    "п'ятнадцять",
    "шістнадцять",
    "сімнадцять",
    "вісімнадцять",
    "дев'ятнадцять",
]
UK_TENS = ["-", "-", "двадцять", "тридцять", "сорок", "п'ятдесят", "шістдесят", "сімдесят", "вісімдесят", "дев'яносто"]
UK_HUNDREDS = ["-", "сто", "двісті", "триста", "чотириста", "п'ятсот", "шістсот", "сімсот", "вісімсот", "дев'ятсот"]
UK_SCALES: tuple[tuple[int, Forms], ...] = (
    (10**12, ("трильйон", "трильйони", "трильйонів", "m")),
    (10**9, ("мільярд", "мільярди", "мільярдів", "m")),
    (10**6, ("мільйон", "мільйони", "мільйонів", "m")),
    (1_000, ("тисяча", "тисячі", "тисяч", "f")),
)
UK_STEMS = [
    "нульов",
    "перш",
    "друг",
    "трет",
    "четверт",
    "п'ят",
    "шост",
    "сьом",
    "восьм",
    "дев'ят",
    "десят",
    "одинадцят",
    "дванадцят",
    "тринадцят",
    "чотирнадцят",
    "п'ятнадцят",
    "шістнадцят",
    "сімнадцят",
    "вісімнадцят",
    "дев'ятнадцят",
]
UK_TEN_STEMS = [
    "-",
    "-",
    "двадцят",
    "тридцят",
    "сороков",
    "п'ятдесят",
    "шістдесят",
    "сімдесят",
    "вісімдесят",
    "дев'яност",
]
UK_HUNDRED_STEMS = [
    "-",
    "сот",
    "двохсот",
    "трьохсот",
    "чотирьохсот",
    "п'ятисот",
    "шестисот",
    "семисот",
    "восьмисот",
    "дев'ятисот",
]
UK_PREFIXES = {1: "", 2: "двох", 3: "трьох", 4: "чотирьох"}
UK_GENITIVE = [
    "нуля",
    "одного",
    "двох",
    "трьох",
    "чотирьох",
    "п'яти",
    "шести",
    "семи",
    "восьми",
    "дев'яти",
    *(f"{stem}и" for stem in UK_STEMS[10:]),
]
UK_GENITIVE_TENS = [
    "-",
    "-",
    "двадцяти",
    "тридцяти",
    "сорока",
    "п'ятдесяти",
    "шістдесяти",
    "сімдесяти",
    "вісімдесяти",
    "дев'яноста",
]
UK_GENITIVE_HUNDREDS = ["-", "ста", *UK_HUNDRED_STEMS[2:]]
HARD: dict[Ending, str] = {
    "m": "ий", "f": "а", "n": "е", "gen_m": "ого", "gen_f": "ої", "dat_m": "ому", "acc_f": "у", "loc_m": "ому",
    "loc_f": "ій", "pl": "і", "pl_gen": "их",
}  # fmt: skip
SOFT: dict[Ending, str] = {
    "m": "ій", "f": "я", "n": "є", "gen_m": "ього", "gen_f": "ьої", "dat_m": "ьому", "acc_f": "ю", "loc_m": "ьому",
    "loc_f": "ій", "pl": "і", "pl_gen": "іх",
}  # fmt: skip
"""Of "третій" alone."""


def english(number: int) -> str:
    """A number below MOST: 1,234 is "one thousand two hundred thirty-four"."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    size, name = next(scale for scale in SCALES if number >= scale[0])
    rest = f" {english(number % size)}" if number % size else ""
    return f"{english(number // size)} {name}{rest}"


def english_ordinal(number: int) -> str:
    """23 is "twenty-third"."""
    words = english(number)
    at = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[at:]
    ordinal = IRREGULAR.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return words[:at] + ordinal


def english_year(number: int) -> str:
    """1991 is "nineteen ninety-one", 2005 "two thousand five"."""
    century, rest = divmod(number, 100)
    if not 1_100 <= number < 2_100 or (century == 20 and rest < 10):
        return english(number)
    return f"{english(century)} {'hundred' if not rest else f'oh {english(rest)}' if rest < 10 else english(rest)}"


def ukrainian(number: int, gender: Gender = "m") -> str:
    """A number below MOST, in the gender of what it counts: 2 is "два" or "дві"."""
    words: list[str] = []
    for size, forms in UK_SCALES:
        if count := number // size:
            number %= size
            words += [ukrainian(count, forms[3])] if count > 1 else []
            words.append(counted(count, forms))
    if number >= 100:
        words.append(UK_HUNDREDS[number // 100])
        number %= 100
    if number >= 20:
        words.append(UK_TENS[number // 10])
        number %= 10
    if number or not words:
        special = {(1, "f"): "одна", (1, "n"): "одне", (2, "f"): "дві"}
        words.append(special.get((number, gender), UK_ONES[number]))
    return " ".join(words)


def counted(number: int, forms: Forms) -> str:
    """The form of the counted word: 1 гривня, 2 гривні, 5 гривень, 11 гривень, 21 гривня."""
    if number % 100 in range(11, 15):
        return forms[2]
    return forms[0] if number % 10 == 1 else forms[1] if number % 10 in (2, 3, 4) else forms[2]


def ukrainian_genitive(number: int, gender: Gender = "m") -> str:
    """A number below MOST as it stands behind "до" and "від": 5 is "п'яти", 1 is "одного" or "однієї"."""
    words: list[str] = []
    for size, forms in UK_SCALES:
        if count := number // size:
            number %= size
            words += [ukrainian_genitive(count, forms[3])] if count > 1 else []
            words.append(genitive(count, forms))
    if number >= 100:
        words.append(UK_GENITIVE_HUNDREDS[number // 100])
        number %= 100
    if number >= 20:
        words.append(UK_GENITIVE_TENS[number // 10])
        number %= 10
    if number or not words:
        words.append("однієї" if (number, gender) == (1, "f") else UK_GENITIVE[number])
    return " ".join(words)


def genitive(number: int, forms: Forms) -> str:
    """The counted word behind a number in the genitive: до 1 гривні, до 2 гривень, до 21 гривні."""
    if not is_one(number):
        return forms[2]
    return forms[1] if forms[3] == "f" or forms[0].endswith("о") else f"{forms[0]}а" if forms[0] else ""


def is_one(number: int) -> bool:
    """Whether what is counted stands in the singular: behind 1, 21, 101, not behind 11."""
    return number % 10 == 1 and number % 100 != 11


def ukrainian_ordinal(number: int, ending: Ending = "m") -> str:
    """A number below a million: 23 with "gen_m" is "двадцять третього"."""
    hundreds, tens, ones = number % 1_000 // 100, number % 100 // 10, number % 10
    if number and number % 1_000 == 0:
        count = number // 1_000
        head, stem = "", UK_PREFIXES.get(count, ukrainian(count).replace(" ", "")) + "тисячн"
    elif number % 100 == 0 and number:
        head, stem = (ukrainian(number - hundreds * 100) if number >= 1_000 else ""), UK_HUNDRED_STEMS[hundreds]
    elif number % 100 >= 20 and not ones:
        head, stem = (ukrainian(number - tens * 10) if number >= 100 else ""), UK_TEN_STEMS[tens]
    else:
        last = number % 100 if number % 100 < 20 else ones
        head, stem = (ukrainian(number - last) if number > last else ""), UK_STEMS[last]
    return f"{head} {stem}{(SOFT if stem == 'трет' else HARD)[ending]}".strip()


def roman(numeral: str) -> int:
    """XIV is 14; for numerals of I, V and X."""
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in numeral]
    return sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))
