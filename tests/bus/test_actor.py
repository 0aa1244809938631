"""Scenes of an actor before it runs: its name, its alarm, its engine and settings."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import pytest

from bus.actor import Actor, Alarm, split_settings
from bus.errors import Wrong
from bus.messages import SpeechEdge, Token


class PianoSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    keys: int = 88


class Piano:
    Settings: ClassVar = PianoSettings

    def __init__(self, settings: PianoSettings) -> None:
        self.settings = settings


class PlayerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    loudness: float = 1.0


class Player(Actor):
    name = "player"
    engines: ClassVar = {"piano": f"{__name__}:Piano"}
    Settings: ClassVar = PlayerSettings

    def __init__(self, engine: Piano, settings: PlayerSettings) -> None:
        self.engine = engine
        self.settings = settings


def test_settings_go_to_the_engine_or_to_the_actor() -> None:
    player = Player.build("piano", {"keys": 61, "loudness": 0.5})
    assert (player.engine.settings.keys, player.settings.loudness) == (61, 0.5)


def test_a_setting_that_nobody_knows_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="strings"):
        Player.build("piano", {"strings": 6})


def test_an_unknown_engine_names_the_known_ones() -> None:
    with pytest.raises(Wrong) as caught:
        Player.build("drum", {})
    assert caught.value.todo == "known engines: piano"


def test_an_input_that_only_some_engines_need_comes_with_those_only() -> None:
    class Choosy(Player):
        engines: ClassVar = {**Player.engines, "organ": f"{__name__}:Piano"}
        only_for: ClassVar = {SpeechEdge: ("organ",)}

        async def on_edge(self, edge: SpeechEdge) -> None: ...

        async def on_token(self, token: Token) -> None: ...

    assert Choosy.wiring.inputs == (Token, SpeechEdge)
    assert Choosy.build("organ", {}).inputs == (Token, SpeechEdge)
    assert Choosy.build("piano", {}).inputs == Choosy.inputs_with("piano") == (Token,)


def test_settings_are_split_by_what_a_struct_knows() -> None:
    assert split_settings(PlayerSettings, {"loudness": 1, "keys": 2}) == ({"loudness": 1}, {"keys": 2})


def test_an_alarm_tells_only_of_changes() -> None:
    alarm, told = Alarm(), []
    alarm.changed = lambda: told.append(alarm.at_ns)
    for at_ns in (5, 5, None, None, 7):
        alarm.set(at_ns)
    assert told == [5, None, 7]


def test_an_actor_is_named_after_its_folder() -> None:
    class Nameless(Actor):
        pass

    assert Nameless.name == __name__.split(".")[-2]
