"""Figures of an idle call: what all its processes cost with nobody there, and with one page looking on."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bus.clock import SECOND, now_ns
from bus.errors import Gone
from bus.messages import StageAddress
from remote.bench.figures import Figure, Tell
from remote.bench.trial import Command, Trial, lay_out, trial, wait_s

NAME = "bench-idle"
PERCENT = 60.0
SETTLE_S = 3.0


def measure_idle(up: Command, tell: Tell, *, seconds: float) -> Iterator[list[Figure]]:
    """Runs the live plan, first with nobody, then with a page; gives the figures of each."""
    with tempfile.TemporaryDirectory(prefix="avatar-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        plan = lay_out(folder, "local.toml", {"name": f'"{NAME}"', "port": "0", "open_browser": "false"})
        tell("starting the live plan")
        with trial(plan, NAME, up, (StageAddress,)) as running:
            tell(f"nobody connected, {seconds:.0f} s")
            yield idle_figures("nobody connected", _cost(running, seconds))
            tell(f"one page connected, {seconds:.0f} s")
            with page(_address(running)):
                yield idle_figures("one page connected", _cost(running, seconds))


def idle_figures(who: str, percents: Mapping[str, float]) -> list[Figure]:
    """All processes together, then each of them, the dearest first."""
    total = Figure(
        part="idle",
        name=f"all processes, {who}",
        value=round(sum(percents.values()), 1),
        unit="% of a core",
        at_most=PERCENT,
    )
    dear = sorted(percents.items(), key=lambda item: -item[1])
    return [
        total,
        *(Figure(part="idle", name=f"  {name}", value=round(share, 1), unit="% of a core") for name, share in dear),
    ]


@contextmanager
def page(url: str) -> Iterator[None]:
    """A page that reads all that it is sent, like a browser that looks on. Raises Gone when it cannot connect."""
    from websockets.exceptions import ConnectionClosed, InvalidHandshake
    from websockets.sync.client import connect

    parts = urlsplit(url)
    try:
        socket = connect(f"ws://{parts.netloc}/live?{parts.query}", origin=f"http://{parts.netloc}", max_size=None)  # type: ignore[arg-type]
    except (OSError, InvalidHandshake) as error:
        raise Gone(f"the page does not answer: {error}", "see: avatar doctor") from error

    def read() -> None:
        try:
            for _ in socket:
                pass
        except ConnectionClosed:
            return

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield
    finally:
        socket.close()
        reader.join(5)


def _cost(running: Trial, seconds: float) -> dict[str, float]:
    """Percent of a core of each process."""
    wait_s(SETTLE_S)
    running.measure_cpu()
    began_ns = now_ns()
    wait_s(seconds)
    spent = running.measure_cpu()
    return {name: 100 * used * SECOND / (now_ns() - began_ns) for name, used in spent.items()}


def _address(running: Trial) -> str:
    for delivery in running.deliveries:
        if isinstance(delivery.message, StageAddress):
            return delivery.message.url
    raise Gone("the call did not say where its page is", "see: avatar doctor")
