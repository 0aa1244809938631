"""Scenes of the shelf of logs."""

from __future__ import annotations

from pathlib import Path

from remote.shelf import CHUNK, PART_BYTES, Bookmark, Parts, ReadOn, Shelf


def read_all(shelf: Shelf, wish: ReadOn) -> tuple[dict[str, bytes], int]:
    """What a reader far away gets, and in how many answers."""
    texts: dict[str, bytes] = {}
    marks: dict[str, Bookmark] = dict(wish.marks)
    answers, more = 0, True
    while more:
        told: Parts = shelf.read_on(ReadOn(marks=marks, actor=wish.actor, last=wish.last))
        for name, part in told.parts.items():
            texts[name] = texts.get(name, b"") + part.text
            marks[name] = part.mark
        answers, more = answers + 1, told.more
        assert sum(len(part.text) for part in told.parts.values()) <= PART_BYTES + CHUNK
    return texts, answers


def test_a_long_log_is_told_in_parts_and_nothing_twice(tmp_path: Path) -> None:
    text = b"".join(b"line %05d\n" % n for n in range(5_000))
    (tmp_path / "tts.log").write_bytes(text)
    (tmp_path / "llm.log").write_bytes(b"short\n")
    texts, answers = read_all(Shelf(tmp_path), ReadOn())
    assert texts == {"tts": text, "llm": b"short\n"}
    assert answers >= len(text) // (PART_BYTES + CHUNK)


def test_a_line_longer_than_a_part_is_told_all_the_same(tmp_path: Path) -> None:
    text = b"x" * (3 * CHUNK + 7) + b"\n"
    (tmp_path / "tts.log").write_bytes(text)
    assert read_all(Shelf(tmp_path), ReadOn())[0] == {"tts": text}


def test_only_whole_lines_are_told(tmp_path: Path) -> None:
    (tmp_path / "tts.log").write_bytes(b"one\ntw")
    assert read_all(Shelf(tmp_path), ReadOn())[0] == {"tts": b"one\n"}


def test_only_the_logs_of_the_call_can_be_had(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (tmp_path / "keys.json").write_text("secret\n")
    (tmp_path / "keys.log").write_text("secret\n")
    (logs / "tts.log").write_text("one\n")
    marks = {name: Bookmark() for name in ("../keys", "../keys.json", str(tmp_path / "keys"))}
    assert Shelf(logs).read_on(ReadOn(marks=marks)).parts.keys() == {"tts"}
    assert Shelf(logs).read_on(ReadOn(actor="../keys")).parts == {}


def test_the_last_of_a_log_begins_with_a_whole_line(tmp_path: Path) -> None:
    (tmp_path / "tts.log").write_bytes(b"one\ntwo\nthree\n")
    assert read_all(Shelf(tmp_path), ReadOn(last=8))[0] == {"tts": b"three\n"}
    assert read_all(Shelf(tmp_path), ReadOn(last=80))[0] == {"tts": b"one\ntwo\nthree\n"}


def test_an_actor_has_its_replicas_logs_too(tmp_path: Path) -> None:
    for name in ("tts", "tts#1", "tts2"):
        (tmp_path / f"{name}.log").write_bytes(b"one\n")
    assert Shelf(tmp_path).read_on(ReadOn(actor="tts")).parts.keys() == {"tts", "tts#1"}


def test_what_was_kept_of_a_log_that_began_anew_is_told_first(tmp_path: Path) -> None:
    (tmp_path / "tts.old.log").write_bytes(b"one\n" * CHUNK)
    (tmp_path / "tts.log").write_bytes(b"two\n")
    assert read_all(Shelf(tmp_path), ReadOn())[0] == {"tts": b"one\n" * CHUNK + b"two\n"}
