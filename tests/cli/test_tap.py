"""Scenes of `avatar tap`: a real hub, a real speaker, and what is printed."""

from __future__ import annotations

import io
import json
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bus.messages import CameraPicture, HeardSound, Message, StageAddress, Token
from cli.main import run
from tests.bus.house import Peer
from tests.remote.pretended import PretendedCall

Captured = pytest.CaptureFixture[str]


@contextmanager
def speaking(call: PretendedCall, *messages: Message, times: int = 1) -> Iterator[Peer]:
    """Someone who says these as soon as somebody taps the last of them."""
    kinds = tuple({type(m): None for m in messages})
    with call.house.peer("llm", gives=kinds) as peer:
        over = threading.Event()
        topic = messages[-1].spec.topic.encode() + b"\0"

        def speak() -> None:
            while not call.house.hub.exchange.taps(topic) and not over.wait(0.005):
                pass
            over.wait(0.3)  # a PUB hears of the subscription a little later than the hub
            for _ in range(times):
                peer.send(*messages)

        speaker = threading.Thread(target=speak)
        speaker.start()
        try:
            yield peer
        finally:
            over.set()
            speaker.join()


def test_a_line_for_each_message_of_several_topics(call: PretendedCall, capsys: Captured) -> None:
    with speaking(call, HeardSound(at_ns=1, payload=b"12"), Token(index=3, text="Hé\x1b[2J")):
        assert run(["tap", "llm.token", "mic-*", "--count", "2", "--timeout", "5"]) == 0
    out = capsys.readouterr()
    sound, token = sorted(out.out.splitlines(), key=lambda line: "llm.token" in line)
    assert "mic-out.sound  llm#1" in sound and "2 B  at_ns=1" in sound
    assert 'index=3  text="Hé' in token and "\x1b" not in token
    assert out.err == ""


def test_json_has_everything_and_the_page_token_stays_secret(call: PretendedCall, capsys: Captured) -> None:
    with speaking(call, StageAddress(url="http://127.0.0.1:1/?token=abc#token=abc")):
        assert run(["tap", "web.address", "--json", "--count", "1", "--timeout", "5"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["body"] == {"url": "http://127.0.0.1:1/"}
    assert (told["topic"], told["source"], told["seq"], told["size"]) == ("web.address", "llm", 1, 0)


def test_a_field_alone(call: PretendedCall, capsys: Captured) -> None:
    with speaking(call, Token(index=3, text="so"), times=2):
        assert run(["tap", "llm.token", "--field", "text", "--count", "2", "--timeout", "5"]) == 0
    assert capsys.readouterr().out == "so\nso\n"


def test_sound_becomes_a_wav_file_with_a_whole_header(call: PretendedCall, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "sound.wav"
    with speaking(call, HeardSound(at_ns=1, payload=b"\1\0" * 960), times=3):
        assert run(["tap", "mic-out.sound", "--wav", str(path), "--count", "3", "--timeout", "5"]) == 0
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnframes(), sound.getnchannels()) == (48_000, 2_880, 1)
        assert sound.readframes(1) == b"\1\0"
    assert capsys.readouterr().out == f"{path}: 0.06 s of sound, 48000 Hz\n"


def test_pictures_become_files(call: PretendedCall, tmp_path: Path) -> None:
    with speaking(call, CameraPicture(at_ns=1, payload=b"jpeg"), times=2):
        assert run(["tap", "cam-out.picture", "--jpg", str(tmp_path / "p"), "--count", "2", "--timeout", "5"]) == 0
    assert [f.read_bytes() for f in sorted((tmp_path / "p").iterdir())] == [b"jpeg", b"jpeg"]


def test_figures_once_a_second(call: PretendedCall, capsys: Captured) -> None:
    with speaking(call, Token(index=0, text="a", payload=b"123"), times=5):
        assert run(["tap", "llm.token", "--bw", "--json", "--timeout", "1.2"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["topic"], told["messages"], told["mean_bytes"]) == ("llm.token", 5, 3)


def test_nothing_to_see_is_exit_code_1_after_the_timeout(call: PretendedCall, capsys: Captured) -> None:
    errors = io.StringIO()
    with call.house.peer("llm", gives=(Token,)):
        assert run(["tap", "llm.token", "--timeout", "0.2"], errors) == 1
    assert errors.getvalue() == "avatar: 0 messages came\n        see: avatar topics\n"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["llm.tokn"], 'did you mean "llm.token"?'),
        (["llm.token", "--field", "txt"], 'did you mean "text"?'),
        (["llm.token", "--wav", "x.wav"], "llm.token is not sound"),
        (["llm.token", "--jpg", "x"], "llm.token is not pictures"),
        (["llm.token", "--hz", "--bw"], "--hz and --bw cannot go together"),
    ],
)
def test_wrong_usage_is_exit_code_2(call: PretendedCall, words: list[str], said: str) -> None:
    errors = io.StringIO()
    with call.house.peer("llm", gives=(Token,)):
        assert run(["tap", *words], errors) == 2
    assert said in errors.getvalue()


def test_the_end_of_the_call_ends_it(call: PretendedCall, capsys: Captured) -> None:
    with speaking(call, Token(index=0, text="a")):
        threading.Timer(0.8, call.end_process).start()
        assert run(["tap", "llm.token"]) == 0
    assert capsys.readouterr().err == "the call has ended\n"
