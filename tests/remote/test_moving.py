"""Moving of an actor of a call: the call first, then the file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bus.client import Client
from bus.errors import Broken, Wrong
from remote import moving
from remote.applied import Applied, Step
from remote.moving import move_actor, replace_content
from topology.plan import Plan

TEXT = '# mine\n[hosts.gpu]\nssh = "gpu"\n[actors.chunker]\n[actors.llm]\n[actors.llm.settings]\npersona = "me.toml"\n'
DONE = Applied("done", (Step("replaced", "chunker", ("host: local -> gpu",), 0.8),))


class Call:
    """What a call was asked for. `refusal`: why it says no; `meanwhile`: what somebody writes into the file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.asked: list[Plan] = []
        self.refusal = ""
        self.meanwhile = ""

    def apply(self, _client: Client, plan: Plan) -> Applied:
        self.asked.append(plan)
        assert self.file.read_text() == TEXT, "not written before it is so"
        if self.refusal:
            raise Broken(self.refusal, "")
        if self.meanwhile:
            self.file.write_text(self.meanwhile)
        return DONE


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    (tmp_path / "me.toml").write_text("")
    call = Call(tmp_path / "plan.toml")
    call.file.write_text(TEXT)
    monkeypatch.setattr(moving, "apply_plan", call.apply)
    monkeypatch.setattr(moving, "read_text", _read)
    return call


def _read(file: Path, content: bytes, _cast: object) -> Plan:
    import tomllib

    from topology.plan import Placement, Session

    hosts = {name: table.get("host", "local") for name, table in tomllib.loads(content.decode())["actors"].items()}
    actors = {name: Placement(actor=name, host=host) for name, host in hosts.items()}
    return Plan(file=str(file), session=Session(), actors=actors)


def go(call: Call, actor: str = "chunker", host: str = "gpu") -> Applied:
    return move_actor(None, call.file, actor, host)  # type: ignore[arg-type]  # the call is played


def test_the_call_moves_it_and_then_the_file_says_so(call: Call) -> None:
    assert go(call) == DONE
    (plan,) = call.asked
    assert (plan.actors["chunker"].host, plan.actors["llm"].host) == ("gpu", "local")
    assert call.file.read_text() == TEXT.replace("[actors.chunker]\n", '[actors.chunker]\nhost = "gpu"\n')
    assert sorted(p.name for p in call.file.parent.iterdir()) == ["me.toml", "plan.toml"]


def test_a_call_that_refuses_leaves_the_file_as_it_was(call: Call) -> None:
    call.refusal = "gpu: no such host key"
    with pytest.raises(Broken, match="no such host key"):
        go(call)
    assert call.file.read_text() == TEXT


def test_a_host_that_is_none_is_said_before_anybody_is_asked(call: Call) -> None:
    with pytest.raises(Wrong, match='no host "gpv"'):
        go(call, host="gpv")
    assert call.asked == []


def test_what_somebody_writes_meanwhile_is_not_lost(call: Call) -> None:
    call.meanwhile = TEXT + "# a thought\n"
    with pytest.raises(Broken, match=r"was moved to gpu, but .* was changed meanwhile"):
        go(call)
    assert call.file.read_text() == call.meanwhile


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: rights and links")
def test_rights_and_links_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    real.write_bytes(b"before")
    real.chmod(0o640)
    link.symlink_to(real)
    replace_content(link, b"after")
    assert (real.read_bytes(), real.stat().st_mode & 0o777, link.is_symlink()) == (b"after", 0o640, True)
