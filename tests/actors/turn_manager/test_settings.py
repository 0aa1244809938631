"""Settings of the turns."""

from __future__ import annotations

import pytest

from actors.turn_manager.settings import APOLOGY, TurnSettings


def test_an_apology_is_said_in_the_language_of_the_talk_or_in_the_first_there_is() -> None:
    rules = TurnSettings()
    assert rules.apology_in("uk") == APOLOGY["uk"]
    assert rules.apology_in("en-GB") == rules.apology_in("pl") == APOLOGY["en"]
    assert TurnSettings(apology={"de": "Tut mir leid."}).apology_in("en") == "Tut mir leid."


@pytest.mark.parametrize("apology", [{}, {"en": " "}])
def test_an_apology_without_words_is_refused(apology: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no words"):
        TurnSettings(apology=apology)
