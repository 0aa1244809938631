"""Scenes of CI, where nothing may be skipped in silence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = """
import pytest

def test_body():
    pytest.skip("no browser here")

@pytest.mark.skipif(True, reason="no sound here")
def test_mark():
    pass

@pytest.mark.skipif(True, reason="only on Windows")
def test_other_system():
    pass

@pytest.mark.xfail(strict=False, reason="known")
def test_known():
    assert False
"""


def run_apart(folder: Path, test: str, no_skip: str) -> subprocess.CompletedProcess[str]:
    """Runs one test file beside our conftest, in a pytest of its own."""
    (folder / "conftest.py").write_bytes(Path(__file__).with_name("conftest.py").read_bytes())
    (folder / "test_file.py").write_text(test, encoding="utf-8")
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    command = [sys.executable, "-m", "pytest", *options]
    environment = {**os.environ, "AVATAR_NO_SKIP": no_skip}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("no_skip", "expected"), [("1", "1 failed, 1 skipped, 1 xfailed, 1 error"), ("", "3 skipped, 1 xfailed")]
)
def test_a_skip_fails_only_in_ci_and_never_for_another_system(tmp_path: Path, no_skip: str, expected: str) -> None:
    assert expected in run_apart(tmp_path, SKIPS, no_skip).stdout.splitlines()[-1]


def test_a_whole_file_that_skips_itself_fails_in_ci(tmp_path: Path) -> None:
    done = run_apart(tmp_path, 'import pytest\npytest.importorskip("no_such_package")\n', "1")
    assert done.returncode != 0
    assert "install what it needs" in done.stdout
