"""Conftest of all tests: where AVATAR_NO_SKIP=1 is set (CI), a test that skips itself fails.

A skip whose reason begins with "only on Windows" (or Linux, or macOS) stays one: no single host can run them all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator

import pytest

_OTHER_SYSTEM = re.compile(r"(Skipped: )?only on (Windows|Linux|macOS)")


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
