"""Finding of a checkup: one thing that was looked at, how it is, and what to do about it."""

from __future__ import annotations

from typing import Literal

import msgspec

Verdict = Literal["ok", "warn", "fail"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a checkup. "fail": no plan can run; "warn": some engine cannot, or the call will suffer."""

    subject: str
    verdict: Verdict
    what: str
    todo: str = ""
