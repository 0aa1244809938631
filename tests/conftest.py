"""Conftest of all tests: where AVATAR_NO_SKIP=1 is set (CI), a test that skips itself fails; all of them run two at a time.

A skip whose reason begins with "only on Windows" (or Linux, or macOS) stays one: no single host can run them all.

One worker takes the end-to-end tests, one after the other, for they need the machine; the other takes all the rest, which
mostly waits. Only a run of everything is divided: a few tests alone are quicker, and easier to look into, in one process.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # on a busy machine any example may take a while

_END_TO_END = ("tests/e2e/", "tests/actors/web/test_page.py")
_OTHER_SYSTEM = re.compile(r"(Skipped: )?only on (Windows|Linux|macOS)")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Divides a run of everything, unless the command line says how."""
    if hasattr(config, "workerinput"):
        return  # one of the two: without this each would have two of its own, and so on
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.keyword
    if everything and config.option.numprocesses is None and not config.option.usepdb:
        config.option.numprocesses = 2
        config.option.dist = "loadscope"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """Whole files to each worker, and all end-to-end tests to one."""
    return _EndToEndApart(config, log) if config.option.dist == "loadscope" else None


class _EndToEndApart(LoadScopeScheduling):  # type: ignore[misc]
    # by path, not by xdist_group: xdist 3.8 writes groups into a field that pytest 9.2 has no more
    def _split_scope(self, nodeid: str) -> str:
        return "e2e" if nodeid.startswith(_END_TO_END) else nodeid.partition("::")[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skipped itself, in its setup or in its body."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole file that skipped itself."""
    report = yield
    _fail_if_skipped(report)
    return report


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("AVATAR_NO_SKIP") != "1" or report.outcome != "skipped":
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not _OTHER_SYSTEM.match(reason):
        report.outcome = "failed"
        report.longrepr = f"{reason} (AVATAR_NO_SKIP=1: install what it needs)"
