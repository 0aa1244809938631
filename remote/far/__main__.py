"""Anchor process: `python -m remote.far`, started through ssh on another host of a call."""

from __future__ import annotations

import sys

from remote.far.anchor import anchor

if __name__ == "__main__":
    sys.exit(anchor())
