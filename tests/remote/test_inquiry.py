"""Scenes of an inquiry: what a hub tells, and one that is out of reach."""

from __future__ import annotations

from bus.client import Client
from bus.control import Drops
from bus.messages import Token
from remote.inquiry import Inquiry
from tests.bus.house import House, until
from tests.bus.world import world_of


def await_answers(inquiry: Inquiry) -> None:
    until(lambda: inquiry._topics.answered and inquiry._peers.answered and inquiry._hub.answered)


def test_a_hub_is_called_by_its_host_wherever_the_question_comes_from() -> None:
    with world_of() as world:
        world.laptop.hub.tally.add("llm.token", "generation", 2)
        dropped = (Drops("llm.token", "generation", 2),)
        hubs = {"local": ("hub", world.laptop.hub.boot, dropped), "gpu": ("hub@gpu", world.gpu.hub.boot, ())}
        for house, here, host in (
            (world.laptop, "local", "local"),
            (world.laptop, "local", "gpu"),
            (world.gpu, "gpu", "gpu"),
        ):
            client = Client(house.keys, house.port, f"asking-{here}-{host}", gives=(Token,))
            inquiry = Inquiry(client, host, here=here)
            await_answers(inquiry)
            assert ("llm.token" in inquiry.topics()) == (here == host), "only the hub of who gives it knows of it"
            assert list(inquiry.drops())[-1] == hubs[host]
            inquiry.close()
            client.close()


def test_a_host_that_is_out_of_reach_has_nothing_to_say() -> None:
    house = House()
    client = Client(house.keys, house.port, "asking")
    inquiry = Inquiry(client, "gpu", here="local")
    await_answers(inquiry)
    assert (list(inquiry.topics()), list(inquiry.drops())) == ([], [])
    inquiry.close()
    client.close()
    house.end()
