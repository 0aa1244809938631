"""Bad input: one line of what happened, one of what to do, the right exit code, and nothing left running."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import msgspec
import pytest

from remote.minutes import Spoken
from tests.e2e.call import Call, avatar, expect_two_lines
from tests.e2e.film import read_film
from tests.e2e.plans import PERSONA, ears_plan, heard_plan, live_plan, question, short_persona, write_wav

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Runs a program that, with all its children, cannot make a file larger than half a megabyte."""


def test_a_port_in_use_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, errors = avatar(tmp_path / "home", "up", str(live_plan(tmp_path, port=port)))
    assert (code, out) == (2, "")
    expect_two_lines(errors, f"port {port} is in use")


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "no such file|there is no"), (b"", "empty"), (b"not a sound at all" * 99, "not a sound file")],
    ids=["missing", "empty", "something else"],
)
def test_a_sound_file_that_is_none_ends_the_call_at_once(tmp_path: Path, content: bytes | None, what: str) -> None:
    wav = tmp_path / "sound.wav"
    if content is not None:
        wav.write_bytes(content)
    with Call(ears_plan(tmp_path, wav), tmp_path) as call:
        code = call.wait(30)
        expect_two_lines(call.errors, what)
        assert code == 2
        call.expect_gone()


def test_a_bad_entry_of_the_persona_file_is_named_with_its_line(tmp_path: Path) -> None:
    persona = tmp_path / "persona.toml"
    persona.write_text(PERSONA.replace('answer = "It is."', 'anser = "It is."'), encoding="utf-8")
    wav = write_wav(tmp_path / "question.wav", question(3))
    with Call(heard_plan(tmp_path, wav, persona=persona), tmp_path) as call:
        code = call.wait(40)
        expect_two_lines(call.errors, r"llm.*persona\.toml, line 14.*anser")
        assert code == 2
        call.expect_gone()


def test_a_file_where_the_output_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    wav = write_wav(tmp_path / "question.wav", question(3))
    with Call(heard_plan(tmp_path, wav), tmp_path) as call:
        code = call.wait(30)
        expect_two_lines(call.errors, "out cannot be written")
        assert code == 2
        call.expect_gone()
    assert (tmp_path / "out").read_text() == "in the way"


def test_a_stereo_file_at_44_khz_that_breaks_off_just_works(tmp_path: Path) -> None:
    """Its end is in the middle of a sample."""
    wav = write_wav(tmp_path / "question.wav", question(3), 44_100, 2)
    wav.write_bytes(wav.read_bytes()[:-2_001])
    with Call(heard_plan(tmp_path, wav, persona=short_persona(tmp_path), tail_ms=2_500), tmp_path) as call:
        assert call.wait(60) == 0, call.told()
        lines = (tmp_path / "out" / "transcript.jsonl").read_text(encoding="utf-8").splitlines()
        said = [msgspec.json.decode(line, type=Spoken) for line in lines]
        assert [line.role for line in said] == ["user", "assistant"], call.told()
        assert said[1].text == "It is.", said


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS can the size of files be limited")
def test_a_full_disk_ends_the_film_and_never_the_call(tmp_path: Path) -> None:
    """No file may grow above 0.5 MB: the picture is there after a few seconds, the voice a bit later.

    The person is on a telephone, 8 kHz, which makes no difference.
    """
    persona = short_persona(tmp_path)
    wav = write_wav(tmp_path / "question.wav", question(3), 8_000)
    plan = heard_plan(tmp_path, wav, persona=persona, tail_ms=6_000)
    with Call(plan, tmp_path, under=(sys.executable, "-c", LIMITED)) as call:
        code = call.wait(60)
        assert code == 1, call.told()
        expect_two_lines(call.errors, "stopped|could not be written")
        assert "It is." in call.output, "the call went on"
        call.expect_gone()
    kept = list((tmp_path / "out").rglob("*.m*"))
    assert kept, "what was written so far is kept"
    assert read_film(kept[0]).times.size > 50 if kept[0].suffix == ".mp4" else kept[0].stat().st_size > 100_000
