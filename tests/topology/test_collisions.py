"""Scenes of two things that want the same port or file."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.topology.toys import GOOD, TOYS
from topology.ports import free_port
from topology.reading import find_faults


def said(folder: Path, more: str, *, ports: bool = True, voices: int = 1) -> list[str]:
    (folder / "hello.wav").write_bytes(b"RIFF")
    plan = folder / "plan.toml"
    plan.write_text(GOOD.replace("replicas = 2", f"replicas = {voices}") + more, encoding="utf-8")
    return [f"{fault.line}: {fault.what}" for fault in find_faults(plan, TOYS, ports=ports) if not fault.warning]


def test_two_actors_of_one_host_cannot_have_the_same_port(tmp_path: Path) -> None:
    port = free_port()
    text = f"[actors.asr.settings]\nport = {port}\n[actors.tts.settings]\nport = {port}\n"
    assert said(tmp_path, text) == [f"17: actors.tts.settings.port: asr listens on port {port} too"]


def test_the_same_port_on_two_hosts_is_good(tmp_path: Path) -> None:
    port = free_port()
    text = f'host = "gpu"\n[actors.asr.settings]\nport = {port}\n[actors.tts.settings]\nport = {port}\n'
    assert said(tmp_path, text + '[hosts.gpu]\nssh = "gpu"\n') == []


def test_a_port_that_another_program_has_is_an_error_unless_nobody_looks(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = f"[actors.asr.settings]\nport = {port}\n"
        assert said(tmp_path, text) == [f"15: actors.asr.settings.port: port {port} is in use by another program"]
        assert said(tmp_path, text, ports=False) == []


def test_two_actors_cannot_write_the_same_file_but_may_share_a_folder(tmp_path: Path) -> None:
    both = '[actors.asr.settings]\nfolder = "{0}"\n[actors.tts.settings]\nfolder = "{0}"\n'
    assert said(tmp_path, both.format("out/demo")) == []
    assert said(tmp_path, both.format("out/a.wav")) == ['17: actors.tts.settings.folder: asr writes "out/a.wav" too']


def test_replicas_cannot_share_a_port_or_a_file_but_any_free_port_and_a_folder(tmp_path: Path) -> None:
    text = "[actors.tts.settings]\nport = {}\nfolder = {}\n"
    assert said(tmp_path, text.format(0, '"out"'), voices=2) == []
    assert said(tmp_path, text.format(free_port(), '"out/a.wav"'), voices=2) == [
        "15: actors.tts.settings.port: the 2 replicas of tts cannot share it",
        "16: actors.tts.settings.folder: the 2 replicas of tts cannot share it",
    ]


def test_one_cable_for_both_directions_would_let_the_avatar_hear_itself(tmp_path: Path) -> None:
    zoom = Path(__file__).parents[2] / "topology" / "zoom.toml"
    text = (
        zoom.read_text(encoding="utf-8").replace('phrases = "persona.toml"', "").replace('persona = "persona.toml"', "")
    )
    plan = tmp_path / "plan.toml"
    own = "CABLE-A Output (VB-Audio Cable A)"
    plan.write_text(text.replace("CABLE-B Output (VB-Audio Cable B)", own), encoding="utf-8")
    assert any("vad.settings.device: mic-out plays into that cable" in fault.what for fault in find_faults(plan))
    plan.write_text(text, encoding="utf-8")
    assert not any("plays into" in fault.what for fault in find_faults(plan))
