from __future__ import annotations

from actors.turn_manager.rules import Rules, RulesSettings


def test_the_rules_judge_by_the_last_words() -> None:
    rules = Rules(RulesSettings())
    assert rules.looks_complete("tell me more", "en", None)
    assert not rules.looks_complete("tell me and", "en", None)


def test_a_plan_can_add_words_in_any_case() -> None:
    assert not Rules(RulesSettings(unfinished_words=("Oder",))).looks_complete("das oder", "de", None)
