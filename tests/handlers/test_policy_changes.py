# ruff: noqa: ANN401 - fields are given as to dataclasses.replace
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from handlers.emergency_plan import EmergencyPlan, ReviewPlan
from handlers.gate import GateSettings
from handlers.people import Directory, Person, Team
from handlers.plan import AUTOMATIC, EnvironmentPlan, Plan
from handlers.policy import Policy
from handlers.policy_changes import announcements, older_file, policy_changes
from handlers.sign_offs import Waiving
from tests.handlers import builders
from tests.handlers.builders import AMITA, ANDY, NOW, OLGA, OLGA_TOO, PRODUCTION, STAGING, TIM, rule


@dataclass(frozen=True, slots=True)
class Window(GateSettings):
    """A gate of another kind."""

    open: str = "weekdays"


LANE = EmergencyPlan(("ops",), (rule("ops"),), review=ReviewPlan("testers", 8))


FIRM = replace(
    PRODUCTION,
    deploy=replace(PRODUCTION.deploy, claim=True),
    contains_live=True,
    gates=(
        rule("testers", needs=2, checklist=("Log in works",), authors_may_sign=False, signed_for=3600),
        rule("ops", apart_from=("asker",)),
        Window(),
    ),
    rollback_gates=(rule("ops"),),
    emergency=LANE,
)


NAMED: dict[str, Any] = {"starters": ("developers",), "operators": ("ops",)}


def policy(*environments: EnvironmentPlan, people: Directory | None = None, **fields: Any) -> Policy:
    plan = builders.plan(
        *(environments or (STAGING, FIRM)), **(NAMED | {"fingerprint": repr(environments)} | fields)
    )
    return Policy({plan.service: plan}, people or builders.directory(), {}, number=8)


def weaker(new: Policy, old: Policy | None = None) -> list[tuple[str, dict[str, str]]]:
    changes = policy_changes(old or policy(), new)
    return [(each.code, dict(each.values)) for each in changes if each.weaker]


def first_gate(**fields: Any) -> EnvironmentPlan:
    return replace(FIRM, gates=(replace(FIRM.gates[0], **fields), *FIRM.gates[1:]))


@pytest.mark.parametrize(
    ("production", "code", "values"),
    [
        (replace(FIRM, gates=(FIRM.gates[0], FIRM.gates[2])), "sign_off_removed", {"team": "ops"}),
        (replace(FIRM, gates=FIRM.gates[:2]), "gate_removed", {"gate": "Window"}),
        (replace(FIRM, rollback_gates=()), "sign_off_removed", {"team": "ops", "rollback": "yes"}),
        (
            replace(FIRM, gates=(FIRM.gates[0], rule("ops"), FIRM.gates[2])),
            "apart_from_fewer",
            {"team": "ops", "names": "asker"},
        ),
        (first_gate(signed_for=0), "signed_for_longer", {"team": "testers"}),
        (first_gate(signed_for=7200), "signed_for_longer", {"team": "testers"}),
        (first_gate(needs=1), "needs_fewer", {"team": "testers", "before": "2", "after": "1"}),
        (first_gate(checklist=()), "checklist_shorter", {"team": "testers", "names": "Log in works"}),
        (first_gate(requester_may_sign=True), "requester_may_sign", {"team": "testers"}),
        (first_gate(same_person=True), "same_person", {"team": "testers"}),
        (first_gate(authors_may_sign=True), "authors_may_sign", {"team": "testers"}),
        (replace(FIRM, protected=False), "protection_removed", {}),
        (replace(FIRM, signed=False), "signing_removed", {}),
        (replace(FIRM, start=AUTOMATIC), "automatic_start", {}),
        (replace(FIRM, deploy=replace(FIRM.deploy, claim=False)), "claim_removed", {}),
        (replace(FIRM, contains_live=False), "contains_live_removed", {}),
        (replace(FIRM, branches=("main", "*")), "branches_added", {"names": "*"}),
        (
            replace(FIRM, emergency=replace(LANE, may=("ops", "developers"))),
            "emergency_widened",
            {"names": "developers"},
        ),
        (
            replace(FIRM, emergency=replace(LANE, branches=("hotfix/*",))),
            "emergency_widened",
            {"names": "hotfix/*"},
        ),
        (
            replace(FIRM, emergency=replace(LANE, skips=("staging",))),
            "emergency_widened",
            {"names": "staging"},
        ),
        (
            replace(FIRM, emergency=replace(LANE, gates=())),
            "sign_off_removed",
            {"team": "ops", "emergency": "yes"},
        ),
        (replace(FIRM, emergency=replace(LANE, alone_after=60)), "alone_sooner", {}),
        (replace(FIRM, emergency=replace(LANE, review=None)), "review_weaker", {}),
        (replace(FIRM, emergency=replace(LANE, review=ReviewPlan("testers", 9))), "review_weaker", {}),
    ],
)
def test_each_weakening_is_named(production: EnvironmentPlan, code: str, values: dict[str, str]) -> None:
    assert weaker(policy(STAGING, production)) == [(code, {"environment": "production", **values})]
    # The other way round it is stricter.
    assert weaker(policy(), policy(STAGING, production)) == []


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (
            policy(replace(STAGING, kept=()), FIRM),
            ("kept_removed", {"environment": "staging", "names": "testers"}),
        ),
        (policy(FIRM), ("environment_removed", {"environment": "staging"})),
        (policy(FIRM, STAGING), ("order_changed", {"environments": "production, staging"})),
        (policy(starters=("developers", "ops")), ("starters_added", {"names": "ops"})),
        (policy(operators=("ops", "testers")), ("operators_added", {"names": "testers"})),
        (policy(waiving=Waiving(("ops", "testers"))), ("waivers_added", {"names": "testers"})),
    ],
)
def test_so_is_what_weakens_a_service(new: Policy, expected: tuple[str, dict[str, str]]) -> None:
    assert weaker(new) == [expected]


def test_fewer_who_have_to_waive_is_weaker() -> None:
    before = policy(waiving=Waiving(("ops", "testers"), 2))
    assert weaker(policy(waiving=Waiving(("ops",))), before) == [
        ("waive_needs_fewer", {"before": "2", "after": "1"})
    ]
    assert weaker(before, policy(waiving=Waiving(("ops", "testers")))) == []


def test_an_emergency_lane_that_was_not_there_is_a_weakening_and_its_end_is_none() -> None:
    without = policy(STAGING, replace(FIRM, emergency=None))
    added = ("emergency_added", {"environment": "production", "names": "ops"})
    assert weaker(policy(), without) == [added]
    assert weaker(without) == []
    sooner, later = (
        policy(STAGING, replace(FIRM, emergency=replace(LANE, alone_after=each))) for each in (60, 90)
    )
    assert weaker(sooner, later) == [("alone_sooner", {"environment": "production"})]
    assert weaker(later, sooner) == []


def people(change: Callable[[dict[str, Team]], Any], persons: tuple[Person, ...] = builders.PEOPLE) -> Policy:
    teams = dict(builders.TEAMS)
    change(teams)
    return policy(people=Directory(teams, persons))


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (
            people(lambda teams: teams.update(ops=Team("ops", (TIM, OLGA_TOO, ANDY), "S0OPS"))),
            [("members_added", {"team": "ops", "names": ANDY})],
        ),
        (
            people(lambda teams: teams.update(ops=Team("ops", (TIM, OLGA_TOO), "S0ALL"))),
            [("usergroup_changed", {"team": "ops", "usergroup": "S0ALL"})],
        ),
        (
            people(
                lambda teams: teams.update(
                    ops=Team(
                        "ops", (TIM, OLGA_TOO), "S0OPS", stand_ins=(ANDY,), fallback=(AMITA,), handover=60
                    )
                )
            ),
            [
                ("stand_ins_added", {"team": "ops", "names": ANDY}),
                ("fallback_added", {"team": "ops", "names": AMITA}),
                ("handover_longer", {"team": "ops", "before": "0", "after": "60"}),
            ],
        ),
        (people(lambda teams: teams.update(ops=Team("ops", (TIM,)))), []),
        (people(lambda teams: teams.pop("ops")), []),
        (
            people(lambda _: None, (Person("Olga", (OLGA,), "olga"), Person("O", (OLGA_TOO,)))),
            [("accounts_split", {"person": "Olga"})],
        ),
        (
            people(lambda _: None, (*builders.PEOPLE[1:], Person("Amita", (AMITA,), "mara-dev"))),
            [("commits_moved", {"person": "Mara"})],
        ),
    ],
)
def test_who_can_sign_is_part_of_it(new: Policy, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert weaker(new) == expected


def other(policy_: Policy, **plans: Plan) -> Policy:
    return replace(policy_, plans={**policy_.plans, **plans})


def test_services_come_and_go() -> None:
    shop = builders.plan(service="shop")
    both = other(policy(), shop=shop)
    assert [(each.service, each.code, each.weaker) for each in policy_changes(policy(), both)] == [
        ("shop", "service_added", False)
    ]
    assert [(each.service, each.code, each.weaker) for each in policy_changes(both, policy())] == [
        ("shop", "service_removed", True)
    ]


def test_what_is_not_weaker_is_said_in_one_word() -> None:
    moved, longer = policy(channel="C0OTHER"), policy(fingerprint="other")
    assert [(each.code, each.weaker) for each in policy_changes(policy(), moved)] == [
        ("channel_changed", False)
    ]
    assert [(each.code, each.weaker) for each in policy_changes(policy(), longer)] == [
        ("otherwise_changed", False)
    ]
    assert policy_changes(policy(), policy()) == ()


def test_a_weaker_policy_is_told_in_the_channel_it_had_and_the_one_it_has() -> None:
    new = policy(STAGING, replace(FIRM, protected=False, contains_live=False), channel="C0OTHER")
    told = announcements(policy(), new, NOW)
    assert [(each.service, each.code, each.channel) for each in told] == [
        ("website", "policy_weaker", policy().plans["website"].channel),
        ("website", "policy_weaker", "C0OTHER"),
    ]
    assert json.loads(told[0].values["changes"]) == [
        ["protection_removed", {"environment": "production"}],
        ["contains_live_removed", {"environment": "production"}],
    ]
    assert announcements(policy(), policy(channel="C0OTHER"), NOW) == []
    assert [each.code for each in announcements(None, new, NOW)] == ["policy_unreadable_before"]


def test_operators_are_told_of_an_older_file_once_in_each_channel() -> None:
    (post,) = older_file(other(policy(), shop=builders.plan(service="shop")), 7, 5)
    assert (post.code, post.teams, post.values) == (
        "older_policy_file",
        ("ops",),
        {"number": "7", "of_file": "5"},
    )
