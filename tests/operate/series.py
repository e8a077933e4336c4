"""What the metrics say: every series that this process has now, and which of them grew."""

from collections.abc import Mapping

from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]
Series = dict[tuple[str, Labels], float]


def labels(**given: str) -> Labels:
    """Return labels as they stand in a series."""
    return frozenset(given.items())


def now() -> Series:
    """Return all series of Shiproom in this process."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name.startswith("shiproom_")
    }


def grown(before: Series, *names: str) -> Series:
    """Return by how much series with these names grew."""
    return {
        key: value - before.get(key, 0.0)
        for key, value in now().items()
        if key[0] in names and value != before.get(key, 0.0)
    }


def labels_of(text: str) -> Mapping[str, set[str]]:
    """Return which labels each series of an answer of /metrics has, by its name."""
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name.startswith("shiproom_"):
                found.setdefault(sample.name, set()).update(sample.labels)
    return found
