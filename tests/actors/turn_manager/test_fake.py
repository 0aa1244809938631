from __future__ import annotations

from actors.turn_manager.fake import FakeEndOfTurn, FakeSettings


def test_the_fake_says_what_it_was_told_to_say() -> None:
    fake = FakeEndOfTurn(FakeSettings(unfinished=("not yet",)))
    assert not fake.looks_complete("not yet", "en", None)
    assert fake.looks_complete("and", "en", None)
