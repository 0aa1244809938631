"""Lines of an applied plan."""

from __future__ import annotations

from pathlib import Path

import msgspec

from remote.applied import Applied, Step, applied_lines, kept_session, steps_of
from tests.remote.doubles import plan
from topology.change import change
from topology.plan import Host, Placement

STEPS = (
    Step("replaced", "tts", ("engine: espeak -> fake", "settings.voice"), 0.83),
    Step("started", "web", (), 0.6),
    Step("stopped", "face", (), 0.2),
    Step("eased", "llm"),
    Step("set", "session.grace_s", ("60 -> 30",)),
    Step("later", "session.record"),
)


def test_each_step_is_a_line_with_its_reasons_and_its_time() -> None:
    assert applied_lines(Applied("done", STEPS), dry_run=False) == [
        "~ replaced tts: engine: espeak -> fake, settings.voice, 0.8 s",
        "+ started web, 0.6 s",
        "- stopped face, 0.2 s",
        "~ llm keeps its process and has other restart rules",
        "~ set session.grace_s: 60 -> 30",
        "! session.record was left as it is: that needs a new `avatar up`",
    ]


def test_a_dry_run_says_what_would_be() -> None:
    lines = applied_lines(Applied("done", STEPS), dry_run=True)
    assert lines[:2] == ["~ would replace tts: engine: espeak -> fake, settings.voice", "+ would start web"]
    assert all("would" in line for line in lines)


def test_nothing_is_a_line_too() -> None:
    assert applied_lines(Applied("done"), dry_run=False) == ["= nothing has changed"]
    assert applied_lines(Applied("done"), dry_run=True) == ["= nothing would change"]


def test_a_session_that_is_called_after_another_file_keeps_its_name_without_a_word() -> None:
    old, new = plan(Path("/a")), msgspec.structs.replace(plan(Path("/b"), name="other"), file="/b/other.toml")
    assert steps_of(change(old, new), old, new, {}) == ()
    assert kept_session(old.session, new.session).name == "scene"


def test_a_host_at_another_address_is_a_line_with_both() -> None:
    old = msgspec.structs.replace(plan(Path("/a")), hosts={"gpu": Host(ssh="root@gpu:1")})
    actors = {"tts": Placement(actor="tts", host="gpu")}
    old = msgspec.structs.replace(old, actors=actors)
    new = msgspec.structs.replace(old, hosts={"gpu": Host(ssh="root@gpu:2")})
    assert steps_of(change(old, new), old, new, {}) == (Step("set", "hosts.gpu.ssh", ("root@gpu:1 -> root@gpu:2",)),)
