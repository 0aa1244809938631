"""Pages of docs/ that are written from the code."""

from __future__ import annotations

from pathlib import Path

from cli.pages import actors, messages, turns, verbs

PAGES = {
    "messages.md": messages.page,
    "actors.md": actors.page,
    "turns.md": turns.page,
    "cli.md": verbs.page,
}
"""File in docs/ -> what writes it."""

MARK = "<!-- Written from the code by `avatar docs`: change the code, then run `make fix`. -->\n\n"


def written() -> dict[str, str]:
    """Every page as it should be, by file name."""
    return {name: MARK + page().rstrip() + "\n" for name, page in PAGES.items()}


def stale(docs: Path) -> list[str]:
    """Names of the pages in the folder `docs` that are missing or not as the code is."""
    return [name for name, text in written().items() if not _same(docs / name, text)]


def write(docs: Path) -> list[str]:
    """Writes the pages that are stale; gives their names."""
    old = stale(docs)
    docs.mkdir(exist_ok=True)
    pages = written()
    for name in old:
        (docs / name).write_text(pages[name], encoding="utf-8", newline="\n")
    return old


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
