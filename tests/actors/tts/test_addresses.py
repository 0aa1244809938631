"""Addresses of the network as they are said."""

from __future__ import annotations

import re

import pytest

from actors.tts.addresses import MACHINE, MAIL, PAGE
from actors.tts.spelling_en import ADDRESSES


def test_signs_have_their_names() -> None:
    mail = re.search(MAIL, "to first.last+new_1@mail.example.com,")
    assert mail is not None
    assert ADDRESSES.mail(mail) == "first dot last plus new underscore one at mail dot example dot com"


def test_of_a_page_what_nobody_says_is_left_out() -> None:
    page = re.search(PAGE, "https://www.example.com:8080/a/b/?q=1&r=2#top")
    assert page is not None
    assert ADDRESSES.page(page) == "example dot com port eight thousand eighty slash a slash b"


def test_a_machine_is_said_digit_by_digit() -> None:
    machine = re.search(MACHINE, "127.0.0.1:22")
    assert machine is not None
    assert ADDRESSES.machine(machine) == "one two seven dot zero dot zero dot one port two two"


@pytest.mark.parametrize("text", ["1.2.3", "1.2.3.4.5", "me@home", "e.g. this", "end.Of", "a @ b", "3.14", "and/or"])
def test_what_is_no_address_is_left_alone(text: str) -> None:
    assert not any(re.search(pattern, text) for pattern in (MAIL, PAGE, MACHINE))
