"""Conftest of the end-to-end tests: real processes, sockets and files; each call in a home of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.call import Call
from tests.e2e.plans import TOPOLOGY


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    """The whole demo, in an empty folder, as the README says. Takes as long as its conversation: 70 s."""
    with Call(TOPOLOGY / "demo.toml", tmp_path_factory.mktemp("demo")) as call:
        yield call
