"""Scenes of a consumer group: who gets the next item."""

from __future__ import annotations

import itertools

from bus.group import CREDIT_BYTES, CREDIT_ITEMS, Group, Item, Member

numbers = itertools.count(1)


def item(size: int = 10) -> Item:
    return Item(next(numbers), b"llm#1", "llm.token", (), size, 0, 0)


def fly(member: Member, *items: Item) -> None:
    for each in items:
        member.flying.append(each)
        member.flying_bytes += each.size


def test_credit_bounds_what_flies_by_number_and_by_bytes() -> None:
    member = Member("tts#1", Group("tts", frozenset()))
    fly(member, *[item(1) for _ in range(CREDIT_ITEMS)])
    assert not member.takes(item(1), suspect=False)
    other = Member("tts#2", Group("tts", frozenset()))
    fly(other, item(CREDIT_BYTES - 5))
    assert other.takes(item(5), suspect=False)
    assert not other.takes(item(6), suspect=False)


def test_an_item_larger_than_the_window_still_goes_alone() -> None:
    assert Member("tts#1", Group("tts", frozenset())).takes(item(2 * CREDIT_BYTES), suspect=False)


def test_a_suspect_flies_alone_and_nothing_joins_it() -> None:
    member = Member("tts#1", Group("tts", frozenset()))
    assert member.takes(item(), suspect=True)
    fly(member, item())
    member.tested.append(member.flying[0])
    assert not member.takes(item(), suspect=True)
    assert not member.takes(item(), suspect=False)
    member.group.trial = 2
    assert member.takes(item(), suspect=True)
    assert not member.takes(item(), suspect=False)


def test_of_several_members_the_first_that_hears_and_has_nothing_in_hand_gets_the_next_item() -> None:
    group = Group("tts", frozenset({"chunker.sentence"}))
    one, two, deaf = (Member(name, group) for name in ("tts#1", "tts#1#1", "tts#2#1"))
    group.members = {member.name: member for member in (one, two, deaf)}
    deaf.deaf = True
    assert group.taker(item(), suspect=False) is one
    fly(one, item())
    assert group.taker(item(), suspect=False) is two
    fly(two, item())
    assert group.taker(item(), suspect=False) is None
    del group.members[two.name], group.members[deaf.name]
    assert group.taker(item(), suspect=False) is None, "the others come back"
    one.flying.clear()
    assert group.taker(item(), suspect=False) is one
