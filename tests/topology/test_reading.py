"""Scenes of a person who writes a plan: what a good one becomes, and what each mistake is answered with."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.errors import Wrong
from tests.topology.toys import GOOD, TOYS
from topology.fault import Fault
from topology.plan import LOCAL, Plan
from topology.reading import examine, find_faults, read_plan, session_name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hello.wav").write_bytes(b"RIFF")
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str, *, warnings: bool = False) -> list[Fault]:
    found = find_faults(written(folder, text), TOYS)
    return [fault for fault in found if warnings or not fault.warning]


def only(folder: Path, text: str) -> tuple[int, str, str]:
    found = faults(folder, text)
    assert len(found) == 1, [str(fault) for fault in found]
    return found[0].line, found[0].what, found[0].todo


def test_a_good_plan_is_read_with_its_defaults_filled_in(folder: Path) -> None:
    plan = read_plan(written(folder, GOOD), TOYS)
    assert plan.session.name == "toys"
    assert list(plan.actors) == ["vad", "asr", "turn-manager", "tts"]
    assert (plan.actors["vad"].host, plan.actors["vad"].engine) == (LOCAL, "file")
    assert plan.actors["tts"].replicas == 2
    assert Path(plan.file).is_absolute()


def test_the_path_of_an_input_file_becomes_absolute(folder: Path) -> None:
    plan = read_plan(written(folder, GOOD), TOYS)
    assert plan.actors["vad"].settings["path"] == str((folder / "hello.wav").resolve())


def test_a_plan_knows_what_its_input_files_hold(folder: Path) -> None:
    before = read_plan(written(folder, GOOD), TOYS)
    (folder / "hello.wav").write_bytes(b"WAVE")
    after = read_plan(written(folder, GOOD), TOYS)
    assert before.actors["vad"].stamps.keys() == {"path"}
    assert before.actors["vad"].stamps != after.actors["vad"].stamps
    assert before.actors["asr"] == after.actors["asr"]


def test_stamps_are_not_for_people(folder: Path) -> None:
    _, what, _ = only(folder, GOOD.replace("[actors.asr]", '[actors.asr.stamps]\npath = "x"'))
    assert what == "actors.asr.stamps: no such key"


def test_a_session_without_a_name_is_called_after_its_file(folder: Path) -> None:
    assert read_plan(written(folder, GOOD.replace('name = "toys"', "")), TOYS).session.name == "plan"
    assert session_name(Path("My Plan (2).toml")) == "my-plan--2"
    assert session_name(Path("№.toml")) == "call"


def test_a_plan_saved_by_notepad_with_a_mark_and_crlf_is_read(folder: Path) -> None:
    path = folder / "plan.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert isinstance(read_plan(path, TOYS), Plan)


def test_a_missing_file_names_the_plans_beside_it(folder: Path) -> None:
    written(folder, GOOD)
    (fault,) = find_faults(folder / "plann.toml", TOYS)
    assert fault.what == "there is no such file"
    assert "plan.toml" in fault.todo


def test_a_folder_is_not_a_plan(folder: Path) -> None:
    (fault,) = find_faults(folder, TOYS)
    assert fault.what == "this is a folder, not a plan"


def test_bytes_that_are_not_utf8_are_found_in_their_line(folder: Path) -> None:
    path = folder / "plan.toml"
    path.write_bytes(b'[session]\nname = "\xff"\n')
    (fault,) = find_faults(path, TOYS)
    assert (fault.line, fault.what) == (2, "not UTF-8 text")


def test_broken_toml_is_found_in_its_line_and_column(folder: Path) -> None:
    line, what, _ = only(folder, "[actors.vad]\nhost = local\n")
    assert line == 2
    assert what.startswith("not TOML: ")
    assert what.endswith("at column 8")


@pytest.mark.parametrize(
    ("change", "line", "what", "todo"),
    [
        (("[session]", "[sesion]"), 1, "sesion: no such table", 'did you mean "session"?'),
        (('name = "toys"', 'nam = "toys"'), 2, "session.nam: no such key", 'did you mean "name"?'),
        (('name = "toys"', "grace_s = -1"), 2, "session.grace_s: expected a number >= 0, got -1", "grace_s = 60.0"),
        (("[actors.asr]", "[actors.ars]"), 8, 'actors.ars: there is no actor "ars"', 'did you mean "asr"?'),
        (("turn-manager", "turn_manager"), 10, 'there is no actor "turn_manager"', 'did you mean "turn-manager"?'),
        (("[actors.asr]", '[actors.asr]\nengine = "toi"'), 9, 'asr has no engine "toi"', 'did you mean "toy"?'),
        (("[actors.asr]", "[actors.asr]\nengine = 3"), 9, "actors.asr.engine: expected a text, got 3", ""),
        (("[actors.asr]", '[actors.asr]\nhost = "gpu"'), 9, 'there is no host "gpu"', "add [hosts.gpu]"),
        (("[actors.asr]", '[actors.asr]\nhots = "local"'), 9, "actors.asr.hots: no such key", 'did you mean "host"?'),
        (("[actors.asr]", "[actors.asr]\nreplicas = 2"), 9, "asr cannot have replicas", "these can: tts"),
        (("replicas = 2", "replicas = 0"), 13, "expected an integer >= 1 and <= 32, got 0", "replicas = 1"),
        (("replicas = 2", "replicas = 200"), 13, "expected an integer >= 1 and <= 32, got 200", "replicas = 1"),
        (("[actors.asr]", "[actors.asr.restart]\nmaxx = 1"), 9, "actors.asr.restart.maxx: no such key", '"max"'),
        (
            ("[actors.asr]", "[actors.asr.restart]\nbackoff_ms = 9000"),
            8,
            "actors.asr.restart: backoff_ms (9000) is above backoff_max_ms (5000)",
            "",
        ),
        (
            ("[actors.asr]", '[actors.asr]\npython = "/no/python"'),
            9,
            "there is no program /no/python",
            "an environment with avatar",
        ),
        (("[actors.asr]", "[actors.asr]\nsettings = 3"), 9, "actors.asr.settings: expected a table", ""),
    ],
)
def test_a_mistake_in_a_table_is_named_in_its_line(
    folder: Path, change: tuple[str, str], line: int, what: str, todo: str
) -> None:
    found = only(folder, GOOD.replace(*change))
    assert found[0] == line
    assert what in found[1]
    assert todo in found[2]


@pytest.mark.parametrize(
    ("setting", "what", "todo"),
    [
        ('stop_ms = "x"', 'expected an integer >= 50 and <= 5000, got "x"', "leave it out for stop_ms = 300"),
        ("stop_ms = 20", "expected an integer >= 50 and <= 5000, got 20", ""),
        ("stop_ms = true", "expected an integer >= 50 and <= 5000, got true", ""),
        ('mode = "middle"', 'expected one of "far", "near", got "middle"', 'mode = "near"'),
        ("stop = 300", "vad has no such setting", 'did you mean "stop_ms"?'),
        ('gain = "loud"', 'expected a number, got "loud"', ""),
    ],
)
def test_a_wrong_setting_is_told_what_would_be_right(folder: Path, setting: str, what: str, todo: str) -> None:
    line, said, hint = only(folder, GOOD.replace('path = "hello.wav"', f'path = "hello.wav"\n{setting}'))
    assert line == 7
    assert what in said
    assert todo in hint


def test_an_integer_is_good_where_a_number_is_expected(folder: Path) -> None:
    assert not faults(folder, GOOD.replace('path = "hello.wav"', 'path = "hello.wav"\ngain = 2'))


def test_a_required_setting_that_is_missing_is_named(folder: Path) -> None:
    line, what, todo = only(folder, GOOD.replace('path = "hello.wav"', ""))
    assert (line, what, todo) == (5, "actors.vad.settings has no path", 'add path = "..."')


def test_a_setting_of_the_actor_itself_stands_beside_those_of_its_engine(folder: Path) -> None:
    text = GOOD.replace("[actors.asr]", '[actors.asr.settings]\nlanguage = "uk"\nquiet_ms = 1')
    assert read_plan(written(folder, text), TOYS).actors["asr"].settings == {"language": "uk", "quiet_ms": 1}


def test_settings_that_contradict_each_other_are_told_in_the_engines_words(folder: Path) -> None:
    line, what, _ = only(folder, GOOD.replace("[actors.asr]", "[actors.asr.settings]\nquiet_ms = 30"))
    assert (line, what) == (8, "actors.asr.settings: quiet_ms is above loud_ms")


def test_an_input_file_that_is_not_there_is_told_with_the_place_looked_at(folder: Path) -> None:
    line, what, todo = only(folder, GOOD.replace("hello.wav", "goodbye.wav"))
    assert (line, what) == (6, 'actors.vad.settings.path: there is no file "goodbye.wav"')
    assert str(folder.resolve() / "goodbye.wav") in todo


def test_an_absolute_path_of_another_host_is_not_looked_for_here(folder: Path) -> None:
    there = str((folder / "only-there.wav").resolve()).replace("\\", "/")
    text = GOOD.replace("[actors.vad]", '[actors.vad]\nhost = "gpu"').replace("hello.wav", there)
    plan = read_plan(written(folder, text + '[hosts.gpu]\nssh = "root@gpu"\n'), TOYS)
    assert plan.actors["vad"].settings["path"] == there


def test_an_input_that_nobody_feeds_names_the_actor_that_would(folder: Path) -> None:
    line, what, todo = only(folder, GOOD.replace('[actors.vad]\n[actors.vad.settings]\npath = "hello.wav"\n', ""))
    assert (line, what) == (5, "asr takes vad.speech, and nobody in the plan gives it")
    assert todo == "add [actors.vad], which does"


def test_an_input_that_no_actor_could_feed_says_so(folder: Path) -> None:
    _, what, todo = only(folder, GOOD + "[actors.mic-out]\n")
    assert what == "mic-out takes tts.done, and nobody in the plan gives it"
    assert todo == "no actor does yet: avatar new makes one"


def test_an_output_that_nobody_reads_is_a_warning_and_a_watched_one_is_not(folder: Path) -> None:
    (fault,) = faults(folder, GOOD, warnings=True)
    assert fault.warning
    assert fault.what == "tts gives tts.audio, and nobody in the plan takes it"
    assert fault.todo == "mic-out would"


def test_an_engine_that_needs_another_actor_says_so(folder: Path) -> None:
    text = GOOD.replace("[actors.vad]", '[actors.vad]\nengine = "page"').replace('path = "hello.wav"', "")
    line, what, todo = only(folder, text)
    assert (line, what) == (5, 'actors.vad.engine: engine "page" of vad needs the actor "web"')
    assert "[actors.web]" in todo
    assert not faults(folder, text + "[actors.web]\n")


@pytest.mark.parametrize(
    ("ssh", "good"),
    [
        ("root@203.0.113.7:41022", True),
        ("gpu-box", True),
        ("me@[2001:db8::1]:22", True),
        ("-oProxyCommand=calc", False),
        ("root@host:99999", False),
        ("two words", False),
        ("", False),
    ],
)
def test_an_ssh_address_is_checked(folder: Path, ssh: str, good: bool) -> None:
    found = faults(folder, GOOD + f'[hosts.gpu]\nssh = "{ssh}"\n')
    assert (not found) == good


def test_a_host_needs_its_ssh_address(folder: Path) -> None:
    line, what, todo = only(folder, GOOD + "[hosts.gpu]\n")
    assert (line, what, todo) == (14, "hosts.gpu has no ssh", 'add ssh = "..."')


def test_local_is_always_there(folder: Path) -> None:
    _, what, _ = only(folder, GOOD + '[hosts.local]\nssh = "me@here"\n')
    assert what == "hosts.local: this host is always there"


def test_a_service_is_read_and_its_mistakes_are_named(folder: Path) -> None:
    service = '[services.fish]\ncommand = ["python", "-m", "fish"]\nhealth = "http://127.0.0.1:8080/v1/health"\n'
    plan = read_plan(written(folder, GOOD + service), TOYS)
    assert plan.services["fish"].command == ("python", "-m", "fish")
    _, what, _ = only(folder, GOOD + service.replace('["python", "-m", "fish"]', "[]"))
    assert what.startswith("services.fish.command: expected a list")
    _, what, _ = only(folder, GOOD + service + 'host = "gpu"\n')
    assert what == 'services.fish.host: there is no host "gpu"'


def test_a_plan_without_actors_says_so(folder: Path) -> None:
    _, what, _ = only(folder, "[session]\n")
    assert what == "the plan has no actors"


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file(folder: Path) -> None:
    text = GOOD.replace('name = "toys"', 'nam = "toys"').replace("[actors.asr]", '[actors.asr]\nengine = "toi"')
    found = faults(folder, text + 'hots = "local"\n')
    assert [fault.line for fault in found] == [2, 9, 15]


def test_reading_a_faulty_plan_raises_the_first_fault_and_counts_the_rest(folder: Path) -> None:
    path = written(folder, GOOD.replace('name = "toys"', 'nam = "toys"\nnama = 3'))
    with pytest.raises(Wrong) as raised:
        read_plan(path, TOYS)
    assert raised.value.what == f"{path}:2: session.nam: no such key"
    assert f"(1 more: avatar check {path})" in raised.value.todo


def test_a_plan_with_warnings_only_is_good(folder: Path) -> None:
    plan, found = examine(written(folder, GOOD), TOYS)
    assert plan is not None
    assert [fault.warning for fault in found] == [True]
