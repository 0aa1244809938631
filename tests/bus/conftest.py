"""Conftest of the bus: one house for the scenes of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bus.house import House


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    house = House()
    yield house
    house.end()
