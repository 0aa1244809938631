"""Scenes of the overview."""

from __future__ import annotations

import msgspec
import pytest

from bus.errors import Gone
from bus.messages import CameraHealth, TurnState
from remote.overview import Dropped, Overview, duration, look, look_through, overview_lines, said
from remote.session import Session
from remote.visit import visit
from tests.bus.house import until
from tests.remote.pretended import PretendedCall, row

QUIET = Overview(session="show", plan="show.toml", phase="running", uptime_s=7.9, actors=(row("tts"),))


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.4, "0 s"), (61, "1 min 01 s"), (3_599, "59 min 59 s"), (7_500, "2 h 05 min")]
)
def test_times_are_told_in_words(seconds: float, told: str) -> None:
    assert duration(seconds) == told


def test_a_call_without_camera_and_drops_is_a_table_and_no_more() -> None:
    assert [line.split()[:3] for line in overview_lines(QUIET)] == [
        ["show:", "running,", "for"],
        [],
        ["actor", "host", "pid"],
        ["tts", "local", "7"],
    ]


def test_what_is_wrong_stands_below_the_table() -> None:
    full = msgspec.structs.replace(
        QUIET,
        turn="speaking",
        actors=(
            row("tts", state="waiting", error="it ended with code 1"),
            row("llm", error="it had a cold"),
            row("face", state="given up", error="no GPU"),
        ),
        dropped=(Dropped("web", "mic-out.sound", "overflow", 1_234),),
        camera_fps=24.98,
        camera_worst_gap_ms=61.0,
        trouble="the disk is full",
    )
    lines = overview_lines(full)
    assert lines[0].startswith("show: running, speaking, for 7 s")
    assert lines[4].endswith("it had a cold"), "a thing of the past stays in its row"
    assert lines[6] == "tts: it ended with code 1"
    assert lines[7] == "face: no GPU (avatar restart face)"
    assert lines[9] == "camera 25.0 fps, worst gap 61 ms"
    assert lines[-3].split() == ["1,234", "mic-out.sound", "overflow", "web"]
    assert lines[-1] == "the disk is full"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"state": "guarded", "lag_ms": 82, "gain_db": -12.0}, ["", "echo: guarded, lag 82 ms"]),
        ({"state": "none"}, ["", "echo: none"]),
        ({"state": "unknown"}, []),
    ],
)
def test_it_says_whether_the_microphone_hears_the_loudspeaker(told: dict[str, object], shown: list[str]) -> None:
    view = msgspec.structs.replace(QUIET, **said("vad.echo", told))
    assert overview_lines(view)[4:] == shown


def test_what_is_busy_or_hangs_says_so_in_plain_words() -> None:
    actors = (row("tts", busy_ms=12_400), row("face", busy_ms=9_000, hanging_ms=6_000), row("llm", busy_ms=900))
    lines = overview_lines(msgspec.structs.replace(QUIET, actors=actors))
    assert "running, busy 12 s" in lines[3]
    assert "running, hanging 6 s" in lines[4]
    assert "busy" not in lines[5]


def test_camera_and_turn_are_listened_to(call: PretendedCall) -> None:
    with (
        call.house.peer("cam-out", gives=(CameraHealth,)) as camera,
        call.house.peer("turn-manager", gives=(TurnState,)) as manager,
        visit(call.session, "status") as client,
    ):
        manager.send(TurnState(phase="thinking", since_ns=1))
        until(lambda: call.house.hub.traffic.get("turn-manager.state"))
        client.tap(["turn-manager.state", "cam-out.health"], payload=False)
        until(lambda: call.house.hub.exchange.taps(b"cam-out.health\0"))

        def tell() -> bool:
            camera.send(CameraHealth(fps=25, worst_gap_ms=41, trouble="full"))
            return "cam-out.health" in call.house.hub.traffic

        until(tell)
        view = look_through(client)
    assert (view.camera_fps, view.camera_worst_gap_ms, view.trouble, view.turn) == (25, 41, "full", "thinking")


def test_a_call_that_has_ended_is_gone(home: object) -> None:
    with pytest.raises(Gone, match="has ended"):
        look(Session("none"))
