"""The dashboard in docs/operate: Grafana can import it, and no query makes one of the usual mistakes."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from bot import metrics
from tests.operate.promtool import promtool
from tests.operate.queries import DASHBOARD, Query, of_dashboard, of_rules, panels

EVERY = [*of_dashboard(), *of_rules()]
COLUMNS = 24


def dashboard() -> dict[str, Any]:
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))


def kinds() -> dict[str, str]:
    """Return the kind of each metric, by the names of its series."""
    assert metrics.exposition()
    found: dict[str, str] = {}
    for family in REGISTRY.collect():
        for ending in {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(
            family.type, ("",)
        ):
            found[family.name + ending] = family.type
    return found


def test_it_can_be_imported_anywhere() -> None:
    """Neither the number that a database gave it, nor the name of one installation's Prometheus."""
    made = dashboard()
    assert (made["id"], made["title"]) == (None, "Shiproom")
    assert re.fullmatch(r"[a-zA-Z0-9_-]{8,40}", made["uid"])
    first, *others = made["templating"]["list"]
    assert (first["name"], first["type"], first["query"]) == ("datasource", "datasource", "prometheus")
    asked = [*others, *panels(), *(target for panel in panels() for target in panel["targets"])]
    assert {json.dumps(each["datasource"]) for each in asked} == {
        '{"type": "prometheus", "uid": "${datasource}"}'
    }


def test_panels_have_their_place_and_say_what_they_show() -> None:
    every = dashboard()["panels"]
    assert len({each["id"] for each in every}) == len(every)
    for panel in panels():
        assert panel["description"].endswith("."), panel["title"]
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
    for one, other in combinations((each["gridPos"] for each in every), 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below, (one, other)
        assert one["x"] + one["w"] <= COLUMNS


def test_prometheus_can_read_every_query(tmp_path: Path) -> None:
    recorded = [{"record": f"panel:{at}", "expr": each.text} for at, each in enumerate(of_dashboard())]
    written = {"groups": [{"name": "dashboard", "rules": recorded}]}
    (tmp_path / "queries.yml").write_text(yaml.safe_dump(written), encoding="utf-8")
    promtool(tmp_path, "check", "rules", "queries.yml")


@pytest.mark.parametrize("query", EVERY, ids=lambda each: each.where)
def test_counters_are_read_as_increases_and_gauges_are_not(query: Query) -> None:
    """A counter begins at 0 with each process; and two replicas have the same gauges, so that a sum would count twice."""
    known = kinds()
    if query.where.startswith("$"):
        return
    for name in query.needs:
        increased = re.search(rf"\b(?:rate|increase)\({name}\b", query.text) is not None
        assert increased == (known[name] in {"counter", "histogram"}), name
        raw = re.search(rf"\bsum(?: by \([^)]*\))? ?\({name}\b", query.text)
        assert raw is None or name == "shiproom_database_waiting", f"take max over replicas of {name}"


@pytest.mark.parametrize(
    "query", [each for each in EVERY if "_bucket" in each.text], ids=lambda each: each.where
)
def test_quantiles_keep_the_buckets_apart(query: Query) -> None:
    grouped = re.findall(r"histogram_quantile\([\d.]+, sum by \(([^)]*)\)", query.text)
    assert grouped
    assert all("le" in names.split(", ") for names in grouped)
