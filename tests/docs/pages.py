"""The pages, and the examples on them: fenced blocks with the heading that they stand under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.tree import ROOT

PAGES: dict[Path, str] = {
    path: path.read_text(encoding="utf-8")
    for path in (
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *sorted((ROOT / "docs").glob("*.md")),
    )
}
FENCED = re.compile(r"^( *)```([\w-]*)[^\n]*\n(.*?)^\1```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page, without the indentation of the list that it is in."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_in(page: str, text: str) -> Iterator[Block]:
    """List the fenced blocks of a page."""
    for match in FENCED.finditer(text):
        indent, language, body = match.groups()
        written = "".join(line.removeprefix(indent) for line in body.splitlines(keepends=True))
        yield Block(page, text.count("\n", 0, match.start()) + 1, language, written)


BLOCKS = tuple(
    block for path, text in PAGES.items() for block in blocks_in(path.relative_to(ROOT).as_posix(), text)
)


def blocks(*languages: str) -> list[Block]:
    """List the blocks in some languages."""
    return [block for block in BLOCKS if block.language in languages]
