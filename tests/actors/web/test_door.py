from __future__ import annotations

import pytest

from actors.web.door import Door

DOOR = Door(8440, "the-right-token")


@pytest.mark.parametrize("host", ["127.0.0.1:8440", "localhost:8440", "LOCALHOST:8440"])
def test_our_own_names_are_hosts(host: str) -> None:
    assert DOOR.host_is_ours(host)


@pytest.mark.parametrize(
    "host", ["", "127.0.0.1", "127.0.0.1:8441", "evil.example:8440", "127.0.0.1:8440.evil.example"]
)
def test_a_rebound_name_is_no_host(host: str) -> None:
    assert not DOOR.host_is_ours(host)


@pytest.mark.parametrize(
    "origin", ["", "null", "http://evil.example", "http://localhost:8440", "https://127.0.0.1:8440", "http://127.0.0.1"]
)
def test_a_foreign_origin_is_not_ours(origin: str) -> None:
    assert not DOOR.origin_is_ours(origin, "127.0.0.1:8440")


def test_the_page_itself_is_our_origin() -> None:
    assert DOOR.origin_is_ours("http://127.0.0.1:8440", "127.0.0.1:8440")


@pytest.mark.parametrize(
    ("query", "cookies", "token"),
    [
        ("token=abc", "", "abc"),
        ("", "other=1; avatar_8440=abc", "abc"),
        ("token=query", "avatar_8440=cookie", "query"),
        ("", "avatar_8441=abc", ""),
        ("", "", ""),
        ("", "\x00;;=", ""),
    ],
)
def test_the_token_comes_from_the_address_or_the_cookie_of_this_port(query: str, cookies: str, token: str) -> None:
    assert DOOR.token_from(query, cookies) == token


def test_only_the_right_token_is_known() -> None:
    assert DOOR.knows("the-right-token")
    assert not any(DOOR.knows(token) for token in ("", "the-right-toke", "the-right-token ", "жетон"))


def test_a_token_from_before_a_restart_opens_too_and_becomes_the_address() -> None:
    door = Door(8440, "new")
    assert door.trust("http://127.0.0.1:8440/?token=from-before")
    assert door.knows("from-before")
    assert door.knows("new")
    assert door.url == "http://127.0.0.1:8440/?token=from-before"
    assert not door.trust("http://127.0.0.1:8440/?token=new"), "its own address is nothing new"
    assert not door.trust("http://127.0.0.1:8440/")
