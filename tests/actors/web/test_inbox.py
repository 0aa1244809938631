from __future__ import annotations

import asyncio

from actors.web.inbox import KEEP_SOUND, KEEP_TEXTS, Inbox
from bus.messages import Ask, PageSound, Say


async def first(inbox: Inbox, count: int) -> list[object]:
    wishes = inbox.wishes()
    return [await anext(wishes) for _ in range(count)]


def test_texts_go_before_sound_and_each_in_order() -> None:
    inbox = Inbox()
    inbox.put_sound(PageSound(at_ns=1))
    inbox.put_text(Ask(text="one"))
    inbox.put_sound(PageSound(at_ns=2))
    inbox.put_text(Say(text="two"))
    assert asyncio.run(first(inbox, 4)) == [Ask(text="one"), Say(text="two"), PageSound(at_ns=1), PageSound(at_ns=2)]


def test_old_sound_leaves_when_the_call_is_behind() -> None:
    inbox = Inbox()
    for at_ns in range(KEEP_SOUND + 5):
        inbox.put_sound(PageSound(at_ns=at_ns))
    assert asyncio.run(first(inbox, 1)) == [PageSound(at_ns=5)]
    assert inbox.dropped == 5


def test_too_many_texts_are_refused_until_there_is_room() -> None:
    inbox = Inbox()
    assert all(inbox.put_text(Ask(text="more")) for _ in range(KEEP_TEXTS))
    assert not inbox.put_text(Ask(text="too many"))
    asyncio.run(first(inbox, 1))
    assert inbox.put_text(Ask(text="now"))
