"""Attack on a running call: strangers, a peer that has gone mad, crashes. The call goes on, and nothing private is written."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import psutil
import pytest
from zmq.utils import z85

from bus.clock import sleep_ms
from bus.codec import Torn, decode_body, decode_header, encode, topic_frame
from bus.control import Hello, Welcome, decode_word
from bus.envelope import Header
from bus.errors import Broken
from bus.messages import Caption, Message, StageAddress, UserSaid
from bus.roster import identity_of
from bus.socket import Network, SessionKeys, Socket
from remote.bench.idle import page
from remote.kinds import KINDS
from tests.e2e.call import Call, Watcher, avatar, until
from tests.e2e.plans import CONVERSATION, TOPOLOGY, conversation
from tests.fuzz.doors import frames_of, header_of
from tests.fuzz.mutation import Mutator
from tests.fuzz.samples import sample_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

INPUTS = int(os.environ.get("AVATAR_FUZZ_LIVE", "1500"))
"""How many the mad peer sends; a long run has more."""
QUESTION = "what is the colour of the zeppelin"
ANSWER = "Aubergine, with marigold propellers."
PERSONA = f"""
name = "Nova"
language = "en"
[greeting]
en = "Salutations, wanderer."
[unknown]
en = ["Inscrutable, alas."]
[[answer]]
questions = ["{QUESTION}"]
answer = "{ANSWER}"
"""
MAD = "mad"


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """A call that hears the recorded person and has a page, and logs all that it can."""
    monkeypatch.setenv("AVATAR_LOG", "debug")
    (tmp_path / "persona.toml").write_text(PERSONA, encoding="utf-8")
    text = (TOPOLOGY / "soak.toml").read_text(encoding="utf-8")
    path = tmp_path / "attacked.toml"
    path.write_text(text.replace('"conversation.wav"', json.dumps(str(CONVERSATION))), encoding="utf-8")
    with Call(path, tmp_path).until_up() as call:
        yield call


def test_a_call_goes_on_under_attack_and_writes_nothing_private(call: Call, tmp_path: Path) -> None:
    keys = msgspec.json.decode(next(call.home.glob("sessions/*/keys.json")).read_bytes(), type=SessionKeys)
    with call.watched(StageAddress) as watcher:
        watcher.until(lambda: bool(watcher.of(StageAddress)))
        url = watcher.of(StageAddress)[-1].url
        with page(url):
            said = watcher.ask(QUESTION)
            assert said, "the recorded person may speak over the end of it"
            assert ANSWER.startswith(said)
            sizes = memory(watcher)
            sent = attack_from_inside(keys, call.running().control_port, INPUTS)
            attack_from_outside(urlsplit(url).port or 0, call.running().control_port)
            assert sent >= INPUTS
            for actor in ("llm", "tts", "web"):
                psutil.Process(watcher.actor(actor).pid).kill()
            until(lambda: all(a.state == "running" for a in watcher.status().actors), 20, watcher.status)
            watcher.until(lambda: bool(watcher.of(UserSaid)) and bool(watcher.of(Caption)), 30)
            answered(watcher)
        for name, size in memory(watcher).items():
            assert size < sizes[name] * 1.5 + 30 * 2**20, (name, sizes[name], size)
        expect_nothing_private(call, watcher, tmp_path, keys, url)


def answered(watcher: Watcher) -> None:
    """The recorded person may talk over the answer: then it is asked again."""
    for _ in range(4):
        if ANSWER.startswith(said := watcher.ask(QUESTION, 30)) and said:
            return
    pytest.fail("no answer after the attack")


def memory(watcher: Watcher) -> dict[str, int]:
    """Resident bytes of each process of the call that was not replaced."""
    return {a.actor: psutil.Process(a.pid).memory_info().rss for a in watcher.status().actors if a.pid}


def attack_from_inside(keys: SessionKeys, port: int, count: int) -> int:
    """A peer with the keys sends what is no message, on every socket; gives how many inputs."""
    network = Network(keys)
    control = network.socket("dealer", identity_of(MAD, 1))
    control.connect(port)
    topics = tuple(sorted(KINDS))
    hello = msgspec.msgpack.encode(Hello(MAD, 1, "client", 0, gives=topics, active=True))
    welcome: list[Welcome] = []
    until(lambda: _welcomed(control, hello, welcome), 10)
    push, pub, sub = network.socket("push"), network.socket("pub"), network.socket("xsub")
    for used, at in ((push, welcome[0].stream_in), (pub, welcome[0].latest_in), (sub, welcome[0].latest_out)):
        used.connect(at)
    sleep_ms(300)
    sent = 0
    for frames, to in _madness(count):
        {"push": push, "pub": pub, "control": control, "sub": sub}[to].try_send(frames)
        sent += 1
        if not sent % 100:
            control.try_send([msgspec.msgpack.encode({"type": "Beat"})])
            sleep_ms(5)
    control.try_send([msgspec.msgpack.encode({"type": "Bye"})])
    for used in (control, push, pub, sub):
        used.close()
    network.close()
    return sent


def _welcomed(control: Socket, hello: bytes, welcome: list[Welcome]) -> bool:
    control.try_send([hello])
    sleep_ms(50)
    frames = control.try_receive()
    word = decode_word(frames[0]) if frames else None
    if isinstance(word, Welcome):
        welcome.append(word)
    return bool(welcome)


def _madness(count: int) -> Iterable[tuple[list[bytes], str]]:
    """Messages and words that cannot be understood: what could be is an order of the owner, and obeyed."""
    chance = random.Random(5)
    kinds = list(KINDS.values())
    bodies = {kind: Mutator(1, [bytes(header_of(sample_of(kind)).body)], "msgpack") for kind in kinds}
    heads = {kind: Mutator(2, [frames_of(kind)[1]], "msgpack") for kind in kinds}
    words = Mutator(3, [msgspec.msgpack.encode(sample_of(kind)) for kind in (Hello, Welcome)], "msgpack")
    bytes_only = Mutator(4, [b"\1tts.audio\0", b"\0~llm"])
    while count:
        kind = chance.choice(kinds)
        topic = topic_frame(kind.spec.topic)
        match chance.randrange(5):
            case 0:
                frames, to = [topic, heads[kind].next(), b""], "pub"
                understood = _is_message(kind, frames)
            case 1:
                frames, to = _mad_body(kind, bodies[kind].next()), chance.choice(("push", "pub"))
                understood = _is_message(kind, frames)
            case 2:
                frames, to = [words.next()], "control"
                understood = _is_word(frames[0])
            case 3:
                frames, to = [bytes_only.next()], "sub"
                understood = False
            case _:
                frames, to = [bytes_only.next() for _ in range(chance.randrange(1, 6))], chance.choice(("push", "pub"))
                understood = False
        if not understood:
            count -= 1
            yield frames, to


def _mad_body(kind: type[Message], body: bytes) -> list[bytes]:
    """A good header, let in by the hub, and a body that only the actors look at."""
    message = sample_of(kind)
    header = Header(v=1, id=random.getrandbits(60), source=MAD, epoch=1, seq=1, t0=1, t=1, host="local")
    frames = encode(msgspec.structs.replace(header, body=msgspec.Raw(body)), message)
    return [frames[0], frames[1], b"xy"]


def _is_message(kind: type[Message], frames: list[bytes]) -> bool:
    try:
        decode_body(kind, decode_header(frames)[1], frames[2])
    except Torn:
        return False
    return True


def _is_word(frame: bytes) -> bool:
    try:
        decode_word(frame)
    except Broken:
        return False
    return True


def attack_from_outside(page_port: int, control_port: int) -> None:
    """A stranger with bare sockets, at the page and at the hub."""
    garbage = Mutator(
        6,
        [
            b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            b"\xff" + bytes(8) + b"\x7f\3",
        ],
    )
    lines = []
    for number in range(200):
        with contextlib.suppress(OSError):
            line = socket.create_connection(("127.0.0.1", (page_port, control_port)[number % 2]), timeout=2)
            lines.append(line)
            line.sendall(garbage.next())
    for line in lines:
        line.close()


def expect_nothing_private(call: Call, watcher: Watcher, folder: Path, keys: SessionKeys, url: str) -> None:
    """Neither in a log, nor on stderr, nor where every user can look."""
    _, status, _ = avatar(call.home, "status", "--json")
    _, checkup, _ = avatar(call.home, "doctor")
    seen = {"stderr": call.errors, "status --json": status, "doctor": checkup}
    for process in call.processes():
        with contextlib.suppress(psutil.Error):
            seen[f"process {process.pid}"] = f"{process.cmdline()} {process.environ()}"
    for log in call.home.rglob("*.log"):
        seen[log.name] = log.read_text(encoding="utf-8", errors="replace")
    assert len([name for name in seen if name.endswith(".log")]) >= 12
    (token,) = parse_qs(urlsplit(url).query)["token"]
    secrets = {"the page's token": token, **_all_codings(keys)}
    spoken = [turn.text for turn in conversation()] + [said.text for said in watcher.of(UserSaid)]
    words = [
        ANSWER,
        "Aubergine",
        QUESTION,
        "zeppelin",
        "Salutations",
        "Inscrutable",
        *(text for text in spoken if " " in text),
    ]
    secrets |= {f"the words {text!r}": text.lower() for text in words}
    for place, text in seen.items():
        for what, secret in secrets.items():
            assert secret not in text, f"{what} in {place}"
            assert secret not in text.lower() or secret != secret.lower(), f"{what} in {place}"


def _all_codings(keys: SessionKeys) -> dict[str, str]:
    found = {}
    for name in ("hub_secret", "peer_secret"):
        text: str = getattr(keys, name)
        raw = z85.decode(text.encode())
        for coding, coded in (
            ("z85", text),
            ("hex", raw.hex()),
            ("base64", base64.b64encode(raw).decode().rstrip("=")),
            ("repr", repr(raw)[2:-1]),
        ):
            found[f"{name} as {coding}"] = coded
    return found
