"""Pictures of the README: runs the two plans and writes what is seen to docs/frame.jpg and docs/stage.png.

    python -m tests.tools.make_pictures

The frame is a loud moment of the film of topology/demo.toml, eyes and mouth open. The stage page is photographed while the avatar answers
the same recorded person, whom a Chromium without a window plays as its microphone. Takes two minutes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from tests.tools.chromium import Chromium

ROOT = Path(__file__).parents[2]
PLANS = ROOT / "topology"
FPS = 25
LOUD = 40
FACE = (285, 500, 520, 760)
"""Top, bottom, left and right of eyes and mouth in the film's picture of 1280x720, wherever the head sways to."""
DARK = 80
PAGE = (1_280, 800)
ANSWERS = 2
"""So many answers are on the page, one of them interrupted, and the next is being spoken when it is photographed."""
MAX_BYTES = 400_000


def make_frame(work: Path) -> None:
    """Runs the demo in `work` and writes the frame."""
    command = [sys.executable, "-m", "cli.main", "up", str(PLANS / "demo.toml"), "--quiet"]
    subprocess.run(command, cwd=work, env=_home(work), check=True)
    film = work / "out" / "demo" / "call.mp4"
    _write(ROOT / "docs" / "frame.jpg", ".jpg", _speaking(film), [cv2.IMWRITE_JPEG_QUALITY, 88])


async def make_page(work: Path) -> None:
    """Runs a call with the stage page, talks to it, and writes the page."""
    async with _live_call(work) as url, Chromium.launch(PLANS / "conversation.wav") as browser:
        await browser.resize(*PAGE)
        await browser.open(url)
        await browser.wait_for("avatar.pictures.drawn > 0")
        await browser.evaluate("document.getElementById('join').click()", object)
        await browser.wait_for(f"avatar.timelines.length > {ANSWERS}", 90)
        await browser.wait_for("avatar.phase === 'speaking' && !avatar.caption.done && avatar.caption.text.length > 45")
        await browser.wait_for("avatar.heard.rms > 0.03")
        raw = np.frombuffer(await browser.screenshot(), np.uint8)
    picture = cv2.imdecode(raw, cv2.IMREAD_COLOR)
    assert picture is not None
    _write(ROOT / "docs" / "stage.png", ".png", np.asarray(picture, np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 9])


@contextlib.asynccontextmanager
async def _live_call(work: Path) -> AsyncIterator[str]:
    """A call on topology/local.toml, on any free port; gives the page's address."""
    text = (PLANS / "local.toml").read_text(encoding="utf-8")
    plan = work / "local.toml"
    plan.write_text(text.replace("port = 8440", "port = 0").replace("open_browser = true", ""), encoding="utf-8")
    shutil.copy(PLANS / "persona.toml", work)
    command = [sys.executable, "-m", "cli.main", "up", str(plan)]
    call = await asyncio.create_subprocess_exec(*command, cwd=work, env=_home(work), stdout=PIPE)
    assert call.stdout
    try:
        async for line in call.stdout:
            if b"http://" in line:
                draining = asyncio.create_task(_drain(call.stdout))
                yield line.decode().split()[-1]
                break
        else:
            sys.exit("the call ended before its page was open")
    finally:
        with contextlib.suppress(ProcessLookupError):
            call.terminate()
        await call.wait()
    await draining


async def _drain(lines: asyncio.StreamReader) -> None:
    async for _ in lines:
        pass


def _home(work: Path) -> dict[str, str]:
    return {**os.environ, "AVATAR_HOME": str(work / "home")}


def _loud(film: Path) -> set[int]:
    """Numbers of the frames at which the avatar (the left channel) is loudest."""
    with av.open(str(film)) as container:
        stream = container.streams.audio[0]
        voice = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(stream)])
        step = stream.rate // FPS
    power = np.mean(np.square(voice[: voice.size // step * step].reshape(-1, step)), axis=1)
    return set(np.argsort(power)[-LOUD:].tolist())


def _speaking(film: Path) -> NDArray[np.uint8]:
    """The loud frame whose eyes and mouth are widest open: it has the most dark pixels in the face; BGR."""
    loud = _loud(film)
    with av.open(str(film)) as container:
        frames = [f for f in container.decode(container.streams.video[0]) if round((f.time or 0) * FPS) in loud]
    pictures = [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in frames]
    top, bottom, left, right = FACE
    return max(pictures, key=lambda bgr: np.count_nonzero(bgr[top:bottom, left:right].max(axis=2) < DARK))


def _write(path: Path, suffix: str, picture: NDArray[np.uint8], options: list[int]) -> None:
    done, data = cv2.imencode(suffix, picture, options)
    assert done
    assert data.size < MAX_BYTES, f"{path.name} has {data.size} bytes"
    path.write_bytes(data.tobytes())
    sys.stdout.write(f"wrote {path.relative_to(ROOT)}: {data.size // 1000} kB\n")


def main() -> None:
    """Makes both pictures."""
    with tempfile.TemporaryDirectory(prefix="avatar-pictures-") as work:
        make_frame(Path(work))
        asyncio.run(make_page(Path(work)))


if __name__ == "__main__":
    main()
