"""Scenes of a fault as a person reads it."""

from __future__ import annotations

from topology.fault import Fault, nearest


def test_a_fault_says_where_what_and_what_to_do() -> None:
    fault = Fault(file="a.toml", line=3, what="actors.vad.hots: no such key", todo='did you mean "host"?')
    assert str(fault) == 'a.toml:3: error: actors.vad.hots: no such key\n    did you mean "host"?'


def test_a_warning_about_a_whole_file_has_no_line_and_no_advice() -> None:
    assert str(Fault(file="a.toml", line=0, what="odd", warning=True)) == "a.toml: warning: odd"


def test_the_nearest_name_is_proposed_and_a_far_one_is_not() -> None:
    assert nearest("turn_manager", ["vad", "turn-manager"], "actors").startswith('did you mean "turn-manager"? ')
    assert nearest("xyz", ["vad"], "actors") == "actors: vad"
    assert nearest("xyz", [], "engines") == "there are no engines"
