"""Puts the picture of a Mermaid diagram into the site in place of its text, so that no page needs a script or a request.

`zensical.toml` names `mermaid` as what formats such a block; `make pictures` draws what has no picture yet.
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs"
PICTURES = DOCS / "diagrams"
MOVE = re.compile(r"^ *(\w+) --> (\w+) : (.*)$", re.MULTILINE)
BLOCK = re.compile(r"^```mermaid\n(.*?)\n```$", re.DOTALL | re.MULTILINE)


def picture_of(source: str) -> Path:
    """Return where the picture of a diagram is: its name follows from the text, so that no old picture is shown."""
    return PICTURES / f"{sha256(source.strip().encode()).hexdigest()[:12]}.svg"


def diagrams() -> Iterator[str]:
    """List the text of every diagram on the pages."""
    for page in sorted(DOCS.glob("*.md")):
        yield from BLOCK.findall(page.read_text(encoding="utf-8"))


def mermaid(
    source: str, language: str, css_class: str, options: Mapping[str, Any], md: object, **_: object
) -> str:
    """Return the picture of a diagram, which opens alone when it is clicked, or its text if it was not drawn yet."""
    del language, css_class, options, md
    picture = picture_of(source)
    if not picture.is_file():
        return f"<pre><code>{escape(source)}</code></pre>"
    kind = source.split(maxsplit=1)[0].lower()
    address = f"diagrams/{picture.name}"
    shown = f'<a href="{address}"><img src="{address}" alt="Diagram; its text follows"></a>'
    return f'<div class="diagram {kind}">{shown}</div>{_as_text(source)}'


def _as_text(source: str) -> str:
    """Return a diagram for those who cannot see it or have a small screen: states as a table, others as they are written."""
    moves = MOVE.findall(source)
    if not moves:
        return f"<details><summary>The diagram as text</summary><pre><code>{escape(source)}</code></pre></details>"
    rows = (f"<tr><td>{start}</td><td>{end}</td><td>{why}</td></tr>" for start, end, why in moves)
    head = "<thead><tr><th>from</th><th>to</th><th>by</th></tr></thead>"
    return f"<table>{head}<tbody>{''.join(rows)}</tbody></table>"
