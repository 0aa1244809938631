"""Scenes of what another host answers about itself."""

from __future__ import annotations

from remote.finding import Finding
from remote.ssh.facts import facts_of

RICH = """\
system=Linux 6.8.0 x86_64
python=3.12.3
uv=uv 0.9.1
disk=104857600 /
gpu=NVIDIA GeForce RTX 4090, 23500, 24564, 550.120
gpu=NVIDIA GeForce RTX 3060, 5800, 6144, 550.120
"""


def found(answers: str) -> dict[str, Finding]:
    return {finding.subject: finding for finding in facts_of(answers)}


def test_a_rented_machine_with_everything_is_fine() -> None:
    findings = list(facts_of(RICH))
    assert {f.verdict for f in findings} == {"ok"}
    gpus = [f.what for f in findings if f.subject == "gpu"]
    assert gpus[0] == "NVIDIA GeForce RTX 4090, 23500 of 24564 MiB free, driver 550.120"
    assert len(gpus) == 2


def test_a_greeting_of_the_login_shell_does_no_harm() -> None:
    assert found("Welcome to vast.ai!\nHave fun!\n" + RICH)["python"].verdict == "ok"


def test_an_old_python_is_a_failure_unless_uv_brings_another() -> None:
    assert found(RICH.replace("3.12.3", "3.8.10").replace("uv 0.9.1", ""))["python"].verdict == "fail"
    assert found(RICH.replace("3.12.3", "3.8.10"))["python"].verdict == "ok"


def test_no_python_and_no_uv_is_a_failure_with_advice() -> None:
    python = found("system=Linux\npython=\nuv=\ndisk=104857600 /\n")["python"]
    assert (python.verdict, python.what) == ("fail", "there is no python3")
    assert python.todo


def test_a_full_disk_fails_and_a_small_one_warns() -> None:
    assert found("disk=1024 /")["disk"].verdict == "fail"
    assert found("disk=10485760 /data")["disk"].verdict == "warn"
    assert found("disk=")["disk"].what == "its free space is unknown"


def test_without_a_driver_the_embedded_engines_still_run() -> None:
    assert found("system=Linux")["gpu"].verdict == "warn"
