"""A running call whose plan is edited: applied, watched, refused. Only what changed is replaced, and nobody hears it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bus.clock import now_ns
from bus.messages import Ask, CameraHealth, Caption, Played
from tests.e2e.call import Call, Watcher, avatar, command, complaints, environment, expect_two_lines, lines_of
from tests.e2e.plans import PERSONA, heard_plan, question, write_wav

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(90)]

WORST_GAP_MS = 250
"""A picture comes every 40 ms; the rest is for a busy machine."""
WEB = "\n[actors.web]\n[actors.web.settings]\nport = 0\nopen_browser = false\n"
SLOW = 'engine = "espeak"\n[actors.tts.settings]\nrate_wpm = {}'
STORY = "Once there was a long road through the hills, and nobody knew where it went."
SHORT = re.sub('Once there was [^"]*', STORY, PERSONA)


class Desk:
    """The call, its files, and somebody who listens."""

    def __init__(self, call: Call, watcher: Watcher, plan: Path, persona: Path) -> None:
        self.call, self.watcher, self.plan, self.persona = call, watcher, plan, persona
        self.text = plan.read_text(encoding="utf-8")

    def save(self, path: Path, text: str) -> None:
        """As most editors do: a new file takes the name."""
        fresh = path.with_name(path.name + "~")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)

    def edited(self, name: str, old: str, new: str, more: str = "") -> str:
        """Path of another plan, with an edit."""
        path = self.plan.with_name(name)
        path.write_text(self.text.replace(old, new) + more, encoding="utf-8")
        return str(path)

    def pids(self) -> dict[str, int]:
        """The process of each actor."""
        return {row.actor: row.pid for row in self.watcher.status().actors}

    def changed(self, before: dict[str, int]) -> set[str]:
        """Who is in another process now, is new, or has gone."""
        return {name for name, _ in before.items() ^ self.pids().items()}

    def settled(self, *lines: str) -> bool:
        """Whether all of these were shown."""
        return all(line in self.call.output for line in lines)

    def told(self) -> str:
        """All that can help somebody whose test failed."""
        return self.call.told()

    def heard(self) -> str:
        """What was heard so far."""
        return str([c.text for c in self.watcher.of(Caption) if c.done])

    def apply(self, *options: str) -> list[str]:
        """Lines of an `avatar apply` that succeeds, without their times."""
        code, out, errors = avatar(self.call.home, "apply", *options)
        assert (code, complaints(errors)) == (0, ""), f"{out}{errors}{self.told()}"
        return [re.sub(r", \d+\.\d s$", "", line) for line in lines_of(out)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("changing")
    persona = folder / "persona.toml"
    persona.write_text(SHORT, encoding="utf-8")
    wav = write_wav(folder / "question.wav", question(3))
    plan = heard_plan(folder, wav, persona=persona, tail_ms=120_000)
    with (
        Call(plan, folder, "--watch").until_up() as call,
        call.watched(CameraHealth, Played) as watcher,
    ):
        watcher.until(
            lambda: any(c.done for c in watcher.of(Caption)), 20, "the question of the sound file is answered"
        )
        yield Desk(call, watcher, plan, persona)


def test_a_dry_run_touches_nothing_and_an_edit_while_it_speaks_is_not_heard(desk: Desk) -> None:
    edited = desk.edited("edited.toml", 'engine = "espeak"', SLOW.format(150))
    before = desk.pids()
    assert desk.apply(edited, "--dry-run") == ["~ would replace tts: settings.rate_wpm"]
    assert desk.apply("--dry-run") == ["= nothing would change"]
    assert desk.changed(before) == set()
    begun_ns = now_ns()
    desk.watcher.client.send(Ask(text="tell me a story"))
    desk.watcher.until(lambda: any(c.text and not c.done for c in desk.watcher.of(Caption)), 10, "it speaks")
    assert desk.apply(edited) == ["~ replaced tts: settings.rate_wpm"]
    assert desk.changed(before) == {"tts"}
    desk.watcher.until(lambda: any(c.done and c.text == STORY for c in desk.watcher.of(Caption)), 20, desk.heard)
    (sound,) = [p for p in desk.watcher.of(Played) if p.event == "done" and p.at_ns > begun_ns]
    assert sound.underflows == 0
    pictures = [d.message for d in desk.watcher.seen if d.received_ns > begun_ns]
    assert max(p.worst_gap_ms for p in pictures if isinstance(p, CameraHealth)) < WORST_GAP_MS
    assert desk.apply() == ["~ replaced tts: settings.rate_wpm"]


def test_an_edit_that_cannot_load_is_refused_whole(desk: Desk) -> None:
    edited = desk.edited("nope.toml", 'engine = "espeak"', SLOW.format(150) + '\nvoice = "nope"', WEB)
    before = desk.pids()
    code, out, errors = avatar(desk.call.home, "apply", edited)
    assert (code, out) == (2, "")
    expect_two_lines(complaints(errors), "refused, nothing has changed: tts: espeak has no voice 'nope'")
    desk.watcher.until(lambda: desk.changed(before) == set(), 5, desk.pids)
    assert desk.watcher.ask("are you there") == "Yes."


def test_a_hub_that_dies_in_the_middle_of_an_edit_leaves_nothing_half_done(desk: Desk) -> None:
    edited = desk.edited("hub.toml", 'engine = "espeak"', SLOW.format(160), WEB)
    before = desk.pids()
    with subprocess.Popen(
        [command(), "apply", edited], env=environment(desk.call.home), stdout=subprocess.PIPE, encoding="utf-8"
    ) as verb:
        desk.watcher.until(lambda: "web" in desk.pids(), 10, "they load")
        psutil.Process(before["hub"]).kill()
        out, _ = verb.communicate(timeout=30)
    assert [line.partition(":")[0].partition(",")[0] for line in lines_of(out)] == ["~ replaced tts", "+ started web"]
    assert desk.changed(before) == {"tts", "web", "hub"}
    assert desk.watcher.ask("are you there") == "Yes."
    assert desk.apply() == ["~ replaced tts: settings.rate_wpm", "- stopped web"]
    assert desk.changed(before) == {"tts", "hub"}


def test_what_is_saved_is_applied_and_shown(desk: Desk) -> None:
    before = desk.pids()
    desk.save(desk.persona, SHORT.replace('"Yes."', '"Always."'))
    desk.save(desk.plan, desk.text.replace('engine = "espeak"', 'engine = "espeak"\nreplicas = 2') + WEB)
    desk.watcher.until(lambda: desk.settled("+ started web", "~ replaced llm"), 15, desk.told)
    assert desk.changed(before) == {"asr", "llm", "web", "tts#1"}
    assert desk.watcher.ask("are you there") == "Always."


def test_a_bad_save_is_told_and_the_call_goes_on(desk: Desk) -> None:
    before = desk.pids()
    desk.save(desk.plan, desk.text.replace("[actors.tts]", "[actors.tss]"))
    desk.watcher.until(lambda: 'there is no actor "tss"' in desk.call.output, 10, desk.told)
    assert desk.changed(before) == set()
    desk.save(desk.plan, desk.text)
    desk.watcher.until(lambda: desk.settled("- stopped web"), 15, desk.told)
    assert desk.changed(before) == {"web", "tts#1"}
    assert desk.watcher.ask("are you there") == "Always."
