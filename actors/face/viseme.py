"""Visemes: phonemes (IPA, as espeak-ng writes them) in, the pose of the mouth at any sample out.

Each phoneme aims at a pose. The mouth begins to move towards it up to 100 ms before it is there, as people do
(anticipatory coarticulation), and phonemes that the lips take no part in (k, h, n) borrow the pose before them.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from actors.portrait.pose import REST, Pose
from bus.messages.voice import RATE_HZ, Phoneme

MS = RATE_HZ // 1000
REACH = 100 * MS
"""Samples before its key at which the mouth starts to move towards a phoneme."""
HOLD = 800 * MS
"""Samples after which a phoneme that nothing follows has faded: the voice has paused without saying so."""
_CONSONANT_KEY, _VOWEL_KEY, _GLIDE_KEY = 20 * MS, 40 * MS, 110 * MS


class Aim(NamedTuple):
    """What a phoneme wants: a pose, how firmly (0: keep the one before, 1: exactly this), whether it must be seen."""

    pose: Pose
    firm: float = 1.0
    must: bool = False
    vowel: bool = False


def _vowel(jaw: float, wide: float = 0.0, pucker: float = 0.0, teeth: float = 0.0) -> Aim:
    return Aim(Pose(jaw=jaw, wide=wide, pucker=pucker, teeth=teeth), vowel=True)


_CLOSED = Aim(Pose(press=1.0), must=True)
_BITTEN = Aim(Pose(jaw=0.1, bite=1.0, teeth=0.4), must=True)
_BACK = Aim(Pose(jaw=0.28, wide=0.1), firm=0.4)
_TIP = Aim(Pose(jaw=0.2, wide=0.2, teeth=0.5, tongue=0.5), firm=0.7)
_HISS = Aim(Pose(jaw=0.1, wide=0.35, teeth=1.0), firm=0.9)
_HUSH = Aim(Pose(jaw=0.16, pucker=0.5, teeth=0.8), firm=0.9)
_UNKNOWN = Aim(Pose(jaw=0.3), firm=0.5)
_SILENCE = Aim(REST)

_AIMS: dict[str, Aim] = {
    **dict.fromkeys("aɑä", _vowel(0.82, 0.1)),
    **dict.fromkeys("æ", _vowel(0.72, 0.45)),
    **dict.fromkeys("ʌɐ", _vowel(0.6, 0.1)),
    **dict.fromkeys("əɘ", _vowel(0.36)),
    **dict.fromkeys("ɜɝɚɞ", _vowel(0.4, -0.1, 0.2)),
    **dict.fromkeys("e", _vowel(0.42, 0.55, 0, 0.2)),
    **dict.fromkeys("ɛ", _vowel(0.52, 0.4)),
    **dict.fromkeys("i", _vowel(0.2, 0.85, 0, 0.6)),
    **dict.fromkeys("ɪɨᵻ", _vowel(0.28, 0.5, 0, 0.4)),
    **dict.fromkeys("oɵ", _vowel(0.45, 0, 0.65)),
    **dict.fromkeys("ɔ", _vowel(0.6, 0, 0.45)),
    **dict.fromkeys("ɒ", _vowel(0.7, 0, 0.3)),
    **dict.fromkeys("uʉɯ", _vowel(0.22, 0, 0.95)),
    **dict.fromkeys("ʊ", _vowel(0.28, 0, 0.7)),
    **dict.fromkeys("yʏøœ", _vowel(0.24, 0, 0.8)),
    **dict.fromkeys("wʍɥ", Aim(Pose(jaw=0.14, pucker=1.0))),
    **dict.fromkeys("j", Aim(Pose(jaw=0.18, wide=0.6, teeth=0.4), firm=0.7)),
    **dict.fromkeys("rɹɾɻʁʀ", Aim(Pose(jaw=0.25, pucker=0.3, tongue=0.3), firm=0.6)),
    **dict.fromkeys("mbpɱ", _CLOSED),
    **dict.fromkeys("fv", _BITTEN),
    **dict.fromkeys("ʋβ", Aim(Pose(jaw=0.12, bite=0.5), firm=0.9)),
    **dict.fromkeys("θð", Aim(Pose(jaw=0.22, teeth=0.5, tongue=0.9), firm=0.9)),
    **dict.fromkeys("tdnɲ", _TIP),
    **dict.fromkeys("lɫʎɬ", Aim(Pose(jaw=0.34, tongue=0.85, teeth=0.3), firm=0.8)),
    **dict.fromkeys("szɕʑ", _HISS),
    **dict.fromkeys("ʃʒʂʐ", _HUSH),
    **dict.fromkeys("kgɡŋxɣqχcɟç", _BACK),
    **dict.fromkeys("hɦʔʕħ", Aim(Pose(jaw=0.3), firm=0.15)),
    **dict.fromkeys("_| .,:;", _SILENCE),
}
_LENGTH = frozenset("ːˑˈˌ'-")


def aims(ipa: str) -> list[Aim]:
    """What a phoneme wants, one after the other: a diphthong has two aims, an affricate only its second.

    Unknown letters half-open the mouth. Length, stress and diacritics do not matter; where one comes alone (espeak-ng
    gives the "sʲ" of Ukrainian in two pieces) the mouth stays as it is: no aim.
    """
    if not ipa.strip():
        return [_SILENCE]
    letters = [letter for letter in unicodedata.normalize("NFD", ipa) if letter not in _LENGTH]
    plain = [letter for letter in letters if unicodedata.category(letter) not in {"Mn", "Lm", "Sk", "Cf"}]
    if not plain:
        return []
    found = [_AIMS.get(letter, _UNKNOWN) for letter in plain[:3]]
    vowels = [aim for aim in found if aim.vowel]
    return found[:2] if vowels else [found[-1]]


class Key(NamedTuple):
    """The pose that the mouth has reached at sample `at`."""

    at: int
    pose: Pose
    must: bool


class Visemes:
    """The phonemes of one reply as they come; answers with the pose at a sample."""

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._starts: list[int] = []

    def add(self, phonemes: Iterable[Phoneme]) -> None:
        """Takes the next phonemes, in order."""
        for phoneme in phonemes:
            # A diphthong's second half that the next phoneme overtakes is never reached.
            while self._keys and self._keys[-1].at >= phoneme.position + _CONSONANT_KEY:
                self._keys.pop()
            for at, aim in _timed(phoneme):
                before = self._keys[-1].pose if self._keys else REST
                self._keys.append(Key(at, blend(before, aim.pose, aim.firm), aim.must))
        self._starts = [key.at for key in self._keys]

    def covers(self, at: int) -> bool:
        """Whether a phoneme speaks for sample `at`: one that is near, or not long ago."""
        following = bisect_right(self._starts, at)
        near = following < len(self._keys) and self._starts[following] - at <= REACH
        return near or (following > 0 and at - self._starts[following - 1] <= HOLD)

    def pose(self, at: int, half: int = 0) -> tuple[Pose, bool]:
        """The pose at sample `at`, and whether it must be shown exactly.

        It must where lips close (or are bitten) between `at - half` and `at + half`: a frame shows 40 ms, and a "p" that
        falls between two frames would not be seen.
        """
        following = bisect_right(self._starts, at)
        for key in self._keys[max(following - 2, 0) : following + 2]:
            if key.must and at - half <= key.at < at + half:
                return key.pose, True
        before = self._keys[following - 1] if following else Key(at - REACH, REST, False)
        if following == len(self._keys):
            return before.pose, False
        after = self._keys[following]
        start = max(before.at, after.at - REACH)
        if at <= start:
            return before.pose, False
        share = (at - start) / (after.at - start)
        return blend(before.pose, after.pose, share * share * (3 - 2 * share)), False


def blend(first: Pose, second: Pose, share: float) -> Pose:
    """The pose that lies `share` of the way from the first to the second."""
    return Pose(*(a + (b - a) * share for a, b in zip(first, second, strict=True)))


def _timed(phoneme: Phoneme) -> Iterator[tuple[int, Aim]]:
    for index, aim in enumerate(aims(phoneme.ipa)):
        offset = _GLIDE_KEY if index else _VOWEL_KEY if aim.vowel else _CONSONANT_KEY
        yield phoneme.position + offset, aim
