"""Scripts that wait."""

from __future__ import annotations

from actors.turn_manager.scripts import MAX_SCRIPTS, Scripts


def test_texts_come_out_in_the_order_in_which_they_came_and_one_too_many_is_refused() -> None:
    scripts = Scripts()
    assert all(scripts.add(f"text {number}") for number in range(MAX_SCRIPTS))
    assert not scripts.add("one too many")
    assert scripts.next() == "text 0"
    assert (len(scripts), scripts.hush(), len(scripts)) == (MAX_SCRIPTS - 1, MAX_SCRIPTS - 1, 0)
