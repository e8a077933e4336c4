"""Who is away is kept for each service, in its history, and counts for what is decided there."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import text

from handlers.absence import Absence
from handlers.actions.approve import SignedOff
from handlers.actions.away import WentAway
from handlers.actions.back import CameBack
from handlers.events import AbsenceEvent, BuildReported, Everywhere, Started
from handlers.outcome import Refusal, Reply
from handlers.reports import RunReported, SendAccepted, SendRequested
from storage import absences, audit, history, reading, releases
from storage.database import Connection, Database
from storage.incoming import Outcome
from storage.reading import ReadContext, ServiceParts
from tests.handlers import builders
from tests.handlers.builders import AMITA, ANDY, MARA, NOW, SERVICE, TEAMS, TIM
from tests.storage import transactions

MONDAY = NOW + timedelta(days=3)
STOOD_IN = {**TEAMS, "testers": replace(TEAMS["testers"], stand_ins=(MARA,))}
KNOWN = replace(transactions.context(SERVICE, "shop"), membership=builders.membership(teams=STOOD_IN))


async def said(database: Database, *events: AbsenceEvent) -> Outcome:
    """Apply that somebody is away or back, of several services at once."""
    return await transactions.apply_event(database, Everywhere(events, events[0].actor), known=KNOWN)


async def away(database: Database, service: str = SERVICE) -> dict[str, Absence]:
    return await database.read(partial(absences.of_service, service=service, now=NOW))


async def test_an_absence_is_kept_for_each_service_in_its_history(opened: Database) -> None:
    found = await said(opened, *(WentAway(name, (), TIM, AMITA, MONDAY) for name in (SERVICE, "shop")))
    assert isinstance(found.result, Reply)
    assert found.result.values["services"] == f"shop, {SERVICE}"
    for service in (SERVICE, "shop"):
        assert await away(opened, service) == {AMITA: Absence(AMITA, MONDAY, NOW, TIM)}
        [row] = await opened.read(partial(history.newest, service=service, most=1))
        assert (row.event, row.actor) == ("went_away", TIM)
    assert (await opened.read(audit.verify)).findings == ()


async def test_who_is_back_keeps_a_row_that_is_over(opened: Database) -> None:
    await said(opened, WentAway(SERVICE, (), AMITA, AMITA, MONDAY))
    await said(opened, CameBack(SERVICE, (), AMITA, AMITA))
    assert await away(opened) == {}
    assert (await opened.read(audit.verify)).findings == ()
    refused = await said(opened, CameBack(SERVICE, (), AMITA, AMITA))
    assert isinstance(refused.result, Refusal)
    assert refused.result.code == "not_away"
    assert (await opened.read(audit.verify)).findings == ()


async def test_a_stand_in_signs_as_long_as_somebody_is_away(opened: Database) -> None:
    apply = partial(transactions.apply_event, opened, known=KNOWN)
    reported = await apply(BuildReported(transactions.build(1)))
    started = await apply(Started(reported.build, "staging", ANDY, (ANDY,)))
    assert started.release is not None
    assert started.release.step.intent is not None
    number, correlation = started.release.number, started.release.step.intent.correlation
    await apply(SendRequested(number, correlation))
    await apply(SendAccepted(number, correlation, "run 1"))
    await apply(RunReported(number, correlation, "run 1", "succeeded"))
    early = await apply(SignedOff(number, MARA, "testers"))
    assert isinstance(early.result, Refusal)
    assert early.result.code == "stands_in_for_nobody"
    await said(opened, WentAway(SERVICE, (), AMITA, AMITA, MONDAY))
    shown = await opened.read(partial(reading.snapshot, number=number, context=ReadContext(KNOWN.membership)))
    assert shown is not None
    assert shown.facts.membership.is_away(AMITA, NOW)
    assert isinstance((await apply(SignedOff(number, MARA, "testers"))).result, Reply)
    await said(opened, CameBack(SERVICE, (), AMITA, AMITA))
    saved = await opened.read(partial(releases.get, number=number))
    assert saved is not None
    assert [(each.user, each.stands_for) for each in saved.step.unspent] == [(MARA, AMITA)]


async def test_queries_read_who_is_away(opened: Database) -> None:
    await said(opened, WentAway(SERVICE, (), AMITA, AMITA, MONDAY))
    plan = KNOWN.policy.plans[SERVICE]
    read = await opened.read(partial(reading.service, plan=plan, parts=ServiceParts()))
    assert list(read.absences) == [AMITA]


async def test_an_absence_that_was_altered_is_found(opened: Database) -> None:
    await said(opened, WentAway(SERVICE, (), AMITA, AMITA, MONDAY))

    def tamper(connection: Connection) -> None:
        connection.execute(text('UPDATE absence SET "by" = :by'), {"by": TIM})

    await opened.write(tamper)
    [found] = (await opened.read(audit.verify)).findings
    assert str(found).startswith(f"absence {SERVICE} {AMITA}: altered: its by is not what")
