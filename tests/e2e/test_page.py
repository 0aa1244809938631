"""The stage page of a running call in a real browser, with a recorded person as its microphone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.call import Call
from tests.e2e.plans import RATE_HZ, conversation, live_plan, sound, write_wav
from tests.tools.chromium import Chromium, find_chromium

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine: apt install chromium"),
]

MOUTH = "0.45, 0.555, 0.09, 0.14"
"""Where the drawn face's mouth is, as shares of the picture: left, top, width, height."""
ENOUGH_FPS = 10
"""Of 25: the browser draws without a graphics card, beside everything else that runs on the machine."""
MOST_SKEW_MS = 120
LEAD_IN_S = 1.0
TALK_OVER_S = 3.5
"""So long after the end of the question the person talks over the answer."""

WATCH = f"""new Promise((done) => {{
  const seen = [];
  const look = setInterval(() => {{
    seen.push([avatar.heard.rms, ...avatar.sample({MOUTH})]);
    if (seen.length >= 60) {{ clearInterval(look); done(seen); }}
  }}, 40);
}})"""
"""Loudness and the mouth's mean colour, 25 times a second for 2.4 s."""


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    folder = tmp_path_factory.mktemp("page")
    with Call(live_plan(folder), folder).until_up() as call:
        yield call


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A question, and in the middle of its answer another one; then silence."""
    first, second = conversation()[1], conversation()[2]
    question, barge_in = (sound(asked.start_ms, asked.end_ms) for asked in (first, second))
    quiet = [np.zeros(int(seconds * RATE_HZ), np.int16) for seconds in (LEAD_IN_S, TALK_OVER_S, 30)]
    pcm = np.concatenate([quiet[0], question, quiet[1], barge_in, quiet[2]])
    return write_wav(tmp_path_factory.mktemp("microphone") / "person.wav", pcm, 48_000)


def address(call: Call) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/\S+", call.output)
    assert found, call.told()
    return found[0]


async def press(browser: Chromium, button: str) -> None:
    await browser.evaluate(f"document.getElementById('{button}').click()", object)


async def write(browser: Chromium, text: str) -> None:
    """Types into the box and presses Enter."""
    await browser.evaluate(
        f"(() => {{ const box = document.getElementById('text'); box.value = {text!r};"
        " box.dispatchEvent(new Event('input'));"
        " box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', cancelable: true, bubbles: true})); })()",
        object,
    )


def test_a_person_talks_with_the_avatar_in_a_browser_and_over_it(call: Call, microphone: Path, tmp_path: Path) -> None:
    async def scene() -> None:
        async with Chromium.launch(Path(f"{microphone}%noloop")) as browser:
            await browser.resize(1280, 800)
            await browser.open(address(call))
            await browser.wait_for(f"avatar.connection === 'live' && avatar.pictures.fps > {ENOUGH_FPS}", 20)
            await press(browser, "join")
            await browser.wait_for("avatar.joined && avatar.microphone.yours && avatar.heard.playing")
            await browser.wait_for("avatar.lines.some((line) => line.role === 'user')", 15)
            await browser.wait_for("avatar.phase === 'speaking' && avatar.heard.rms > 0.01", 10)
            await browser.wait_for("avatar.caption.text.length > 10")
            await browser.wait_for(f"Math.abs(avatar.skewMs) < {MOST_SKEW_MS} && avatar.pictures.fps > {ENOUGH_FPS}")
            (tmp_path / "stage.png").write_bytes(await browser.screenshot())
            await browser.wait_for("avatar.lines.some((line) => line.interrupted)", 15)
            await browser.wait_for("avatar.lines.some((line) => line.text.toLowerCase().includes('made you'))", 15)
            lines = await browser.evaluate("avatar.lines.map((line) => line.text)", list[str])
            assert "parts crash" in lines[0].lower()
            assert lines[1]
            assert "Then only that part is started again, and the call goes on.".startswith(lines[1][:40])
            assert len(lines) >= 3
            await browser.wait_for("avatar.caption.text.includes('open project')", 20)
            await browser.wait_for("avatar.phase === 'listening'", 20)
            assert browser.complaints == []

    asyncio.run(scene())
    assert (tmp_path / "stage.png").stat().st_size > 50_000, "the screenshot shows more than an empty page"


def test_what_is_typed_is_answered_and_the_mouth_moves_with_the_voice(call: Call) -> None:
    async def scene() -> None:
        async with Chromium.launch() as browser:
            await browser.open(address(call))
            await browser.wait_for("avatar.connection === 'live' && avatar.phase === 'listening'", 20)
            await press(browser, "listen")
            await browser.wait_for("avatar.heard.playing")
            silent = np.array(await browser.evaluate(WATCH, list[list[float]]))
            await write(browser, "Who is your owner?")
            await browser.wait_for("avatar.phase === 'speaking' && avatar.heard.rms > 0.01", 15)
            spoken = np.array(await browser.evaluate(WATCH, list[list[float]]))
            assert silent[:, 0].max() < 0.005 < spoken[:, 0].min()
            moving, resting = (np.abs(np.diff(seen[:, 1:], axis=0)).mean() for seen in (spoken, silent))
            assert moving > 3 * resting, f"{moving} and {resting}"
            await browser.wait_for("avatar.caption.done && avatar.caption.text.endsWith('one small file.')", 30)
            assert browser.complaints == []

    asyncio.run(scene())


def test_a_stranger_without_the_token_does_not_get_in(call: Call) -> None:
    async def scene() -> None:
        async with Chromium.launch() as browser:
            await browser.open(address(call).partition("?")[0])
            assert await browser.evaluate("typeof avatar", str) == "undefined"

    asyncio.run(scene())
