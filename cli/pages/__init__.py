"""Pages of docs/ that are written from the code, and the drawing in the README beside it."""

from __future__ import annotations

from pathlib import Path

from cli.pages import actors, messages, plan, readme, turns, verbs

PAGES = {
    "messages.md": messages.page,
    "actors.md": actors.page,
    "plan.md": plan.page,
    "turns.md": turns.page,
    "cli.md": verbs.page,
}
"""File in docs/ -> what writes it."""

MARK = "<!-- Written from the code by `avatar docs`: change the code, then run `make fix`. -->\n\n"


def written() -> dict[str, str]:
    """Every page as it should be, by file name."""
    return {name: MARK + page().rstrip() + "\n" for name, page in PAGES.items()}


def stale(docs: Path) -> list[str]:
    """Names of the files in the folder `docs`, and README.md above it, that are missing or not as the code is."""
    return [path.name for path, text in _wanted(docs).items() if not _same(path, text)]


def write(docs: Path) -> list[str]:
    """Writes the files that are stale; gives their names."""
    docs.mkdir(exist_ok=True)
    old = {path: text for path, text in _wanted(docs).items() if not _same(path, text)}
    for path, text in old.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return [path.name for path in old]


def _wanted(docs: Path) -> dict[Path, str]:
    wanted = {docs / name: text for name, text in written().items()}
    page = docs.parent / "README.md"
    if page.is_file():
        wanted[page] = readme.with_drawing(page.read_text(encoding="utf-8"))
    return wanted


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
