"""Scenes of what fails on the other host, as its programs say it."""

from __future__ import annotations

import pytest

from bus.errors import AvatarError, Broken, Fatal, Wrong
from remote.shipping.fault import shipping_fault
from topology.plan import Host

GPU = Host(ssh="root@gpu:22")


@pytest.mark.parametrize(
    ("step", "log", "kind", "what"),
    [
        ("python", "", Fatal, "has no Python that can be used"),
        ("files", "[Errno 28] No space left on device: 'x'", Fatal, "is full"),
        ("packages", "error: failed to write `x`: No space left on device (os error 28)", Fatal, "is full"),
        ("files", "[Errno 27] File too large", Fatal, "is full"),
        ("files", "[Errno 13] Permission denied: '/home/x'", Wrong, "nothing can be written into /home/x/shipped"),
        ("files", "[Errno 20] Not a directory: '/dev/null/x'", Wrong, "nothing can be written"),
        ("uv", "there is no uv, and no pip to install it with", Fatal, "has neither uv nor pip"),
        ("uv", "ERROR: No matching distribution found for uv", Broken, "cannot reach the package index"),
        (
            "packages",
            "error: Failed to fetch: `https://index.example/simple/numpy/`\n  Caused by: dns error",
            Broken,
            "cannot reach the package index",
        ),
        ("packages", "error: No interpreter found for Python >=3.11 in managed installations", Fatal, "has no Python 3.11"),
        ("damage", "ab12", Broken, "arrived on root@gpu:22 other than it was sent"),
    ],
)  # fmt: skip
def test_each_fault_is_one_line_with_what_to_do(step: str, log: str, kind: type[AvatarError], what: str) -> None:
    fault = shipping_fault(step, log, "/home/x/shipped", GPU)
    assert type(fault) is kind
    assert what in fault.what
    assert "root@gpu:22" in fault.what
    assert fault.todo
    assert "\n" not in fault.what + fault.todo


def test_what_nobody_knows_is_told_by_its_last_line() -> None:
    fault = shipping_fault("packages", "Resolved 3\nerror: something new\n\n", "", GPU)
    assert "(packages): error: something new" in fault.what
    assert "ended without a word" in shipping_fault("uv", "", "", GPU).what
