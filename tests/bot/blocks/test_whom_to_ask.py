"""Who is named as whom to ask: each once, nobody who is not there, and that there is nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks import replies
from bot.blocks.presence import knowing_who_is_away, told_of_release
from bot.blocks.sign_off_lines import away_line
from bot.blocks.standing import whom_to_ask
from bot.blocks.waits import Waiting, wait_line
from bot.blocks.words import REASONS, RenderContext
from handlers.absence import Absence
from handlers.facts import Facts
from handlers.gate import Reason
from handlers.outcome import Refusal, Reply
from handlers.people import Directory, Person, Team
from handlers.release import ReleaseState
from handlers.slots import Awaited, awaited
from tests.bot.blocks.world import AMITA, ANDY, DIRECTORY, MARA, NAMES, NOW, ROLL, TIM, ended, view, waiting
from tests.bot.blocks.world import release as released

OLGA, OLGA_TOO = "U0OLGA", "U0OLGATOO"
OLGAS = Directory(
    {
        "testers": Team("testers", (OLGA,)),
        "ops": Team("ops", (OLGA_TOO,)),
        "both": Team("both", (OLGA, OLGA_TOO)),
    },
    (Person("Olga", (OLGA, OLGA_TOO)),),
)
NAMED = replace(NAMES, users={OLGA: "Olga", OLGA_TOO: "Olga"})
MISSING = {
    name: Reason(
        "sign_off_missing", {"team": name, "missing": "1", "needs": "1"}, (name,), None, "a sign-off"
    )
    for name in ("testers", "ops")
}
HELD = Reason("held", {"by": OLGA, "reason": "legal"}, (OLGA, "ops"), NOW + timedelta(hours=1), "go")


def asked(*reasons: Reason) -> str:
    shown = view(released(waiting()))
    return whom_to_ask(replace(shown, reasons=reasons, names=NAMED, directory=OLGAS))


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ((MISSING["testers"], MISSING["ops"]), "Ask Olga (testers and ops)."),
        ((HELD,), "Ask Olga (to let it go on, or wait until 11:20)."),
        (
            (HELD, Reason("not_asked", {}, ("both",), None, "somebody asks")),
            "Ask Olga (to let it go on, or wait until 11:20).",
        ),
        ((MISSING["testers"], Reason("unknown", {}, ("ops",), None, "settle")), "Ask Olga (testers)."),
    ],
)
def test_a_person_with_two_accounts_is_asked_once(reasons: tuple[Reason, ...], said: str) -> None:
    assert asked(*reasons) == said


def test_nobody_is_no_person_to_ask() -> None:
    empty = Directory({"testers": Team("testers", (), "S0T"), "ops": Team("ops", (OLGA,))})
    alone = view(released(waiting(), requesters=(TIM,)))
    assert whom_to_ask(alone) == "Ask Amita (testers). Nobody yet can sign for ops."
    group = replace(NAMED, empty=frozenset({"S0T"}))
    shown = replace(view(released(waiting())), reasons=tuple(MISSING.values()), names=group, directory=empty)
    assert whom_to_ask(shown) == (
        "Ask Olga (ops). Nobody (add somebody to @testers in Slack) can sign for testers."
    )


@pytest.mark.parametrize(
    ("code", "event", "act"),
    [
        ("changes_unknown", "waive", "waive what is not known"),
        ("held", "go", "let it go on"),
        ("locked", "unlock", "unlock it"),
        ("not_asked", "somebody asks", "start it"),
        ("failed", "retry", "decide on it"),
    ],
)
def test_what_nobody_can_do_is_said(code: str, event: str, act: str) -> None:
    empty = Directory({"gone": Team("gone", (), "S0GONE")})
    shown = view(released(waiting()), names=replace(NAMED, empty=frozenset({"S0GONE"})), directory=empty)
    shown = replace(shown, reasons=(Reason(code, {}, ("gone",), None, event),))
    assert whom_to_ask(shown) == f"Nobody (add somebody to @gone in Slack) can {act}."


@pytest.mark.parametrize(
    ("missing", "needs", "members", "said"),
    [
        ("2", "2", (TIM,), "needs 2, and only Tim can."),
        ("2", "3", (TIM,), "needs 2 more, and only Tim can."),
        ("2", "2", (TIM, AMITA), "2 of Tim or Amita."),
        ("1", "2", (TIM,), "Tim."),
        ("2", "2", (), "nobody yet."),
    ],
)
def test_as_many_as_have_to_sign_may_not_be_there(
    missing: str, needs: str, members: tuple[str, ...], said: str
) -> None:
    values = {"team": "ops", "missing": missing, "needs": needs}
    directory = Directory({"ops": Team("ops", members)})
    excluded = frozenset[str]()
    if not members:
        directory, excluded = Directory({"ops": Team("ops", (TIM,))}), frozenset({TIM})
    context = RenderContext(values, NAMES, directory, ("ops",), excluded=excluded)
    assert context.render(REASONS["sign_off_missing"]) == f"ops have to sign off: {said}"


def test_two_accounts_of_one_person_are_one_signature() -> None:
    context = RenderContext({"team": "both", "missing": "2", "needs": "2"}, NAMED, OLGAS, ("both",))
    assert context.render(REASONS["sign_off_missing"]) == "both have to sign off: needs 2, and only Olga can."
    group = Directory({"ops": Team("ops", (TIM,), "S0OPS")})
    grouped = RenderContext({"team": "ops", "missing": "2", "needs": "2"}, NAMES, group, ("ops",))
    assert grouped.render(REASONS["sign_off_missing"]) == "ops have to sign off: 2 of Tim or anyone in ops."
    known = replace(grouped, names=replace(NAMES, groups={"S0OPS": frozenset({AMITA})}))
    assert known.render(REASONS["sign_off_missing"]) == "ops have to sign off: 2 of Tim or Amita."


def test_who_is_away_with_two_accounts_is_named_once() -> None:
    until = NOW + timedelta(hours=1)
    found = Awaited(tuple(Absence(user, until, NOW, TIM) for user in (OLGA, OLGA_TOO)))
    assert away_line(found, NAMED).startswith("Olga is away until ")


def absent(*users: str, until: timedelta = timedelta(hours=1)) -> Facts:
    absences = {user: Absence(user, NOW + until, NOW - timedelta(hours=1), TIM) for user in users}
    directory = replace(
        DIRECTORY, teams={**DIRECTORY.teams, "testers": Team("testers", (AMITA,), stand_ins=(MARA,))}
    )
    return Facts(replace(ROLL, directory=directory, absences=absences), {})


STARTED = Refusal("requester_may_not_sign", {"team": "developers"}, ("developers",))
TESTERS = Refusal("asker_may_not_sign", {"team": "testers"}, ("testers",))
NO_GATE = Refusal("no_such_gate", {"team": "desk", "environment": "production"}, ("testers",))
OPERATORS = Refusal("not_in_team", {"action": "cancel"}, ("ops",))


@pytest.mark.parametrize(
    ("refusal", "facts", "said"),
    [
        (STARTED, absent(), "for developers: Andy or Mara."),
        (STARTED, absent(ANDY), "for developers: Mara."),
        (STARTED, absent(ANDY, until=timedelta(minutes=-1)), "for developers: Andy or Mara."),
        (STARTED, absent(ANDY, MARA), "for developers: Andy (away until 11:20) or Mara (away until 11:20)."),
        (TESTERS, absent(), "For testers somebody else can: Amita."),
        (TESTERS, absent(AMITA), "For testers somebody else can: Mara."),
        (NO_GATE, absent(AMITA), "desk does not sign off for production: testers does (Mara)."),
        (OPERATORS, absent(TIM), "Only ops can cancel r42 (Tim (away until 11:20))."),
    ],
)
def test_nobody_is_told_to_ask_who_is_away(refusal: Refusal, facts: Facts, said: str) -> None:
    told = told_of_release(refusal, released(waiting(), requesters=(TIM,)), facts, NOW)
    names = knowing_who_is_away(NAMES, facts, told.who)
    assert said in replies.refused(told, names, facts.membership.directory).text


def test_what_is_not_known_names_everybody() -> None:
    ended_one = ended(ReleaseState.CANCELLED, TIM)
    assert told_of_release(TESTERS, None, None, NOW) == TESTERS
    assert told_of_release(TESTERS, ended_one, absent(AMITA), NOW).who == TESTERS.who
    assert knowing_who_is_away(NAMES, None, ("ops",)) == NAMES
    held = Refusal("held_by_another", {"by": TIM}, (TIM, "developers"))
    names = knowing_who_is_away(NAMES, absent(TIM), held.who)
    assert "Andy or Mara can change that" in replies.refused(held, names, DIRECTORY).text


def test_who_is_away_is_awaited_only_where_nobody_else_is() -> None:
    facts = absent(AMITA)
    alone = replace(facts, membership=replace(facts.membership, directory=DIRECTORY))
    for known, said in ((facts, "Mara"), (alone, "Amita (away until 11:20)")):
        step = released(waiting(), requesters=(TIM,))
        missing = Waiting(step, (MISSING["testers"],), awaited=awaited(step, known, NOW))
        line = wait_line(missing, MISSING["testers"], NAMES, known.membership.directory)
        assert line == f"testers have to sign off: {said}."


def test_who_is_away_counts_among_those_who_have_to_sign() -> None:
    values, directory = (
        {"team": "ops", "missing": "2", "needs": "2"},
        Directory({"ops": Team("ops", (TIM, AMITA))}),
    )
    away = replace(NAMES, away={AMITA: NOW + timedelta(hours=1)})
    context = RenderContext(values, away, directory, ("ops",))
    assert context.render(REASONS["sign_off_missing"]) == (
        "ops have to sign off: 2 of Tim or Amita (away until 11:20)."
    )


def test_how_another_one_is_back_is_said_with_their_name() -> None:
    values = {"user": AMITA, "by": TIM, "until": (NOW + timedelta(days=1)).isoformat()}
    other = replies.replied(Reply("away", values), None, NAMES, DIRECTORY).text
    own = replies.replied(Reply("away", {**values, "by": AMITA}), None, NAMES, DIRECTORY).text
    assert other.endswith("To end it earlier: /release back for Amita")
    assert own.endswith("To end it earlier: /release back")
