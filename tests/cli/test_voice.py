"""Scenes of `avatar voice`."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cli.main import run
from tests.actors.tts.speaking_server import speaking_server

TOPOLOGY = Path(__file__).parents[2] / "topology"
Captured = pytest.CaptureFixture[str]
WORDS = "These are the words that somebody has said into the microphone, about as many as fit into it."


def record(path: Path) -> str:
    soundfile.write(path, 0.1 * np.sin(np.arange(12 * 16_000) * 0.1), 16_000)
    return str(path)


def test_a_voice_is_added_listed_and_removed(tmp_path: Path, capsys: Captured) -> None:
    with speaking_server() as server:
        where = ["--url", server.url]
        assert run(["voice", "add", "petro", record(tmp_path / "me.wav"), "--text", WORDS, *where]) == 0
        told = capsys.readouterr()
        assert told.out == "added petro\n" and "44100 sounds clearer" in told.err
        assert run(["voice", "list", "--json", *where]) == 0
        assert json.loads(capsys.readouterr().out) == {"voices": ["olena", "petro"]}
        assert run(["voice", "remove", "petro", *where]) == 0
        assert server.voices == ["olena"]


def test_without_the_words_nothing_is_sent(tmp_path: Path, capsys: Captured) -> None:
    with speaking_server() as server:
        assert run(["voice", "add", "petro", record(tmp_path / "me.wav"), "--url", server.url]) == 2
        assert "the words said in the recording are missing" in capsys.readouterr().err
        assert not server.learnt


def test_a_plan_names_the_server_and_another_engine_is_told(tmp_path: Path, capsys: Captured) -> None:
    plan = tmp_path / "demo.toml"
    for name in ("demo.toml", "persona.toml", "conversation.wav"):
        shutil.copy(TOPOLOGY / name, tmp_path / name)
    assert run(["voice", "list", "--plan", str(plan)]) == 2
    assert "engine fish, or --url" in capsys.readouterr().err
    with speaking_server() as server:
        fish = f'[actors.tts]\nengine = "fish"\nsettings.url = "{server.url}"\n'
        plan.write_text(re.sub(r"\[actors\.tts\][^\[]*", fish, plan.read_text("utf-8")), "utf-8")
        assert run(["voice", "list", "--plan", str(plan)]) == 0
        assert capsys.readouterr().out == "olena\n"


@pytest.mark.parametrize("engine", ["espeak", "openai", "fake"])
def test_what_an_engine_without_a_list_of_voices_has_is_one_line(tmp_path: Path, engine: str, capsys: Captured) -> None:
    plan = tmp_path / "demo.toml"
    for name in ("demo.toml", "persona.toml", "conversation.wav"):
        shutil.copy(TOPOLOGY / name, tmp_path / name)
    told = f'[actors.tts]\nengine = "{engine}"\n'
    plan.write_text(re.sub(r"\[actors\.tts\][^\[]*", told, plan.read_text("utf-8")), "utf-8")
    assert run(["voice", "list", "--plan", str(plan)]) == 2
    why, todo = capsys.readouterr().err.splitlines()
    assert {"espeak": "built in", "openai": "cannot tell", "fake": "no settings of a Fish server"}[engine] in why
    assert "on a Fish Speech server" in todo


@pytest.mark.parametrize("typed", [["list", "x"], ["add", "x"], ["remove"]])
def test_half_a_command_is_told_how_it_goes_on(typed: list[str], capsys: Captured) -> None:
    assert run(["voice", *typed]) == 2
    assert "avatar voice list" in capsys.readouterr().err
