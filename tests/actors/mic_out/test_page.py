"""Page speaker, in real time for a moment."""

from __future__ import annotations

import asyncio

from actors.mic_out.page import PageSpeaker, PageSpeakerSettings
from tests.actors.mic_out.listening import play_until


def test_it_pulls_on_a_grid_of_10_ms() -> None:
    times = asyncio.run(play_until(PageSpeaker(PageSpeakerSettings()), 8))
    assert {(at - times[0]) % 10_000_000 for at in times} == {0}
