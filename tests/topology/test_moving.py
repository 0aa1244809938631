"""Moving of an actor in a plan's text: every way to write a plan, and not a byte more than must be."""

from __future__ import annotations

import tomllib

import pytest

from bus.errors import Wrong
from topology.moving import BOM, moved

PLAN = """\
# my call      (two machines)
[session]
name = "split"

[hosts.gpu]
ssh = "root@gpu"     # host = "gpu" in a comment

[actors.tts]         # the voice
engine = "espeak"
host = "local"       # here, for now
[actors.tts.settings]
rate_wpm = 160

[actors.face]

[actors.llm.settings]
persona = '''
[actors.face]
host = "gpu"
'''
"""


def test_one_value_changes_and_everything_else_stays() -> None:
    before = PLAN.encode()
    after = moved(before, "tts", "gpu")
    assert after == before.replace(b'host = "local"       # here', b'host = "gpu"       # here')
    assert moved(after, "tts", "local") == before


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    before = BOM + PLAN.replace("\n", "\r\n").encode()
    for actor in ("tts", "face", "llm"):
        after = moved(before, actor, "gpu")
        assert after.startswith(BOM)
        assert b"\n" not in after.replace(b"\r\n", b"")


def test_an_actor_without_a_host_gets_one_below_its_title() -> None:
    after = moved(PLAN.encode(), "face", "gpu").decode()
    assert '[actors.face]\nhost = "gpu"\n\n[actors.llm.settings]' in after


def test_one_that_only_has_settings_gets_a_title() -> None:
    after = moved(PLAN.encode(), "llm", "gpu").decode()
    assert '[actors.llm]\nhost = "gpu"\n\n[actors.llm.settings]\npersona' in after


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[hosts]\ngpu = {}\n[actors]\nface.engine = 'x'\nface.host = 'local' # it", "[hosts]\ngpu = {}\n[actors]\nface.engine = 'x'\nface.host = \"gpu\" # it"),
        ("hosts.gpu = {}\nactors.face = { engine = 'x', host = 'local' }", "hosts.gpu = {}\nactors.face = { engine = 'x', host = \"gpu\" }"),
        ("hosts.gpu = {}\nactors.face = { engine = 'x' }", "hosts.gpu = {}\nactors.face = { host = \"gpu\", engine = 'x' }"),
        ("hosts.gpu = {}\nactors.face = {}", 'hosts.gpu = {}\nactors.face = { host = "gpu" }'),
        ('hosts.gpu = {}\n[ actors . "face" ]', 'hosts.gpu = {}\n[ actors . "face" ]\nhost = "gpu"'),
        ("hosts.gpu = {}\n[actors]\n  [actors.face]\n  host=\"local\"", "hosts.gpu = {}\n[actors]\n  [actors.face]\n  host=\"gpu\""),
    ],
)  # fmt: skip
def test_however_the_plan_is_written(text: str, expected: str) -> None:
    assert moved(text.encode(), "face", "gpu").decode() == expected
    assert tomllib.loads(expected)["actors"]["face"]["host"] == "gpu"


@pytest.mark.parametrize(
    ("actor", "host", "what"),
    [
        ("fase", "gpu", 'there is no actor "fase" in the plan'),
        ("face", "gpv", 'there is no host "gpv" in the plan'),
        ("face", "local", "face is on local already"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(actor: str, host: str, what: str) -> None:
    with pytest.raises(Wrong, match=what) as refused:
        moved(PLAN.encode(), actor, host)
    assert refused.value.todo


def test_a_plan_that_cannot_be_changed_surely_is_left_alone() -> None:
    text = "hosts.gpu = {}\n[actors]\nface.engine = 'x'\n"
    with pytest.raises(Wrong, match="cannot be changed surely"):
        moved(text.encode(), "face", "gpu")
