"""Columns of plain text, aligned; whole words in a pipe too, where a drawn table would be cut to 80 characters."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def aligned(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> list[str]:
    """One line for each row; `right`: the columns of numbers. Columns that are empty in all rows but the head are left out."""
    columns = [i for i in range(len(rows[0])) if len(rows) == 1 or any(row[i] for row in rows[1:])]
    widths = {i: max(len(row[i]) for row in rows) for i in columns}
    return [
        "  ".join(row[i].rjust(widths[i]) if i in right else row[i].ljust(widths[i]) for i in columns).rstrip()
        for row in rows
    ]
