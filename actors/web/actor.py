"""Web: the call as a page in the browser. People see and hear the avatar there, talk and type to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from actors.web.engine import Page
from bus.actor import Actor
from bus.emit import Emit
from bus.messages import (
    Ask,
    CallHealth,
    CameraHealth,
    CameraPicture,
    Caption,
    Conversation,
    HeardSound,
    Level,
    PageSound,
    Partial,
    Played,
    Say,
    Skew,
    StageAddress,
    TurnState,
    TurnTimeline,
    UserSaid,
)
from bus.messages.message import Message


class Web(Actor):
    """What the call shows goes to the page; what people say and type there goes to the call."""

    name = "web"
    engines: ClassVar[Mapping[str, str]] = {"page": "actors.web.server:PageServer", "fake": "actors.web.fake:FakePage"}

    def __init__(self, page: Page) -> None:
        self.page = page
        self._before = ""

    async def restore(self, state: Message) -> None:
        """Pages that are open go on with the address that the process before this one gave out."""
        if isinstance(state, StageAddress):
            self._before = state.url

    async def activate(self) -> None:
        """Takes the port. Raises Fatal when another program has it."""
        await self.page.open()
        self.page.trust(self._before)

    async def run(self, emit: Emit[Ask | Say | PageSound | StageAddress]) -> None:
        """Tells where the page is, then serves it."""
        await emit(StageAddress(url=self.page.url))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.page.serve())
            async for wish in self.page.wishes():
                await emit(wish)

    async def on_picture(self, picture: CameraPicture) -> None:
        self.page.show(picture)

    async def on_sound(self, sound: HeardSound) -> None:
        self.page.show(sound)

    async def on_level(self, level: Level) -> None:
        self.page.show(level)

    async def on_partial(self, partial: Partial) -> None:
        self.page.show(partial)

    async def on_user_said(self, said: UserSaid) -> None:
        self.page.show(said)

    async def on_caption(self, caption: Caption) -> None:
        self.page.show(caption)

    async def on_conversation(self, conversation: Conversation) -> None:
        self.page.show(conversation)

    async def on_state(self, state: TurnState) -> None:
        self.page.show(state)

    async def on_timeline(self, timeline: TurnTimeline) -> None:
        self.page.show(timeline)

    async def on_played(self, played: Played) -> None:
        self.page.show(played)

    async def on_skew(self, skew: Skew) -> None:
        self.page.show(skew)

    async def on_health(self, health: CameraHealth) -> None:
        self.page.show(health)

    async def on_call_health(self, health: CallHealth) -> None:
        self.page.show(health)

    async def stop(self) -> None:
        await self.page.close()
