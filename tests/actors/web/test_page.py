"""The stage page in a real browser, with the rehearsal's pictures, voice and conversation."""

from __future__ import annotations

import asyncio
import contextlib
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from actors.web.server import PageServer
from bus.messages import ActorHealth, Ask, CallHealth, PageSound, Say
from bus.rehearsal import Rehearsal
from tests.actors.web.scenes import page, until
from tests.tools.chromium import Chromium, find_chromium
from tests.tools.rehearse_page import ANSWER, HEIGHT, MOUTH, WIDTH, is_open, perform

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine: apt install chromium"),
]

LOOKS = 3
"""A machine that is busy with other things spoils one look of two seconds at lips and voice, not three."""
LIPS = f"{(MOUTH[0] - 12) / WIDTH}, {(MOUTH[1] - 6) / HEIGHT}, {24 / WIDTH}, {12 / HEIGHT}"


@contextlib.asynccontextmanager
async def watched(
    microphone: Path | None = None, fragment: str = ""
) -> AsyncIterator[tuple[Rehearsal, PageServer, Chromium]]:
    """The rehearsal, performed, with a browser that looks at it."""
    async with page() as (scene, server), Chromium.launch(microphone) as browser:
        performing = asyncio.create_task(perform(scene))
        try:
            await browser.open(server.url + fragment)
            await browser.wait_for("avatar.pictures.drawn > 0")
            yield scene, server, browser
            assert browser.complaints == []
        finally:
            performing.cancel()
            await asyncio.gather(performing, return_exceptions=True)


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


def write_tones(path: Path, *tones_hz: float) -> None:
    """A second of tones, 48 kHz, for the browser's microphone."""
    t = np.arange(48_000) / 48_000
    sound = sum(np.sin(2 * np.pi * hz * t) for hz in tones_hz) * 0.3
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((np.asarray(sound) * 32_000).astype("<i2").tobytes())


def test_what_the_call_does_without_stands_on_the_page_until_it_is_back() -> None:
    async def scene() -> None:
        async with watched() as (call, _, browser):
            await call.send(CallHealth(actors=(ActorHealth("face", "given up", error="<b>no</b> GPU"),)))
            await browser.wait_for("avatar.troubles.length === 1 && !document.getElementById('troubles').hidden")
            shown = await browser.evaluate("document.getElementById('troubles').innerText", str)
            assert shown == "The voice goes on without the face: <b>no</b> GPU (avatar restart face)"
            await call.send(CallHealth(actors=(ActorHealth("face", "running", 2, 7),)))
            await browser.wait_for("document.getElementById('troubles').hidden")

    asyncio.run(scene())


def test_pictures_move_without_a_gesture_and_the_token_leaves_the_address() -> None:
    async def scene() -> None:
        async with watched() as (_, server, browser):
            await browser.wait_for("avatar.pictures.fps >= 20")
            assert await browser.evaluate("location.href", str) == f"http://127.0.0.1:{server.door.port}/"
            assert await browser.evaluate("avatar.heard.playing", bool) is False

    asyncio.run(scene())


def test_the_mouth_is_seen_open_when_the_voice_is_heard() -> None:
    async def scene() -> None:
        async with watched() as (_, _, browser):
            await press(browser, "listen")
            await browser.wait_for("avatar.phase === 'speaking' && avatar.heard.rms > 0.02", 15)
            script = f"""new Promise((done) => {{
              const seen = [];
              const look = setInterval(() => {{
                const last = avatar.pictures.log.at(-1);
                const loud = avatar.heard.log.at(-1);
                const [r, g] = avatar.sample({LIPS});
                seen.push([r - g, last[1], Math.sqrt(loud[1]), loud[2], avatar.heard.mediaUs]);
                if (seen.length >= 60) {{ clearInterval(look); done(seen); }}
              }}, 30);
            }})"""
            for _ in range(LOOKS):
                before = await browser.evaluate("avatar.heard.underruns", int)
                seen = np.array(await browser.evaluate(script, list[list[float]]))
                open_mouth, loud = seen[:, 0] > 90, seen[:, 2] > 0.02
                gaps = await browser.evaluate("avatar.heard.underruns", int) - before
                if (open_mouth == loud).mean() > 0.75 and not gaps:
                    break
            assert 0.25 < open_mouth.mean() < 0.75
            assert (open_mouth == loud).mean() > 0.75, "mouth and voice go together (edges of 40 ms aside)"
            assert abs(await browser.evaluate("avatar.skewMs", float)) < 45
            assert not gaps

    assert is_open(3_850), "the rehearsal speaks from 3.8 s on"
    asyncio.run(scene())


def test_the_conversation_is_shown_as_it_was_heard() -> None:
    async def scene() -> None:
        async with watched() as (_, _, browser):
            rows = "[...document.querySelectorAll('#lines li')]"
            await browser.wait_for(f"{rows}.length === 6")
            assert await browser.evaluate(f"{rows}.map((row) => row.dataset.interrupted).indexOf('yes')", int) == 3
            await browser.wait_for("avatar.phase === 'user-speaking' && avatar.partial.length > 10")
            assert await browser.evaluate("document.getElementById('caption').dataset.by", str) == "user"
            await browser.wait_for("avatar.phase === 'speaking' && avatar.caption.text.length > 10")
            assert await browser.evaluate(f"{rows}.length", int) == 8
            assert await browser.evaluate("document.querySelectorAll('#fall .piece').length", int) == 12
            await browser.wait_for(f"avatar.caption.done && {rows}.at(-1).dataset.open === 'no'")
            assert await browser.evaluate(f"{rows}.length", int) == 8
            assert await browser.evaluate(f"{rows}.at(-1).firstChild.textContent", str) == ANSWER

    asyncio.run(scene())


def test_what_is_typed_is_asked_or_said_and_empty_text_is_neither() -> None:
    async def scene() -> None:
        async with watched() as (scene, _, browser):
            sendable = "!document.getElementById('send').disabled"
            assert await browser.evaluate(sendable, bool) is False
            await write(browser, "   ")
            await write(browser, "Who are you?")
            await press(browser, "verbatim")
            await write(browser, "Good evening.")
            await until(lambda: len(scene.of(Say)) == 1)
            assert scene.of(Ask) == [Ask(text="Who are you?")]
            assert scene.of(Say) == [Say(text="Good evening.")]
            await write(browser, "x" * 4_001)
            assert await browser.evaluate(sendable, bool) is False
            note = await browser.evaluate("document.getElementById('note').textContent", str)
            assert note == "1 character over the limit of 4,000"

    asyncio.run(scene())


def test_the_microphone_arrives_at_16_khz_without_aliases(tmp_path: Path) -> None:
    write_tones(tones := tmp_path / "tones.wav", 1_000, 10_000)

    async def scene() -> None:
        async with watched(tones, "#raw-microphone") as (scene, _, browser):
            await press(browser, "join")
            await until(lambda: len(scene.of(PageSound)) >= 60)
        pieces = scene.of(PageSound)[-32:]
        assert {len(piece.payload) for piece in pieces} == {1_024}
        sound = np.frombuffer(b"".join(piece.payload for piece in pieces), "<i2") / 32_768
        power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
        hz = np.fft.rfftfreq(len(sound), 1 / 16_000)
        tone = power[np.abs(hz - 1_000) < 20].max()
        alias = power[np.abs(hz - 6_000) < 20].max()
        assert tone > 100
        assert 10 * np.log10(alias / tone) < -55, "10 kHz would fold back to 6 kHz"

    asyncio.run(scene())


def test_a_page_comes_back_by_itself_when_the_actor_was_restarted() -> None:
    async def scene() -> None:
        async with Chromium.launch() as browser:
            async with page() as (scene, server):
                port = server.door.port
                await browser.open(server.url)
                await browser.wait_for("avatar.connection === 'live'")
            await browser.wait_for("avatar.connection === 'reconnecting'")
            async with page(port=port) as (scene, _):
                await browser.wait_for("avatar.connection === 'live'")
                await perform(scene, 400)
                await browser.wait_for("avatar.pictures.drawn > 0")

    asyncio.run(scene())


def test_a_page_of_a_session_that_is_over_says_so() -> None:
    async def scene() -> None:
        async with Chromium.launch() as browser:
            async with page() as (_, server):
                port = server.door.port
                await browser.open(server.url)
                await browser.wait_for("avatar.connection === 'live'")
            async with page(port=port, token="another-token-0123456789"):
                await browser.wait_for("avatar.connection === 'locked'")

    asyncio.run(scene())


def test_without_a_microphone_the_call_is_still_heard_and_typed_to() -> None:
    async def scene() -> None:
        async with watched() as (scene, _, browser):
            refusing = "async () => { throw new DOMException('no', 'NotAllowedError'); }"
            await browser.evaluate(f"void (navigator.mediaDevices.getUserMedia = {refusing})", object)
            await press(browser, "join")
            await browser.wait_for("avatar.microphone.error === 'NotAllowedError' && avatar.heard.playing")
            assert "microphone is blocked" in await browser.evaluate("document.getElementById('hint').textContent", str)
            assert await browser.evaluate("document.getElementById('microphone').ariaPressed", str) == "false"
            await write(browser, "Still here?")
            await until(lambda: scene.of(Ask) == [Ask(text="Still here?")])

    asyncio.run(scene())
