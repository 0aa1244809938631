"""Call on two hosts behind a real sshd: asked, looked at, restarted, and ended."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import psutil
import pytest

from bus.clock import sleep_ms
from bus.messages import Ask, Caption, VoiceAudio
from bus.recording import Reader
from remote.audit.evidence import gather
from remote.audit.hearing import heard_once, heard_to_the_end
from remote.audit.sounds import spoken_whole
from remote.audit.thoughts import sentences_once, sentences_say_the_answer, tokens_once
from remote.lab.sshd import MISSING, sshd_path
from tests.e2e.call import Watcher, avatar, command, environment
from tests.e2e.plans import PERSONA
from tests.e2e.split import FAR_ACTORS, SplitCall, split_call

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.skipif(sshd_path() is None, reason=MISSING),
]


STORY = next(line for line in PERSONA.split('"') if line.startswith("Once"))


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SplitCall]:
    with split_call(tmp_path_factory.mktemp("split"), records=True) as call:
        yield call.until_up()


@pytest.fixture(scope="module")
def watcher(call: SplitCall) -> Iterator[Watcher]:
    with call.watched() as watcher:
        yield watcher


def test_each_step_to_the_other_host_is_shown(call: SplitCall) -> None:
    for words in ("starting its part of the call", "joining the two hubs", "connected, round trip"):
        assert words in call.output


def test_a_question_is_answered_across_two_hosts(watcher: Watcher) -> None:
    assert watcher.ask("are you there") == "Yes."
    rows = watcher.status().actors
    assert {row.actor for row in rows if row.host == "gpu"} == {*FAR_ACTORS, "hub@gpu", "agent@gpu"}
    assert {row.state for row in rows} == {"running"}


def test_an_actor_of_the_other_host_is_restarted_by_its_name(call: SplitCall, watcher: Watcher) -> None:
    before = watcher.actor("tts")
    code, out, errors = avatar(call.home, "restart", "tts")
    assert (code, errors) == (0, "")
    assert out.startswith("tts restarted: epoch 2")
    assert watcher.ask("are you there") == "Yes."
    after = watcher.actor("tts")
    assert (after.host, after.epoch) == ("gpu", 2)
    assert after.pid != before.pid


def test_nobody_has_to_know_where_an_actor_is_to_look_at_it(call: SplitCall, watcher: Watcher) -> None:
    for name in ("agent@gpu", "face", "agent"):
        code, out, errors = avatar(call.home, "logs", name, "--json")
        assert (code, errors) == (0, "")
        assert {json.loads(line)["actor"] for line in out.splitlines()} == {name}
    assert watcher.ask("are you there") == "Yes."
    code, out, _ = avatar(call.home, "topics", "--json")
    rows = {row["topic"]: row for row in map(json.loads, out.splitlines())}
    assert (code, rows["llm.token"]["given_by"], rows["llm.token"]["messages"] > 0) == (0, ["llm"], True)
    line = [command(), "tap", "llm.token", "--json", "--count", "1", "--timeout", "20"]
    with subprocess.Popen(line, env=environment(call.home), stdout=subprocess.PIPE, encoding="utf-8") as tap:
        watcher.until(lambda: bool(tapped(call.home)), 10, "it taps")
        assert watcher.ask("are you there") == "Yes."
        out, _ = tap.communicate(timeout=25)
    (copy,) = map(json.loads, out.splitlines())
    assert (copy["source"], copy["host"]) == ("llm", "gpu")
    assert -copy["error_ms"] <= copy["age_ms"] < 5_000
    assert 0 < copy["error_ms"] < 50


def tapped(home: Path) -> int:
    """How many tap what the llm says."""
    _, out, _ = avatar(home, "topics", "--json")
    return sum(row["taps"] for row in map(json.loads, out.splitlines()) if row["topic"] == "llm.token")


def test_an_actor_moves_when_its_host_is_edited_also_to_one_that_is_named_only_then_and_back(
    call: SplitCall, watcher: Watcher
) -> None:
    plan = call.folder / "live.toml"
    there = plan.read_text(encoding="utf-8")
    here = there.replace('[actors.face]\nhost = "gpu"', "[actors.face]")
    anew = there.replace('[actors.face]\nhost = "gpu"', '[actors.face]\nhost = "studio"')
    anew = f'[hosts.studio]\nssh = "gpu"\n\n{anew}'  # the same machine by another name
    for text, host in ((here, "local"), (anew, "studio"), (there, "gpu")):
        plan.write_text(text, encoding="utf-8")
        code, out, errors = avatar(call.home, "apply", str(plan))
        assert code == 0, errors
        assert "replaced face: host:" in out
        watcher.until(lambda: watcher.actor("face").state == "running", 5, "it runs")
        assert watcher.actor("face").host == host
        assert watcher.ask("are you there") == "Yes."


def test_a_move_in_the_middle_of_a_reply_is_proved_by_the_recording(
    call: SplitCall, watcher: Watcher, tmp_path: Path
) -> None:
    plan, file = call.folder / "live.toml", tmp_path / "move.rec"
    there = plan.read_text(encoding="utf-8")
    line = [command(), "record", "-o", str(file)]
    with subprocess.Popen(line, env=environment(call.home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as tape:
        watcher.until(lambda: bool(tapped(call.home)), 10, "it records")
        watcher.client.send(Ask(text="tell me a story"))
        watcher.until(lambda: any(c.text and not c.done for c in watcher.of(Caption)), 10, "it speaks")
        plan.write_text(there.replace('[actors.face]\nhost = "gpu"', "[actors.face]"), encoding="utf-8")
        code, out, errors = avatar(call.home, "apply", str(plan))
        assert (code, "replaced face: host:" in out) == (0, True), f"{out}{errors}"
        watcher.until(lambda: any(c.done and len(c.text) > 40 for c in watcher.of(Caption)), 30, "it is told")
        tape.terminate()
        tape.wait(10)
    code, out, errors = avatar(call.home, "move", "face", "gpu")
    assert (code, errors, plan.read_text(encoding="utf-8")) == (0, "", there)
    with Reader(file) as entries:
        evidence = gather(entries)
    assert not evidence.lost
    for rule in (tokens_once, sentences_once, sentences_say_the_answer, spoken_whole, heard_once, heard_to_the_end):
        assert list(rule(evidence)) == []
    drawn = [seen.header.host for seen in evidence.seen if seen.header.source == "face"]
    assert [host for host, _ in groupby(drawn)] == ["gpu", "local"]
    assert {seen.header.host for seen, _ in evidence.of(VoiceAudio)} == {"gpu"}


def test_a_part_of_the_other_host_that_is_killed_comes_back(watcher: Watcher) -> None:
    for name in ("llm", "hub@gpu", "agent@gpu"):
        psutil.Process(watcher.actor(name).pid).kill()
        assert watcher.ask("are you there", seconds=30) == "Yes."


def test_a_connection_that_is_killed_is_made_again(call: SplitCall, watcher: Watcher) -> None:
    for process in psutil.Process(watcher.actor("agent").pid).children():
        if process.name().startswith("ssh"):
            process.kill()
    watcher.until(lambda: watcher.status().links[0].cuts == 1, 10, "it is noticed")
    watcher.until(lambda: watcher.status().links[0].stage == "up", 10, "it is back")
    assert watcher.ask("are you there") == "Yes."


def test_a_cut_while_the_avatar_speaks_costs_no_word_and_says_none_twice(call: SplitCall) -> None:
    with call.watched() as watcher:
        watcher.client.send(Ask(text="tell me a story"))
        watcher.until(lambda: bool(watcher.of(Caption)), 10, "it speaks")
        call.way.hang_up()
        watcher.until(lambda: watcher.status().links[0].stage != "up", 5, "it is noticed")
        assert re.match(r"(silent|out of reach) for \d+ s", watcher.status().links[0].words)
        sleep_ms(2_000)
        call.way.mend()
        watcher.until(lambda: watcher.status().links[0].stage == "up", 10, lambda: watcher.status().links[0].words)
        watcher.until(lambda: any(caption.done for caption in watcher.of(Caption)), 20, "it ends what it says")
        captions = watcher.of(Caption)
    texts = [caption.text for caption in captions]
    assert texts[-1] == STORY
    assert all(STORY.startswith(text) for text in texts)
    assert texts == sorted(texts, key=len)
    assert not captions[-1].written


def test_nothing_is_left_on_either_host_when_it_ends(call: SplitCall) -> None:
    known = call.processes()
    assert any("remote.far" in " ".join(p.cmdline()) for p in known)
    code, _, errors = avatar(call.home, "down")
    assert (code, errors) == (0, "")
    call.expect_gone(known)
    assert call.wait(5) == 0
    code, out, _ = avatar(call.home, "logs", "agent@gpu")
    assert (code, "agent@gpu" in out) == (0, True)


def test_a_plan_that_wants_the_call_recorded_has_what_was_sent_on_all_hosts_in_one_file(call: SplitCall) -> None:
    (file,) = (call.folder / "recorded").iterdir()
    with Reader(file) as entries:
        evidence = gather(entries)
    assert evidence.hubs.keys() >= {"local", "gpu"}
    assert {seen.header.host for seen, _ in evidence.of(VoiceAudio)} == {"gpu"}
    assert {seen.header.host for seen, _ in evidence.of(Caption)} == {"local"}
    assert {"local", "studio", "gpu"} >= {seen.header.host for seen in evidence.seen if seen.header.source == "face"}
