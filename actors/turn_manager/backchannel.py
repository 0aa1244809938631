"""Backchannel: what a listener says without taking the turn ("uh-huh"), and its opposite, the words that ask for silence."""

from __future__ import annotations

from actors.turn_manager.words import listed, made_of, words

BACKCHANNEL = listed(
    "yeah yep yes yup ya ok okay uh-huh uhuh mhm mm mmm mm-hmm hm hmm huh ah aha oh ooh wow right sure alright cool great "
    "nice good exactly indeed true really uh um "
    "ага угу так так-так авжеж звісно зрозуміло ясно добре гаразд окей ок еге мг мгм м-м ммм мм гм о ого точно правда "
    "справді ну класно чудово супер"
) | {"uh huh", "mm hmm", "i see", "got it", "of course", "all right", "very good", "я розумію", "все ясно", "ну так"}

HUSH = listed(
    "stop wait hush quiet silence enough стоп стій зачекай зачекайте почекай почекайте чекай чекайте тихо тихіше досить "
    "годі помовч замовкни хвилинку секунду"
) | {
    "stop it",
    "stop talking",
    "hold on",
    "hang on",
    "shut up",
    "be quiet",
    "wait a minute",
    "wait a moment",
    "wait a second",
    "one moment",
    "one second",
    "just a moment",
    "just a second",
    "одну хвилинку",
    "одну секунду",
    "перестань",
}

_SOFTENERS = frozenset(["please", "ok", "okay", "no", "hey", "oh", "будь ласка", "ні", "так", "ой", "ну"])

_BACKCHANNEL = made_of(BACKCHANNEL)
_HUSH = made_of(HUSH | _SOFTENERS)
_SOFT = made_of(_SOFTENERS)


def only_backchannel(text: str) -> bool:
    """True when the text has words and all of them are backchannel: no claim to the turn."""
    return bool(_BACKCHANNEL.fullmatch(" ".join(words(text))))


def only_hush(text: str) -> bool:
    """True when the text asks for silence and for nothing else: "stop", "no, wait a minute please", "стоп"."""
    line = " ".join(words(text))
    return bool(_HUSH.fullmatch(line)) and not _SOFT.fullmatch(line)
