"""The emergency lane of an environment, as the policy describes it."""

from pathlib import Path

import pytest

from handlers.emergency_plan import EmergencyPlan, ReviewPlan
from handlers.sign_off_rule import SignOffRule
from storage.codec import dump_plan, load_plan
from tests.bot.policy.drafts import Change, changed, faults, lines, read

PRODUCTION = "      - name: production\n"
LANE = (
    "{may: [ops, developers], branches: ['hotfix/*'], skips: [staging], gates: [{sign_off: ops}], "
    "alone_after: 15m, review: {by: reviewers, within: 2d}}"
)
REVIEWERS: Change = (
    "  testers: {members: [U0AMITA]}\n",
    "  testers: {members: [U0AMITA]}\n  reviewers: {members: [U0RITA]}\n",
)


TOO_FEW = (
    "`ops` reviews emergencies, and that is 2 persons, of whom 2 may start or sign one, and then do not review it: "
    "add members, or name another team"
)


def lane(text: str = LANE) -> tuple[Change, ...]:
    return REVIEWERS, (PRODUCTION, f"{PRODUCTION}        emergency: {text}\n")


def test_a_lane_becomes_part_of_the_plan_and_is_read_back_as_it_was_saved(tmp_path: Path) -> None:
    policy = read(tmp_path, changed(*lane())).policy
    assert policy is not None
    plan = policy.plans["website"]
    production = plan.environments[1]
    assert production.emergency == EmergencyPlan(
        may=("ops", "developers"),
        gates=(SignOffRule("ops"),),
        branches=("hotfix/*",),
        skips=("staging",),
        alone_after=900,
        review=ReviewPlan("reviewers", 2 * 86400),
    )
    assert production.teams == ("testers", "ops", "ops", "ops", "developers", "reviewers")
    assert plan.environments[0].emergency is None
    assert load_plan(dump_plan(plan), plan.fingerprint) == plan


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "gates: [{sign_off: ops}]",
            "gates: []",
            "nobody signs an emergency: add `{sign_off: TEAM}` to its `gates`",
        ),
        (
            "skips: [staging]",
            "skips: [stagin]",
            "`stagin` is no environment before this one; did you mean `staging`?",
        ),
        (
            "skips: [staging]",
            "skips: [production]",
            "`production` is no environment before this one; possible: `staging`",
        ),
        (
            "may: [ops, developers]",
            "may: [opps]",
            "`opps` is not described under `teams`; did you mean `ops`?",
        ),
        (
            "by: reviewers",
            "by: nobody",
            "`nobody` is not described under `teams`; possible: `developers`, `testers`, `reviewers`, `ops`",
        ),
        (
            "may: [ops, developers], ",
            "",
            "`emergency` lacks `may`: the teams that may start one, like `[ops, developers]`",
        ),
        (
            "alone_after: 15m",
            "alone_after: soon",
            "`soon`: write a duration of at most 24h, like `90s`, `10m` or `2h30m`",
        ),
        ("alone_after", "alone", "`alone` is not a setting of `emergency`; did you mean `alone_after`?"),
        (
            "by: reviewers",
            "by: ops",
            TOO_FEW,
        ),
        (
            "gates: [{sign_off: ops}]",
            "gates: [{sign_off: ops, needs: 3}]",
            "3 of `ops` have to sign, and that is 2 persons: add members, or lower `needs`",
        ),
    ],
)
def test_what_would_leave_one_unsigned_stuck_or_unreviewed_is_a_fault(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in LANE
    found = faults(tmp_path, *lane(LANE.replace(old, new)))
    assert [each.partition(": ")[2].removeprefix("error: ") for each in found] == [expected]


def test_nothing_comes_before_the_first_environment(tmp_path: Path) -> None:
    first = ("      - name: staging\n", f"      - name: staging\n        emergency: {LANE}\n")
    [found] = faults(tmp_path, REVIEWERS, first)
    assert "nothing comes before it: remove `skips`" in found


def test_a_team_of_one_may_review_what_it_neither_starts_nor_signs(tmp_path: Path) -> None:
    assert faults(tmp_path, *lane()) == []
    alone = LANE.replace("by: reviewers", "by: testers").replace("may: [ops, developers]", "may: [testers]")
    [found] = faults(tmp_path, *lane(alone))
    assert "`testers` reviews emergencies, and that is one person, of whom 1 may start or sign one" in found


def test_a_lane_that_nobody_reviews_and_one_that_its_starter_cannot_sign_are_warned_of(
    tmp_path: Path,
) -> None:
    short = "{may: [testers], gates: [{sign_off: testers}]}"
    text = changed((PRODUCTION, f"{PRODUCTION}        emergency: {short}\n"))
    warned = [each.split(": ", 1)[1] for each in lines(read(tmp_path, text).warnings)]
    assert warned == [
        "nobody reviews an emergency afterwards: add `review: {by: TEAM, within: 2d}`",
        "production/emergency/testers: only U0AMITA can sign; nobody can sign what they start",
    ]


@pytest.mark.parametrize(
    ("may", "team", "helps"),
    [("ops", "ops", True), ("developers", "ops", False), ("testers", "testers", False)],
)
def test_a_time_after_which_nobody_may_sign_alone_is_warned_of(
    tmp_path: Path, may: str, team: str, *, helps: bool
) -> None:
    alone = f"{{may: [{may}], gates: [{{sign_off: {team}}}], alone_after: 15m, review: {{by: reviewers, within: 2d}}}}"
    warned = "\n".join(lines(read(tmp_path, changed(*lane(alone))).warnings))
    said = f"`alone_after` helps nobody: nobody who may start one is an operator and in `{team}`; add somebody, or remove it"
    assert (said not in warned) is helps
    assert ("testers: only U0AMITA can sign" in warned) is (team == "testers")
