"""Matching of what was heard to the questions that are known: forgiving to wording and mishearing, strict to nonsense.

A score of 0..1 is the mean of two views. Words: how much of the known question was heard and how much of what was heard
the question explains, rare words counting more. Sound: how alike the letters are when blanks are left out, since a
recogniser that mishears also breaks words at other places ("whom aid you").
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_LIGHT = """
    a an the is are am was were be been being do does did done can could will would shall should may might must i you he she
    it we they me my your yours his her its our their this that these those of to in on at by for with from and or but so
    if as about into out up over what which who whom whose where when why how there here then than have has had having one
    ones some any all each every both other another different same such own much many more most less few lot lots bit
    get got gets getting go goes going want wants wanted need needs like know knows tell say show give make makes let take
    use using used able allowed possible really actually exactly basically generally usually normally always never ever
    also too very just only even still again already now today currently quite rather probably maybe perhaps please not no
    thing things stuff kind kinds sort sorts type way ways part whole entire everything something anything nothing someone
    somebody anyone anybody everyone people person guy while during when whenever after before because right okay well oh hi
    hey hello good nice actually simply briefly shortly quickly
    я ти ви він вона воно ми вони це цей ця ці той та те і й а але чи що як на в у з із до від за по про для не так то
    мене тебе вас нас мій моя моє мої твій твоя твоє твої ваш ваша ваше ваші мені тобі вам є буде був була було були же ж
    би б можна можу можеш можете хочу треба дуже саме ще вже теж також усе все такий така таке такі який яка яке які
"""
LIGHT_WORDS = frozenset(_LIGHT.split())
LIGHT_WEIGHT = 0.45
"""What a word of grammar counts, beside 1 for other words."""
_FILLERS = """
    um uh er erm hmm hm oh ah well so okay ok hey hi hello wait sorry stop excuse please now and but yes yeah no right
    then listen actually anyway alright one moment good
    ну ой ох так гаразд добре привіт вибач вибачте стоп зачекай зачекайте слухай будь ласка а і то ні
"""
FILLERS = frozenset(_FILLERS.split())
"""Words before or after a question that say nothing about it."""
_PREFIXES = (
    "(can|could|would) you (please )?(tell|give) (me)?|do you know|tell me|may i know|may i ask|i want to know|i would like to know|"
    "i wonder|let me ask you|i have a question|my question is|скажи мені|скажіть мені|скажи|скажіть|підкажи|"
    "можеш сказати|можете сказати|цікаво"
)
_PREFIX = re.compile(rf"^({_PREFIXES}) (?=\S+ \S)")
_SHORT = {
    "'m": " am", "'re": " are", "'ve": " have", "'ll": " will", "'d": " would", "n't": " not", "'s": " is",
}  # fmt: skip
WORD_ALIKE = 0.78
"""Words less alike than this are different words."""
SAME_STEM = 0.9
"""How alike "work" and "working" are, or "запис" and "записується"."""
UNKNOWN_WEIGHT = 1.3
"""What a word counts that no question has: it tells of another subject."""
WORDS_SHARE = 0.5


def plain_words(text: str) -> list[str]:
    """Lower-case words without marks; short forms written out."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("can't", "can not")
    if text.isascii():
        for short, long in _SHORT.items():
            text = re.sub(rf"{short}\b", long, text)
    return re.findall(r"\w+", text.replace("'", ""))


def core_words(text: str) -> list[str]:
    """The words without politeness and hesitation around them; all of them when there is nothing else."""
    words = plain_words(text)
    first, last = 0, len(words)
    while first < last and words[first] in FILLERS:
        first += 1
    while last > first and words[last - 1] in FILLERS:
        last -= 1
    core = words[first:last] or words
    return _PREFIX.sub("", " ".join(core)).split()


def _same_stem(one: str, other: str) -> bool:
    """The same beginning of at least four letters, which is more than half of the longer word."""
    if one[:4] != other[:4]:
        return False
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return same >= 4 and same * 2 > max(len(one), len(other))


_SOUNDS = {
    letter: code for code, letters in enumerate(("bpvf", "csxzjgkq", "dt", "l", "mn", "r")) for letter in letters
}
SAME_SOUND = 0.85
"""How alike words are whose three or more consonants sound alike: "crashes" and "crosses"."""
_YOU = "you your yours yourself ти тебе тобі твій твоя твоє твої вас вам ваш ваша ваше ваші ви"
ADDRESS = frozenset(_YOU.split())
SELF = frozenset(("my", "me", "i", "мій", "моя", "моє", "мої", "мене", "мені", "я"))
OFF_ADDRESS = 0.82
"""What is left of the score when only one of the two questions speaks to the avatar, and the heard one is about somebody
else: "my name" is not "your name", "how do planes work" is not "how do you work"."""
Likeness = Mapping[tuple[str, str], float]
"""How alike a heard and a known word are, 0..1."""


@lru_cache(4_096)
def _sound(word: str) -> str:
    """The consonants by their kind, doubles once; as in Soundex, but the first letter is nothing special."""
    codes = [str(_SOUNDS[letter]) for letter in word if letter in _SOUNDS]
    return "".join(code for i, code in enumerate(codes) if i == 0 or codes[i - 1] != code)


def _most(alike: Likeness, heard: str, known: Iterable[str]) -> float:
    return max((alike.get((heard, word), 0.0) for word in known), default=0.0)


@dataclass(frozen=True, slots=True)
class _Near:
    """How much of what was heard some question for the answer explains, and whether it is about something else too."""

    share: float
    foreign: bool


class Matcher:
    """Finds the known question that is most like a heard one."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        """`groups[i]` are the ways to ask for answer i."""
        from rapidfuzz import fuzz

        self._ratio = fuzz.ratio
        self._known = [(index, core_words(question)) for index, group in enumerate(groups) for question in group]
        self._groups = [frozenset(word for question in group for word in core_words(question)) for group in groups]
        held = Counter(word for group in self._groups for word in group)
        self._sounds = {w: _sound(w) if w not in LIGHT_WORDS and len(_sound(w)) > 2 else "" for w in held}
        rarest = math.log(1 + len(groups))
        self._weights = {word: math.log(1 + len(groups) / count) / rarest for word, count in held.items()}

    def best(self, heard: str) -> tuple[int, float]:
        """Index of the group and the score of its best question; (-1, 0) when nothing was said."""
        words = core_words(heard)
        if not words or not self._known:
            return -1, 0.0
        alike = self._alike(words)
        near = [self._near(words, group, alike) for group in self._groups]
        scored = [(self._score(words, known, near[index], alike), -index) for index, known in self._known]
        score, index = max(scored)
        return -index, score

    def _alike(self, words: Sequence[str]) -> Likeness:
        """How alike heard and known words are, 0..1; pairs that are not are left out."""
        found = {}
        for word in set(words):
            for known in self._weights:
                if (likeness := self._likeness(word, known)) >= WORD_ALIKE:
                    found[word, known] = likeness
        return found

    def _likeness(self, word: str, known: str) -> float:
        if word == known:
            return 1.0
        ratio: float = self._ratio(word, known, score_cutoff=100 * WORD_ALIKE) / 100
        if _same_stem(word, known):
            return max(ratio, SAME_STEM)
        if self._sounds[known] and _sound(word) == self._sounds[known]:
            return max(ratio, SAME_SOUND)
        return ratio

    def _score(self, heard: Sequence[str], known: Sequence[str], near: _Near, alike: Likeness) -> float:
        own = self._share(heard, lambda word: _most(alike, word, known))
        explained = (own + max(own, near.share)) / 2  # words of another way to ask for the same answer count half
        found = self._share(known, lambda word: max((alike.get((h, word), 0.0) for h in heard), default=0.0))
        words = 2 * explained * found / (explained + found) if explained + found else 0.0
        sound = self._ratio("".join(heard), "".join(known)) / 100
        score = WORDS_SHARE * words + (1 - WORDS_SHARE) * sound
        if ADDRESS.isdisjoint(heard) == ADDRESS.isdisjoint(known):
            return score
        return score * OFF_ADDRESS if near.foreign else score

    def _near(self, heard: Sequence[str], group: frozenset[str], alike: Likeness) -> _Near:
        most = {word: _most(alike, word, group) for word in heard}
        foreign = any(word in SELF or (word not in LIGHT_WORDS and not likeness) for word, likeness in most.items())
        return _Near(self._share(heard, most.__getitem__), foreign)

    def _share(self, words: Sequence[str], likeness: Callable[[str], float]) -> float:
        """Weighted mean likeness of the words."""
        weights = [self._weight(word) for word in words]
        return sum(w * likeness(word) for w, word in zip(weights, words, strict=True)) / sum(weights)

    def _weight(self, word: str) -> float:
        if word in LIGHT_WORDS:
            return LIGHT_WEIGHT * self._weights.get(word, LIGHT_WEIGHT)
        return self._weights.get(word, UNKNOWN_WEIGHT)
