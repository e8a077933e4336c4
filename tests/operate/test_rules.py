"""The rules of Prometheus in docs/operate: sound, each tried when it must fire and when it must not, the chart's the same."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.house.tree import ROOT
from tests.operate.promtool import promtool
from tests.operate.queries import FOLDER, RULES, rules

TESTS = FOLDER / "alerts_test.yml"


def cases() -> Iterator[dict[str, Any]]:
    """Yield what is expected of each alert, once or more."""
    for test in yaml.safe_load(TESTS.read_text(encoding="utf-8"))["tests"]:
        yield from test["alert_rule_test"]


def test_promtool_finds_no_fault() -> None:
    promtool(FOLDER, "check", "rules", RULES.name)


def test_alerts_come_when_they_should() -> None:
    promtool(FOLDER, "test", "rules", TESTS.name)


@pytest.mark.parametrize("alert", [rule["alert"] for rule in rules()])
def test_each_alert_is_tried_both_ways(alert: str) -> None:
    tried = [bool(case.get("exp_alerts")) for case in cases() if case["alertname"] == alert]
    assert {*tried} == {True, False}


def test_only_alerts_that_there_are_are_tried() -> None:
    assert {case["alertname"] for case in cases()} == {rule["alert"] for rule in rules()}


def test_each_alert_says_what_happened_and_what_to_do() -> None:
    for rule in rules():
        assert set(rule["annotations"]) == {"summary", "action"}, rule["alert"]
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}, rule["alert"]


def test_the_chart_brings_the_same_rules() -> None:
    chart = ROOT / "docs/deploy/helm/shiproom/alerts.yaml"
    assert chart.read_text(encoding="utf-8") == RULES.read_text(encoding="utf-8"), (
        "copy docs/operate/alerts.yml"
    )
