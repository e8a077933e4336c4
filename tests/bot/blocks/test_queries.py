"""What people read who ask: what waits for them, what a release waits for, where builds are, and who may do what."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.block_kit import Message
from bot.blocks.board import MOST_SERVICES
from bot.blocks.card_view import CardView
from bot.blocks.queries import QUERIES
from bot.blocks.query_words import QueryResult, ServiceView
from handlers.attempt import Failure
from handlers.build import Build
from handlers.environments import EnvironmentState, Live, Lock, QueueEntry, ReviewOwed, RolledBack
from handlers.facts import Facts
from handlers.lineage import Authorship
from handlers.people import Directory, Eligibility, Person, Team
from handlers.plan import Plan
from handlers.release import Ending, Kind, Release, ReleaseState
from handlers.requests import Query
from handlers.sign_off_rule import SignOffRule
from handlers.slots import cannot_sign
from handlers.step import Step, StepState
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.world import (
    AMITA,
    ANDY,
    BUILD,
    CHANGES,
    DIRECTORY,
    NAMES,
    NOW,
    OLD,
    PLAN,
    PRODUCTION,
    ROLL,
    STAGING,
    TIM,
    ago,
    ended,
    environment_state,
    release,
    run,
    someone_testing,
    states,
    under_way,
    view,
    waiting,
)

STATES = states()
TEAMS = {ANDY: "developers", AMITA: "testers", TIM: "ops"}


def service(plan: Plan = PLAN, **fields: Any) -> ServiceView:  # noqa: ANN401 - as dataclasses.replace
    """Make a service: the old build is live in both environments."""
    here = {each.name: environment_state(each.name) for each in plan.environments}
    return replace(ServiceView(plan, here), **fields)


def found(kind: str, *views: CardView, user: str = TIM, **fields: Any) -> QueryResult:  # noqa: ANN401
    """Make what was read for a query of somebody who is in one team."""
    teams = {
        name: Eligibility.YES if name == TEAMS.get(user) else Eligibility.NOT_IN_TEAM
        for name in DIRECTORY.teams
    }
    asked = {name: fields.pop(name) for name in ("version", "environment") if name in fields}
    query = replace(Query(kind, user), **asked)
    services = fields.pop("services", (service(),))
    result = QueryResult(query, NAMES, views, services, Eligibility.YES, teams, directory=DIRECTORY)
    return replace(result, **fields)


def answered(result: QueryResult) -> Message:
    return QUERIES[result.query.kind].answer(result)


def lines(result: QueryResult) -> list[str]:
    message = answered(result)
    assert accepted(message)
    return spoken(message.blocks).splitlines()


def live(build: Build, number: int, minutes: float) -> Live:
    return Live(build, number, ago(minutes))


# status


@pytest.mark.parametrize(
    ("name", "user", "can"),
    [
        ("step waiting", AMITA, "You can sign for testers: /release approve r42 as testers"),
        ("step waiting", TIM, "You can sign for ops: /release approve r42 as ops"),
        ("ready", ANDY, "You can start production: /release r42 to production"),
        (
            "step failed",
            TIM,
            (
                "You can decide on production: /release rollback production, /release retry r42, /release cancel r42 or "
                "/release settle r42"
            ),
        ),
        (
            "step unknown",
            TIM,
            "You can look, then say how it ended: /release settle r42 deployed or not-deployed",
        ),
    ],
)
def test_what_waits_for_the_reader_comes_first_with_what_they_can_do(name: str, user: str, can: str) -> None:
    said = lines(found("status", STATES["step running"], STATES[name], user=user))
    assert said[0] == "Waits for you"
    assert said[-3].endswith(can)
    assert said[-2] == "Also under way"
    assert said[-1] == "• 🔵 r42 website 2.4.1 · deploying to production"


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("step waiting", ANDY),
        ("testing", TIM),
        ("locked", TIM),
        ("step running", TIM),
        ("step failed", AMITA),
    ],
)
def test_what_somebody_cannot_do_does_not_wait_for_them(name: str, user: str) -> None:
    assert lines(found("status", STATES[name], user=user))[0] == "Under way"


def test_who_asked_for_a_release_is_not_told_to_sign_it() -> None:
    asked = view(release(requesters=(TIM,)))
    assert lines(found("status", asked))[0] == "Under way"


def test_an_author_is_not_told_to_sign_where_authors_may_not() -> None:
    directory = Directory(DIRECTORY.teams, (Person("Tim", (TIM,)),))
    guarded = replace(PRODUCTION, gates=(SignOffRule("ops", authors_may_sign=False),))
    guarded_release = release(plan=replace(PLAN, environments=(STAGING, guarded)))

    def written_by(author: str) -> CardView:
        known = Facts(
            replace(ROLL, directory=directory), {}, authorship={"production": Authorship((author,))}
        )
        return view(
            guarded_release, directory=directory, cannot_sign=cannot_sign(guarded_release, known, NOW)
        )

    assert "sign for" not in "".join(lines(found("status", written_by("Tim"))))
    others = written_by("Mara")
    assert "You can sign for ops: /release approve r42 as ops or waive" in "".join(
        lines(found("status", others))
    )


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("step waiting", "🟡 r42 website 2.4.1 · waits for 2 sign-offs: testers and ops have to sign"),
        ("testing", "🟡 r42 website 2.4.1 · Amita is testing: testers have to sign"),
        ("ready", "🟡 r42 website 2.4.1 · ready for production: Andy, Mara or Tim can start it"),
        ("locked", "⏸️ r42 website 2.4.1 · production is locked: locked by Tim until 11:20"),
        ("in line", "🟡 r42 website 2.4.1 · second in line for production: r41 holds it"),
        ("step sent", "🔵 r42 website 2.4.1 · deploying to production"),
        ("step failed", "🔴 r42 website 2.4.1 · failed in production"),
    ],
)
def test_each_release_has_one_line(name: str, line: str) -> None:
    result = found("status", STATES[name], user="U0IRWIN")
    assert answered(result).text == "1 under way"
    assert lines(result) == ["Under way", f"• {line}"]


def test_a_lock_is_never_nothing() -> None:
    lock = Lock(TIM, ago(9), "db", NOW + timedelta(hours=1))
    locked = service(environments={"production": environment_state(locks=(lock,))})
    result = found("status", services=(locked,))
    assert answered(result).text == "No release is under way, 1 environment locked"
    assert lines(result) == ["Locked", '• production of website is locked by Tim until 11:20 "db"']
    assert (
        lines(found("status", services=(locked,), environment="staging"))[0]
        == "Nothing waits and nothing runs."
    )


def test_where_nothing_is_going_on_what_is_live_is_said() -> None:
    assert lines(found("status")) == [
        "Nothing waits and nothing runs.",
        "website: 2.4.0 in staging since 31 Oct 15:40, 2.4.0 in production since 31 Oct 15:40",
    ]
    empty = service(environments={})
    assert lines(found("status", services=(empty,)))[1] == (
        "website: nothing in staging yet, nothing in production yet"
    )
    many = found("status", services=(empty,) * 12)
    assert lines(many)[-1] == "and 2 more services: /release where"


def test_the_last_three_ends_come_last() -> None:
    ends = tuple(
        replace(
            ended(ReleaseState.REJECTED, AMITA, f"bug {n}"),
            number=n,
            ending=Ending(ReleaseState.REJECTED, AMITA, ago(n), f"bug {n}"),
        )
        for n in range(1, 5)
    )
    said = lines(found("status", STATES["step running"], services=(service(ends=ends),)))
    assert said[2] == "Ended last"
    assert said[3:] == [
        '• r1 website 2.4.1 was rejected by Amita 10:19: "bug 1"',
        '• r2 website 2.4.1 was rejected by Amita 10:18: "bug 2"',
        '• r3 website 2.4.1 was rejected by Amita 10:17: "bug 3"',
    ]
    elsewhere = lines(found("status", services=(service(ends=ends),), environment="canary"))
    assert "Ended last" not in elsewhere


def test_a_long_status_is_cut_to_what_a_message_holds() -> None:
    said = lines(found("status", *[STATES["locked"]] * 2000, user="U0IRWIN"))
    assert said[-1].endswith("more lines")


# how releases ended

WENT_LIVE = replace(ended(ReleaseState.DONE, ANDY), ending=Ending(ReleaseState.DONE, ANDY, ago(200)))
TAKEN = RolledBack(BUILD, ago(20), "502 everywhere", 47, 42)
TAKEN_BACK = service(
    environments={"production": environment_state(live=live(OLD, 47, 20), rolled_back=(TAKEN,))},
)
FAILED = release(
    under_way(StepState.FAILED, failure=Failure("run_failed", '"502 from web-3" (exit 1)'), ended_at=ago(30)),
    ending=Ending(ReleaseState.CANCELLED, TIM, ago(20), "rollback r47"),
)
ROLLBACK = replace(
    release(steps=(Step("production", StepState.SUCCEEDED, 1, ended_at=ago(20)),), requesters=(TIM,)),
    number=47,
    kind=Kind.ROLLBACK,
    build=OLD,
    note="502 everywhere",
    ending=Ending(ReleaseState.DONE, TIM, ago(20)),
)


@pytest.mark.parametrize(
    ("release_", "there", "line"),
    [
        (WENT_LIVE, service(), "r42 website 2.4.1 went live in production 07:00, asked by Andy."),
        (
            WENT_LIVE,
            TAKEN_BACK,
            'r42 website 2.4.1 was live in production from 07:00, rolled back by r47 10:00: "502 everywhere".',
        ),
        (
            FAILED,
            service(),
            (
                'r42 website 2.4.1 failed in production 09:50: "502 from web-3" (exit 1), then was cancelled by Tim 10:00: '
                '"rollback r47".'
            ),
        ),
        (
            ROLLBACK,
            TAKEN_BACK,
            'r47 website 2.4.0 went back into production 10:00, a rollback, by Tim: "502 everywhere".',
        ),
        (
            ended(ReleaseState.REJECTED, AMITA, "log in is broken"),
            service(),
            'r42 website 2.4.1 was rejected by Amita 10:19: "log in is broken".',
        ),
        (
            ended(ReleaseState.SUPERSEDED, "r43", replaced_by=43),
            service(),
            "r42 website 2.4.1 was replaced by r43 10:19.",
        ),
        (
            replace(
                WENT_LIVE,
                ending=Ending(ReleaseState.CANCELLED, TIM, ago(5), "not needed"),
            ),
            TAKEN_BACK,
            (
                'r42 website 2.4.1 was cancelled by Tim 10:15: "not needed"; in production it was rolled back by r47 10:00: '
                '"502 everywhere".'
            ),
        ),
    ],
)
def test_how_a_release_ended(release_: Release, there: ServiceView, line: str) -> None:
    assert lines(found("why", view(release_), services=(there,))) == [
        line,
        "It waits for nothing: it has ended.",
    ]


def test_a_release_whose_build_went_live_again_later_was_not_rolled_back_itself() -> None:
    there = environment_state(live=live(OLD, 47, 20), rolled_back=(replace(TAKEN, took=46),))
    again = replace(TAKEN_BACK, environments={"production": there})
    assert "went live" in lines(found("why", view(WENT_LIVE), services=(again,)))[0]


# why


@pytest.mark.parametrize("name", STATES)
def test_why_answers_first_and_then_gives_every_reason(name: str) -> None:
    shown = STATES[name]
    said = lines(found("why", shown))
    assert said[0].startswith(("r42 website", "🟡 r42", "🔵 r42", "🔴 r42", "🟣 r42", "⏸️ r42"))
    named_already = {each.code for each in shown.reasons} == {"sign_off_missing"}
    assert len(said) == 1 + (0 if named_already else max(len(shown.reasons), 1))
    assert ("it has ended" in said[-1]) is shown.release.ended


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("step waiting", "Ask Amita (testers) and Tim (ops)."),
        ("testing", "Ask Amita (testers)."),
        ("ready", "Ask Andy, Mara or Tim."),
        ("locked", "Ask Tim (to unlock, or wait until 11:20)."),
        ("in line", "Nobody has to do anything: it goes on when its turn comes."),
        ("step running", "Nobody has to do anything now."),
        ("step failed", "Ask Tim."),
        ("step unknown", "Ask Tim."),
    ],
)
def test_why_says_whom_to_ask(name: str, asked: str) -> None:
    assert lines(found("why", STATES[name]))[0].endswith(f". {asked}")


def test_who_waits_at_the_ci_is_asked_there() -> None:
    there = view(release(under_way(StepState.RUNNING, run=run(state="waits", waits_for="a reviewer"))))
    assert lines(found("why", there))[0].endswith(". Whoever may let it go on at the CI has to.")


def test_why_of_several_is_a_line_for_each() -> None:
    result = found("why", STATES["in line"], STATES["step running"])
    assert answered(result).text == "What r42 and r42 wait for"
    assert lines(result) == [
        (
            "• 🟡 r42 website 2.4.1 · second in line for production: r41 holds it. "
            "Nobody has to do anything: it goes on when its turn comes."
        ),
        "• 🔵 r42 website 2.4.1 · deploying to production. Nobody has to do anything now.",
        "All reasons of one: /release why r42",
    ]


def test_why_nothing_waits() -> None:
    lock = Lock(TIM, ago(9), "db", NOW + timedelta(hours=1))
    locked = service(environments={"production": environment_state(locks=(lock,))})
    assert lines(found("why", services=(locked,))) == [
        "No release waits here, and none is under way.",
        'production of website is locked by Tim until 11:20 "db"',
        "website: nothing in staging yet, 2.4.0 in production since 31 Oct 15:40",
    ]


# a build

READY = replace(BUILD, ready_at=ago(3), changes=CHANGES)
AT_STAGING = service(
    environments={
        "staging": environment_state("staging", live=live(READY, 42, 30)),
        "production": environment_state(),
    },
    builds=(READY,),
    of_build=(STATES["step waiting"].release,),
)


@pytest.mark.parametrize("kind", ["status", "why", "builds", "where"])
@pytest.mark.parametrize("view_", [STATES["step waiting"]])
def test_a_build_on_its_way(kind: str, view_: CardView) -> None:
    said = "\n".join(lines(found(kind, view_, version="2.4.1", services=(AT_STAGING,))))
    assert "r42" in said
    assert "production" in said or "staging" in said
    assert ("live in staging since 09:50 (r42)" in said) is (kind != "why")


@pytest.mark.parametrize("kind", ["status", "why", "builds"])
def test_a_build_that_nobody_released(kind: str) -> None:
    ready = service(builds=(READY,))
    said = lines(found(kind, version="2.4.1", services=(ready,)))
    assert "website 2.4.1 is ready since 10:17; nobody has released it." in said
    assert "website: 2.4.0 in staging since 31 Oct 15:40, 2.4.0 in production since 31 Oct 15:40" in said


def test_what_is_in_a_build() -> None:
    many = replace(READY, changes=CHANGES * 4)
    said = lines(found("builds", version="2.4.1", services=(service(builds=(many,)),)))
    assert said[:3] == [
        "website 2.4.1 · main 4be1c9d · 10:17 · Build",
        "12 changes:",
        "• Faster leaderboard (Mara)",
    ]
    assert "and 2 more" in said
    assert said[-1] == "It is live nowhere."
    for changes, line in (((), "Nothing changed in it."), (None, "Nobody has told what changed in it.")):
        build = replace(READY, changes=changes)
        assert line in lines(found("builds", version="2.4.1", services=(service(builds=(build,)),)))


@pytest.mark.parametrize(
    ("of_build", "there", "mark", "where_"),
    [
        (
            WENT_LIVE,
            TAKEN_BACK,
            'rolled back 10:00: "502 everywhere"',
            'It was rolled back 10:00: "502 everywhere".',
        ),
        (
            FAILED,
            service(),
            'failed in production 09:50: "502 from web-3" (exit 1)',
            "It failed in production",
        ),
        (
            ended(ReleaseState.REJECTED, AMITA, "broken"),
            service(),
            'rejected by Amita 10:19: "broken"',
            'It was rejected by Amita 10:19: "broken".',
        ),
    ],
)
def test_a_bad_build_says_so_wherever_it_is_named(
    of_build: Release, there: ServiceView, mark: str, where_: str
) -> None:
    marked = replace(there, builds=(BUILD,), of_build=(of_build,))
    assert lines(found("builds", services=(marked,))) == [f"website 2.4.1 · main 4be1c9d · {mark}"]
    assert where_ in lines(found("where", version="2.4.1", services=(marked,)))[0]
    assert (
        len(lines(found("builds", version="2.4.1", services=(replace(marked, of_build=(of_build,) * 7),))))
        == 9
    )


def test_the_newest_builds() -> None:
    both = service(builds=(replace(BUILD, ready_at=ago(3)), OLD))
    assert lines(found("builds", services=(both,))) == [
        "website 2.4.1 · main 4be1c9d · 10:17",
        "website 2.4.0 · main 1f00d5e · live in staging and production",
    ]
    assert lines(found("builds", services=(service(builds=()),))) == ["There is no build yet."]


# where

HELD = {
    "staging": environment_state("staging", holder=42, failed=True),
    "production": environment_state(
        locks=(Lock(TIM, ago(9), "db", ago(-60)),), queue=(QueueEntry(40, ago(1)), QueueEntry(42, ago(2)))
    ),
}


def test_where_of_one_service() -> None:
    testing = release(waiting(testing=someone_testing(AMITA)))
    there = service(environments=HELD, open_releases=(testing,))
    said = lines(found("where", services=(there,)))
    assert said == [
        "staging: 2.4.0 since 31 Oct 15:40 (r41), the last deployment failed, held by r42 (Amita is testing)",
        'production: 2.4.0 since 31 Oct 15:40 (r41), free, in line: r40 and r42, locked by Tim until 11:20 "db"',
    ]
    assert lines(found("where", services=(there,), environment="production")) == said[1:]
    assert "nothing yet, free" in lines(found("where", services=(service(environments={}),)))[0]


def named(name: str, **fields: Any) -> ServiceView:  # noqa: ANN401 - as dataclasses.replace
    return service(replace(PLAN, service=name), **fields)


def test_where_of_several_is_an_aligned_board_worst_first() -> None:
    failed = release(under_way(StepState.FAILED, ended_at=ago(2)))
    shop = named("shop", environments={"production": environment_state(holder=42)}, open_releases=(failed,))
    quiet = named(
        "api",
        environments={"production": environment_state(), "staging": environment_state("staging", holder=7)},
    )
    testing = release(waiting(testing=someone_testing(AMITA)))
    lock = Lock(TIM, ago(60), "db", ago(-60))
    website = service(
        environments={
            "staging": environment_state("staging", holder=42),
            "production": environment_state(locks=(lock,)),
        },
        open_releases=(testing,),
    )
    result = found("where", services=(quiet, website, shop))
    assert lines(result) == [
        "shop     production  2.4.0        r42 2.4.1: failed 10:18",
        "website  production  2.4.0        since 31 Oct 15:40, free · locked by Tim until 11:20",
        "website  staging     2.4.0        r42 2.4.1: Amita is testing",
        "api      staging     2.4.0        since 31 Oct 15:40, held by r7",
        "shop     staging     nothing yet  free",
        "api      production  2.4.0        since 31 Oct 15:40, free",
        "Times are of Europe/Berlin.",
    ]
    assert [
        line.split()[0] for line in lines(replace(result, query=Query("where", TIM, environment="staging")))
    ] == [
        "api",
        "website",
        "shop",
        "Times",
    ]


@pytest.mark.parametrize(
    ("step", "does"),
    [
        (under_way(StepState.RUNNING), "is being deployed"),
        (under_way(StepState.UNKNOWN), "nobody knows how it ended"),
        (under_way(StepState.CANCELLING), "is being stopped"),
        (under_way(StepState.FAILED), "failed"),
        (waiting(holding=True), "waits"),
    ],
)
def test_the_board_says_what_the_holder_does(step: Step, does: str) -> None:
    there = service(environments={"production": environment_state(holder=42)}, open_releases=(release(step),))
    said = lines(found("where", services=(there, named("api", environments={})), environment="production"))
    assert any(line.endswith(f"r42 2.4.1: {does}") for line in said)


def test_a_board_of_more_services_than_fit_keeps_the_worst_and_counts_the_rest() -> None:
    names = [f"service-{n:02}" for n in range(MOST_SERVICES + 7)]
    worst = named("zebra", environments={"staging": environment_state("staging", failed=True)})
    said = lines(found("where", services=(*(named(each) for each in names), worst)))
    assert said[0].startswith("zebra")
    assert said[-2] == "and 8 more services: /release where and a name"
    assert len([line for line in said if "production" in line]) == MOST_SERVICES


def test_what_others_named_cannot_leave_the_board() -> None:
    evil = Build("shop", "1```<!channel>", "a" * 40, "main")
    there = named("shop", environments={"staging": EnvironmentState("staging", live=live(evil, 1, 5))})
    message = answered(found("where", services=(there, service())))
    assert accepted(message)
    assert "<!channel>" not in str(message.blocks)
    assert str(message.blocks).count("```") == 2


# mine


def test_mine() -> None:
    own = view(release(requesters=(AMITA,)), names=NAMES)
    ends = tuple(replace(ended(ReleaseState.REJECTED, TIM), requesters=(AMITA,)) for _ in range(12))
    said = lines(found("mine", STATES["step waiting"], own, user=AMITA, services=(service(ends=ends),)))
    assert said[0] == "Waits for you"
    assert said[1].endswith("You can sign for testers: /release approve r42 as testers")
    assert said[2] == "Your releases"
    assert said[3].endswith("Ask Tim (ops). Nobody yet can sign for testers.")
    assert said[4] == "Yours that ended in the last day"
    assert said[5] == "• r42 website 2.4.1 was rejected by Tim 10:19"
    assert said[-1] == "and 2 more: /release history"


def test_nothing_is_mine() -> None:
    others = service(ends=(ended(ReleaseState.REJECTED, TIM),))
    assert lines(found("mine", STATES["step running"], user=AMITA, services=(others,))) == [
        "Nothing waits for you, and nothing of yours is under way."
    ]


@pytest.mark.parametrize(
    ("by", "part", "shown"), [("testers", (), 1), ("testers", (AMITA,), 0), ("ops", (), 0)]
)
def test_a_review_that_one_can_do_is_mine(by: str, part: tuple[str, ...], shown: int) -> None:
    owed = ReviewOwed(9, by, ago(60), NOW + timedelta(days=2), part, ())
    there = {"production": replace(environment_state("production"), reviews=(owed,))}
    said = lines(found("mine", user=AMITA, services=(service(environments=there),)))
    reviews = [line for line in said if "/release review r9 and what you found" in line]
    assert len(reviews) == shown
    assert (said[0] == "Waits for you") is bool(shown)


# whoami

NEW = "U0NEW"
ONLY_LOOKS = (
    "website: you may look. Ask others: Andy, Mara or Tim can start; production is signed by testers: Amita; ops: Tim; "
    "Tim can lock and roll back."
)


@pytest.mark.parametrize(
    ("user", "status", "teams", "trouble", "said"),
    [
        (
            TIM,
            Eligibility.YES,
            {"ops": Eligibility.YES, "testers": Eligibility.NOT_IN_TEAM},
            "",
            [
                "You are Tim (U0TIM): you may start releases, sign for ops and lock and roll back.",
                "Your teams: ops.",
                (
                    "website: you may start releases and ask for next steps; sign off for production as ops; roll back, lock, "
                    "settle, and cancel or retry anywhere. Ask others: production is signed by testers: Amita."
                ),
            ],
        ),
        (
            NEW,
            Eligibility.YES,
            {"ops": Eligibility.NOT_IN_TEAM},
            "",
            [
                "You are @U0NEW (U0NEW): you may look, and nothing else.",
                "You are in no team of shiproom.yml.",
                ONLY_LOOKS,
            ],
        ),
        (
            NEW,
            Eligibility.UNKNOWN,
            {"ops": Eligibility.UNKNOWN},
            "Add a scope.",
            [
                "You are @U0NEW (U0NEW), an account that Slack has yet to confirm, so nothing counts right now.",
                "Whether you are in ops is not known: Slack cannot be asked now.",
                "Add a scope.",
            ],
        ),
        (
            NEW,
            Eligibility.NOT_FULL_MEMBER,
            {"ops": Eligibility.NOT_FULL_MEMBER},
            "",
            [
                "You are @U0NEW (U0NEW), no full member of this workspace, so you can only look at this.",
                "You are in no team of shiproom.yml.",
            ],
        ),
    ],
)
def test_whoami(
    user: str, status: Eligibility, teams: dict[str, Eligibility], trouble: str, said: list[str]
) -> None:
    result = found("whoami", user=user, account_status=status, teams=teams, trouble=trouble)
    assert lines(result)[: len(said)] == said


def test_services_in_which_one_may_do_the_same_share_a_line() -> None:
    other, alone = replace(PLAN, service="api"), replace(PLAN, service="mobile", operators=("developers",))
    said = lines(found("whoami", services=(service(), service(other), service(alone))))
    assert [line.partition(": you may")[0] for line in said[2:]] == ["website and api", "mobile"]


def test_whoami_of_many_services_is_cut_with_a_count() -> None:
    assert lines(found("whoami", services=(service(),) * 33))[-1] == "and 3 more services"


def on_call(members: frozenset[str], known: dict[str, str]) -> QueryResult:
    """Make the answer to Andy where operators are whoever is in a user group."""
    teams = {**DIRECTORY.teams, "on-call": Team("on-call", (), "S0CALL"), "leads": Team("leads", (TIM,))}
    names = replace(
        NAMES,
        users={**NAMES.users, **known},
        groups={"S0CALL": members},
        empty=frozenset() if members else frozenset({"S0CALL"}),
    )
    plan = replace(PLAN, operators=("on-call", "leads"))
    return found("whoami", user=ANDY, names=names, directory=Directory(teams), services=(service(plan),))


def test_who_is_on_call_is_named() -> None:
    assert "Sam or Tim can lock and roll back" in lines(on_call(frozenset({"U0SAM"}), {"U0SAM": "Sam"}))[-1]
    unknown = lines(on_call(frozenset({"U0SAM"}), {}))[-1]
    assert "anyone in on-call or Tim can lock and roll back" in unknown


def test_an_empty_user_group_says_so_and_who_is_there_instead() -> None:
    assert lines(on_call(frozenset(), {}))[-1] == (
        "Nobody is in the user group of on-call now: add somebody to it in Slack. Operators are Tim."
    )
