"""The example that newcomers copy says what it seems to say, without a fault or a warning."""

from pathlib import Path

import yaml

from bot.policy import read_policy
from bot.policy.example import PLACEHOLDERS, placeholders_in
from handlers.sign_off_rule import SignOffRule

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "shiproom.example.yml"


def test_the_example_is_a_sound_policy() -> None:
    reading = read_policy(EXAMPLE, {})
    assert (reading.errors, reading.warnings) == ((), ())
    policy = reading.policy
    assert policy is not None
    assert policy.time_zone == "Europe/Berlin"
    assert policy.connections["here"].settings == {
        "directory": str(EXAMPLE.parent),
        "pass_env": ("KUBECONFIG",),
    }
    staging, production = policy.plans["website"].environments
    assert (staging.protected, staging.kept, staging.deploy.timeout) == (False, ("testers",), 600)
    assert (production.protected, production.start) == (True, "automatic")
    assert production.gates == (
        SignOffRule("testers", 1, ("Log in works", "Leaderboard loads")),
        SignOffRule("ops", 1),
    )


def test_the_placeholders_are_those_of_the_example() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert [each.message.split("`")[1] for each in placeholders_in(text, EXAMPLE)] == [
        *("U0MARA", "U0ANDY", "U0AMITA", "U0TIM", "S0OPS", "C0RELEASES", "tailspin/space-game-web")
    ]
    assert len(PLACEHOLDERS) == 7


def test_the_example_names_every_setting_that_a_newcomer_meets() -> None:
    written = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert set(written) == {"version", "time_zone", "people", "teams", "ci", "services"}
    assert set(written["services"]["website"]) == {
        *("channel", "repository", "links", "tickets", "starters", "operators", "builds", "environments"),
    }
