"""Lists every link of the pages that leads outside, with its pages; none is asked: `python -m tests.docs.links`."""

import re
import sys
from collections import defaultdict

from tests.docs.pages import FENCED, PAGES
from tests.house.tree import ROOT

LINK = re.compile(r"\]\((https?://[^)\s]+)\)|<(https?://[^>\s]+)>|(?<![\w\"'`(<])(https?://[^\s)>`\"'|,]+)")


def outside(text: str) -> set[str]:
    """Return the addresses that a page links to; those in its examples are none."""
    prose = re.sub(r"`[^`\n]*`", "", FENCED.sub("", text))
    return {next(filter(None, match.groups())).rstrip(".;") for match in LINK.finditer(prose)}


def main() -> None:
    """Print each address once, with its pages."""
    pages: defaultdict[str, list[str]] = defaultdict(list)
    for page, text in PAGES.items():
        for address in outside(text):
            pages[address].append(page.relative_to(ROOT).as_posix())
    for address, where in sorted(pages.items()):
        sys.stdout.write(f"{address}  {', '.join(where)}\n")


if __name__ == "__main__":
    main()
