"""What is too long for a card keeps its cause: paths are shortened first, then the middle goes."""

import pytest

from bot.blocks.text import reported, visible
from bot.shortening import cut

DEEP = "/srv/deployments/production/website/current/scripts/deploy.sh"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("short", "short"),
        (f"{DEEP}: line 12: kubectl: command not found", "…/deploy.sh: line 12: kubectl: command not found"),
        (f"it has Windows line ends (CRLF): {DEEP}", "it has Windows line ends (CRLF): …/deploy.sh"),
        (f"it is not executable (chmod +x): {DEEP}", "it is not executable (chmod +x): …/deploy.sh"),
        (
            f"it has no `#!` line such as #!/bin/sh: {DEEP}",
            "it has no `#!` line such as #!/bin/sh: …/deploy.sh",
        ),
        ("a" * 40 + " because " + "b" * 40, "a" * 24 + "…" + "b" * 35),
        (f"https://{'x' * 30}.example.org/{'p/' * 20}: no route to host", None),
    ],
)
def test_a_long_cause_keeps_its_ends(said: str, shown: str | None) -> None:
    found = cut(said, 60)
    assert len(found) <= 60
    assert found.endswith(said[-9:])
    assert shown is None or found == shown


def test_a_long_name_of_a_file_is_shortened_too() -> None:
    assert len(cut("/srv/" + "n" * 90 + ".sh: Permission denied", 60)) <= 60


def test_a_card_shows_the_cause_behind_a_long_path() -> None:
    assert visible(reported(f'"{DEEP}: line 12: kubectl: command not found" (exit 127)')) == (
        '"…/deploy.sh: line 12: kubectl: command not found" (exit 127)'
    )
