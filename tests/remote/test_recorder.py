"""Scenes of a recorder: a real hub, real speakers, a real file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bus.client import Client, Question
from bus.clock import MS, wall_time
from bus.codec import decode_header
from bus.control import Drops
from bus.messages import HeardSound, Message, StageAddress, Token
from bus.recording import AnyEntry, Counted, End, Full, Joined, Lost, Passed, Reader, Skipped, Writer
from remote.recorder import Recorder, record
from tests.bus.house import House, Peer, until
from tests.bus.world import world_of
from tests.remote.copies import frames_of


@contextmanager
def recording(
    house: House,
    path: Path,
    *,
    wanted: Callable[[str], bool] = lambda topic: True,
    whole: Callable[[str], bool] = lambda topic: True,
) -> Iterator[Recorder]:
    """A recorder that runs in a thread for the length of the block."""
    client = Client(house.keys, house.port, "recorder")
    recorder = Recorder(client, Writer(path), "demo", ("local",), wall_time(), wanted=wanted, whole=whole)
    over = threading.Event()
    thread = threading.Thread(target=lambda: record(recorder, lambda: "told to" if over.is_set() else ""))
    thread.start()
    until(lambda: house.hub.exchange.taps(b"llm.token\0"))
    try:
        yield recorder
    finally:
        over.set()
        thread.join()
        client.close()


def sent(peer: Peer, *messages: Message) -> bool:
    peer.send(*messages)
    return True


def read(path: Path) -> list[AnyEntry]:
    with Reader(path) as reader:
        assert reader.begin.session == "demo"
        entries = list(reader)
    assert reader.torn_bytes == 0
    return entries


def passed(path: Path) -> list[Passed]:
    return [entry for entry in read(path) if isinstance(entry, Passed)]


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    house.end()


def test_everything_that_passes_is_in_the_file_and_the_page_token_is_not(house: House, tmp_path: Path) -> None:
    with (
        house.peer("llm", gives=(Token, HeardSound, StageAddress)) as llm,
        recording(house, tmp_path / "a.rec") as kept,
    ):
        until(lambda: sent(llm, StageAddress(url="secret"), HeardSound(at_ns=1, payload=b"1234")) and kept.messages)
        llm.send(*(Token(index=n, text="x") for n in range(500)))
        until(lambda: llm.link.unsettled == 0 and kept.messages >= 501)
    tokens = [entry for entry in passed(tmp_path / "a.rec") if entry.topic == "llm.token"]
    headers = [decode_header([b"llm.token\0", entry.header, entry.payload or b""])[1] for entry in tokens]
    assert [header.seq for header in headers] == list(range(1, 501))
    sound = next(entry for entry in passed(tmp_path / "a.rec") if entry.topic == "mic-out.sound")
    assert (sound.size, sound.payload) == (4, b"1234")
    assert b"secret" not in (tmp_path / "a.rec").read_bytes()
    last = read(tmp_path / "a.rec")[-1]
    assert isinstance(last, End)
    assert (last.why, last.lost) == ("told to", 0)
    assert last.messages == len(passed(tmp_path / "a.rec"))


def test_sizes_take_the_place_of_payloads_where_these_are_not_wanted(house: House, tmp_path: Path) -> None:
    file = tmp_path / "a.rec"
    with (
        house.peer("llm", gives=(HeardSound,)) as llm,
        recording(
            house, file, wanted=lambda topic: topic != "asr.final", whole=lambda topic: topic == "llm.token"
        ) as kept,
    ):
        until(lambda: sent(llm, HeardSound(at_ns=1, payload=b"1234")) and kept.messages)
        assert not house.hub.exchange.taps(b"asr.final\0")
    assert {(entry.size, entry.payload) for entry in passed(tmp_path / "a.rec")} == {(4, None)}


class Told:
    """A client that gets these frames, and overflows."""

    def __init__(self, *frames: list[bytes]) -> None:
        self.frames = list(frames)
        self.lost_taps = 0

    def tap(self, topics: list[str], *, payload: bool) -> None:
        pass

    def tapped(self, timeout_s: float) -> Iterator[list[bytes]]:
        self.lost_taps += 3
        yield from self.frames

    def question(self, to: str, *_: object, **__: object) -> Question[object]:
        return Question(0, to, object)

    def drop(self, question: Question[object]) -> None:
        pass


def told(path: Path, *frames: list[bytes], limit: int = 0) -> list[AnyEntry]:
    """What stands in the file besides the beginning, after these frames."""
    recorder = Recorder(Told(*frames), Writer(path, limit), "demo", ("local",), wall_time())  # type: ignore[arg-type]
    recorder.step()
    recorder.close("over")
    return read(path)


def copy(seq: int, number: int, boot: int = 1) -> list[bytes]:
    return [*frames_of(Token(index=seq, text=""), seq=seq), b"%d %d" % (boot, number)]


def test_every_loss_stands_in_the_file_where_it_happened(tmp_path: Path) -> None:
    entries = told(tmp_path / "a.rec", copy(1, 1), copy(4, 4), copy(5, 1, boot=2), copy(4, 2, boot=2), [b"~x"])
    kinds = [type(entry) for entry in entries]
    assert kinds == [Joined, Lost, Passed, Lost, Skipped, Passed, Joined, Passed, Lost, End]
    assert [(e.reason, e.count) for e in entries if isinstance(e, Lost)] == [
        ("overflow", 3),
        ("tap", 2),
        ("unreadable", 1),
    ]
    skipped = next(entry for entry in entries if isinstance(entry, Skipped))
    assert (skipped.first, skipped.last) == (2, 3)
    assert entries[-1] == End(entries[-1].at_ns, "over", 3, 3)  # type: ignore[union-attr]


def test_a_full_file_ends_the_recording_and_says_so_in_it(tmp_path: Path) -> None:
    recorder = Recorder(
        Told(*(copy(n, n) for n in range(1, 900))),  # type: ignore[arg-type]
        Writer(tmp_path / "a.rec", 20_000),
        "demo",
        ("local",),
        wall_time(),
    )
    with pytest.raises(Full):
        record(recorder, lambda: "")
    last = read(tmp_path / "a.rec")[-1]
    assert isinstance(last, End)
    assert "limit" in last.why


def test_drops_of_every_process_are_noted_when_they_change(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remote.recorder.ASK_NS", 50 * MS)
    with house.peer("llm", gives=(Token,)) as llm, recording(house, tmp_path / "a.rec"):
        house.hub.tally.add("llm.token", "generation", 2)
        until(lambda: sent(llm, Token(index=0, text="")) and _counted(tmp_path / "a.rec"), timeout_ms=30_000)
    (counted, *_) = [entry for entry in read(tmp_path / "a.rec") if isinstance(entry, Counted)]
    assert (counted.who, counted.life) == ("hub", house.hub.boot)
    assert Drops("llm.token", "generation", 2) in counted.drops


def test_the_hubs_of_two_hosts_take_turns_and_none_passes_for_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remote.recorder.ASK_NS", 50 * MS)
    file = tmp_path / "a.rec"
    with world_of() as world, recording(world.laptop, file) as kept:
        near, far = speaker(world.laptop, "local"), speaker(world.gpu, "gpu")
        until(lambda: world.gpu.hub.exchange.taps(b"llm.token\0"))
        for index in range(5):
            for speaking in (near, far):
                speaking.send(Token(index=index, text=""))
            until(lambda index=index: kept.messages == 2 * index + 2)  # type: ignore[misc]
        world.gpu.hub.tally.add("llm.token", "generation", 2)
        until(lambda: _counted(file), timeout_ms=30_000)
        for speaking in (near, far):
            speaking.close()
        boots = {"local": world.laptop.hub.boot, "gpu": world.gpu.hub.boot}
    entries = read(file)
    assert {entry.host: entry.boot for entry in entries if isinstance(entry, Joined)} == boots
    assert len([entry for entry in entries if isinstance(entry, Joined | Lost)]) == 2
    (counted,) = [entry for entry in entries if isinstance(entry, Counted)]
    assert (counted.who, counted.life) == ("hub@gpu", world.gpu.hub.boot)


def test_a_loss_is_told_with_the_host_that_it_came_from(tmp_path: Path) -> None:
    copies = [[*frames_of(Token(index=0, text=""), host=host), b"%d %d" % (boot, number)] for host, boot, number in
              (("local", 11, 1), ("gpu", 22, 1), ("local", 11, 2), ("gpu", 22, 5))]  # fmt: skip
    lost = [entry for entry in told(tmp_path / "a.rec", *copies) if isinstance(entry, Lost) and entry.reason == "tap"]
    assert [(entry.host, entry.count) for entry in lost] == [("gpu", 3)]


def speaker(house: House, host: str) -> Client:
    return Client(house.keys, house.port, f"speaker-{host}", gives=(Token,), host=host)


def _counted(path: Path) -> bool:
    with Reader(path) as reader:
        return any(isinstance(entry, Counted) for entry in reader)
