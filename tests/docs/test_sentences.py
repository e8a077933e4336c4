"""docs/troubleshooting.md quotes sentences that the product says, and docs/alerts.md names the metrics that there are."""

import ast
import re

from prometheus_client import Counter, Gauge, Histogram

from bot import metrics
from tests.house.tree import ROOT, module_files, parsed

TROUBLE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
ALERTS = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
GAP = "\0"
LEAST = 45


def said(node: ast.AST) -> str:
    """Return the text of an expression that makes a sentence, with a gap for each value."""
    match node:
        case ast.Constant(value=str(text)):
            return re.sub(r"\{[^{}]*\}|%s|%d", GAP, text)
        case ast.JoinedStr(values=values):
            return "".join(said(each) for each in values)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return said(left) + said(right)
        case _:
            return GAP


def sentences() -> str:
    """Return all texts of the product, each in lines of its own; those that are put together from several as one."""
    kinds = (ast.Constant, ast.JoinedStr, ast.BinOp)
    trees = (parsed(path) for path in module_files("bot", "storage"))
    return "\n\n".join(said(node) for tree in trees for node in ast.walk(tree) if isinstance(node, kinds))


def quoted() -> list[str]:
    """List what the first cells of the page quote."""
    cells = re.findall(r"^\| ([^|]*) \|", TROUBLE, re.MULTILINE)
    return [quote for cell in cells for quote in re.findall(r"`([^`]+)`", cell) if " " in quote]


def test_the_product_says_what_is_quoted() -> None:
    known = sentences()
    quotes = quoted()
    strange = [piece for quote in quotes for piece in re.split(r" ?\.\.\. ?", quote) if piece not in known]
    assert not strange, "docs/troubleshooting.md quotes what nothing says (any more)"
    assert len(quotes) > LEAST


def test_every_metric_is_watched_or_named() -> None:
    ours = [each for each in vars(metrics).values() if isinstance(each, Counter | Gauge | Histogram)]
    names = {
        family.name + "_total" * isinstance(each, Counter) for each in ours for family in each.describe()
    }
    table = ALERTS.partition("## What to watch")[2].partition("\n\n- [")[0]
    assert set(re.findall(r"`(shiproom_\w+)", table)) == names
    assert set(re.findall(r"\b(shiproom_\w+)", ALERTS)) <= names
