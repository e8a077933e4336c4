"""No author signs their own work, and nobody is stopped without a reason that names who can clear it."""

from pathlib import Path

import pytest

from tests.profile import size
from tests.scenarios.four_eyes.table import PLACES, play_all
from tests.scenarios.four_eyes.ways import COMPARED, EVERYWHERE, FORGED, POSTED
from tests.virtual_clock import run_virtually

WAYS = {
    "github": EVERYWHERE | COMPARED,
    "gitlab": EVERYWHERE | COMPARED,
    "posted": EVERYWHERE | POSTED,
    "jenkins": EVERYWHERE | COMPARED | POSTED | FORGED,
}
SHARE = 24
"""How many ways are played at once: a bot with so many services."""

WANTED = {
    kind: sorted([*ways.items()][:: size(12, 1, 1)], key=lambda way: way[1].count(";"))
    for kind, ways in WAYS.items()
}
"""By CI, the shortest first: a service is polled until the longest way of its share has ended."""

SHARES = [
    (kind, dict(ways[at : at + SHARE])) for kind, ways in WANTED.items() for at in range(0, len(ways), SHARE)
]


def test_there_are_enough_ways() -> None:
    assert len(EVERYWHERE) >= 60
    assert PLACES.keys() == WAYS.keys()


@pytest.mark.parametrize(
    ("kind", "ways"), SHARES, ids=[f"{kind}-{at}" for at, (kind, _) in enumerate(SHARES)]
)
def test_no_author_signs_and_nobody_is_stopped_without_a_reason(
    kind: str, ways: dict[str, str], tmp_path: Path
) -> None:
    wrong = run_virtually(play_all(tmp_path, kind, ways))
    assert not wrong, "\n\n".join(f"{kind}, {name}: {why}" for name, why in wrong.items())
