"""Call on two hosts whose first host is gone for good: the other one ends its part by itself."""

from __future__ import annotations

import contextlib

import psutil
import pytest

from remote.lab.sshd import MISSING, sshd_path
from tests.e2e.split import split_call

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.skipif(sshd_path() is None, reason=MISSING),
]

GRACE_S = 2.0


def test_the_other_host_ends_itself_when_the_first_never_comes_back_and_leaves_no_process(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with split_call(tmp_path_factory.mktemp("alone"), grace_s=GRACE_S) as call:
        call.until_up()
        known = call.processes()
        far = [process for process in known if process.environ()["AVATAR_HOME"] == str(call.far_home)]
        assert len(far) > 5
        call.process.kill()  # first, or it would follow its host agent up
        for process in known:
            if process not in far:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        call.expect_gone(known, GRACE_S + 20)
        (ending,) = call.far_home.glob("sessions/*/ending.json")
        assert not ending.with_name("session.json").exists()
