"""The queries of docs/operate, and what each needs: the series that it reads, with the labels that it uses of them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tests.house.tree import ROOT

FOLDER = ROOT / "docs" / "operate"
RULES = FOLDER / "alerts.yml"
DASHBOARD = FOLDER / "dashboard.json"

OF_THE_SCRAPE = frozenset({"namespace", "pod", "instance"})
"""Labels that Prometheus or Kubernetes gives to whatever it scrapes."""

_SELECTOR = re.compile(r"(shiproom_\w+)(?:\{([^}]*)\})?")
_GROUPING = re.compile(r"\bby\s*\(([^)]*)\)")
_MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")


@dataclass(frozen=True)
class Query:
    """One query: where it stands, its text, and the labels that are shown beside its result."""

    where: str
    text: str
    shown: frozenset[str] = frozenset()

    @property
    def needs(self) -> Mapping[str, set[str]]:
        """Which labels each of its series must have."""
        grouped = {
            name.strip() for names in _GROUPING.findall(self.text) for name in names.split(",") if name
        } | self.shown
        needs: dict[str, set[str]] = {}
        for name, matchers in _SELECTOR.findall(self.text):
            matched = set(_MATCHER.findall(re.sub(r'"[^"]*"', '""', matchers)))
            needs.setdefault(name, set()).update(matched, grouped - OF_THE_SCRAPE)
        return needs


def panels() -> list[dict[str, Any]]:
    """Return the panels of the dashboard that show something."""
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return [each for each in dashboard["panels"] if each["type"] != "row"]


def of_dashboard() -> Iterator[Query]:
    """Yield the queries of the dashboard, with its variables as Grafana fills them in."""
    for panel in panels():
        for target in panel["targets"]:
            shown = frozenset(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            yield Query(panel["title"], filled(target["expr"]), shown)
    for variable in json.loads(DASHBOARD.read_text(encoding="utf-8"))["templating"]["list"]:
        if variable["type"] == "query":
            asked = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"])
            assert asked is not None, variable
            yield Query(f"${variable['name']}", filled(asked[1]), frozenset({asked[2]}))


def filled(expression: str) -> str:
    """Return a query with its variables filled in."""
    for name, value in (("$service", ".*"), ("$environment", ".*"), ("$__rate_interval", "5m")):
        expression = expression.replace(name, value)
    assert "$" not in expression, expression
    return expression


def rules() -> list[dict[str, Any]]:
    """Return the rules of all groups."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def of_rules() -> Iterator[Query]:
    """Yield the queries of the rules, with the labels that their sentences name."""
    for rule in rules():
        words = " ".join(rule["annotations"].values())
        shown = set(re.findall(r"\$labels\.(\w+)", words)) - OF_THE_SCRAPE
        yield Query(rule["alert"], rule["expr"], frozenset(shown))
