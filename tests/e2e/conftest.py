"""Conftest of the end-to-end tests: real processes, sockets and files; each call in a home of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.call import Call
from tests.e2e.plans import TOPOLOGY


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    """The whole demo, in an empty folder, as the README says. Takes as long as its conversation: 70 s."""
    with Call(TOPOLOGY / "demo.toml", tmp_path_factory.mktemp("demo")) as call:
        yield call


@pytest.fixture(scope="session", autouse=True)
def early(request: pytest.FixtureRequest) -> None:
    """Begins the demo with the first test when some test wants it: it goes on beside the others, which come before."""
    if any("demo" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("demo")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests that look at the whole demo come last in this folder: until then it plays."""
    here = [i for i, item in enumerate(items) if Path(__file__).parent in item.path.parents]
    ordered = sorted((items[i] for i in here), key=lambda item: "demo" in getattr(item, "fixturenames", ()))
    for i, item in zip(here, ordered, strict=True):
        items[i] = item
