"""Scenes of the page of the actors: what a reader finds there comes from the code."""

from __future__ import annotations

from cli.pages import actors
from topology.catalogue import HOUSE


def test_every_actor_and_every_real_engine_has_its_place() -> None:
    page = actors.page()
    for name, actor in HOUSE.items():
        assert f"\n## {name}\n" in page
        assert all(f"### {name}: engine `{engine}`" in page for engine in actor.engines if engine != "fake")


def test_a_setting_is_told_with_its_bounds_default_and_meaning() -> None:
    page = actors.page()
    assert "| `stop_ms` | integer >= 64 and <= 3000 | `200` |" in page
    assert "| `path` | path of a file, relative to the plan | **must be given** |" in page


def test_wiring_links_to_the_messages() -> None:
    assert "[vad.speech](messages.md#vadspeech)" in actors.page()
