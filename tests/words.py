"""Lists every word of `/release` from the registry of actions, for the pages: `python -m tests.words --write`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from handlers.actions import ACTIONS

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", ROOT / "docs" / "commands.md")
BEGIN, END = "<!-- the words of /release: python -m tests.words --write -->", "<!-- end of the words -->"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def rows() -> Iterator[str]:
    """List the rows of the table: the form that `/release` alone opens, then every action with its usage lines."""
    yield "| command | what it does |"
    yield "|---|---|"
    yield "| `/release` | open a form |"
    for action in ACTIONS:
        usage = "<br>".join(f"`/release {_cell(line)}`" for line in action.usage)
        yield f"| {usage} | {_cell(action.summary)} |"


def written_in(text: str) -> str:
    """Return a page with the table between its two marks as the registry has it now."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        message = f"there is no place for the words: {BEGIN} ... {END}"
        raise ValueError(message)
    table = "\n".join(rows())
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def main(words: list[str]) -> None:
    """Print the table, or write it into the pages."""
    if words == ["--write"]:
        for page in PAGES:
            page.write_text(written_in(page.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stdout.write("\n".join(rows()) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
