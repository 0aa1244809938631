from __future__ import annotations

import asyncio

from actors.web.actor import Web
from actors.web.fake import FakePage
from bus.messages import Ask, PageSound, Say, StageAddress, TurnState, UserSaid
from bus.rehearsal import Rehearsal
from tests.actors.web.scenes import until


def test_it_tells_where_the_page_is_and_hands_over_what_people_want() -> None:
    async def scene() -> None:
        page = FakePage()
        async with Rehearsal(Web(page)) as scene:
            assert page.opened
            for wish in (Ask(text="who are you?"), Say(text="hello"), PageSound(at_ns=7, payload=b"\1\0")):
                page.coming.put_nowait(wish)
            await until(lambda: len(scene.sent) == 4)
            assert scene.take() == [
                StageAddress(url=page.url),
                Ask(text="who are you?"),
                Say(text="hello"),
                PageSound(at_ns=7, payload=b"\1\0"),
            ]
        assert not page.opened

    asyncio.run(scene())


def test_every_message_that_it_takes_is_shown() -> None:
    async def scene() -> None:
        page = FakePage()
        async with Rehearsal(Web(page)) as scene:
            state, said = TurnState(phase="thinking", since_ns=3), UserSaid(text="hi", ended_ns=2)
            await scene.send(state, said)
            assert page.shown == [state, said]

    asyncio.run(scene())


def test_after_a_restart_the_address_from_before_is_told_again() -> None:
    async def scene() -> None:
        web, before = Web(FakePage()), StageAddress(url="http://127.0.0.1:8440/?token=from-before")
        await web.restore(before)
        async with Rehearsal(web) as scene:
            await asyncio.sleep(0)
            assert scene.of(StageAddress) == [before], "and no other one meanwhile"

    asyncio.run(scene())


def test_its_plan_settings_build_it() -> None:
    web = Web.build("page", {"port": 0})
    assert isinstance(web, Web)
    assert {m.topic() for m in Web.wiring.outputs} == {"operator.ask", "operator.say", "web.sound", "web.address"}
