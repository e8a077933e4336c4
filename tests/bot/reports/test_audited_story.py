"""What an auditor reads of a story is what happened, on both databases."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.reports.audit_reading import AuditedService, AuditSpan
from bot.reports.audit_table import COLUMNS, as_csv, as_json, csv_header
from bot.reports.audited import Audited, AuditedRun, Passed, Signed, Waived
from storage import export
from storage.codec import micros
from storage.database import Database
from storage.export import Scope
from tests.bot.reports.audit_story import HOSTILE, STRANGER_AUTHOR, tell_story
from tests.handlers.builders import AMITA, ANDY, MARA, NOW, OLGA_TOO, TIM, TOM
from tests.storage.conftest import opened as opened  # noqa: PLC0414 - a fixture

ALWAYS = (NOW - timedelta(days=1), NOW + timedelta(days=1))


async def audited(
    database: Database, span: Sequence[datetime] = ALWAYS, environment: str = ""
) -> list[Audited]:
    [head] = (await database.read(lambda connection: export.ends(connection, Scope()))).values()
    since, until = map(micros, span)
    service = AuditedService(database, head, AuditSpan(since, until, environment))
    found = [each async for each in service.deployments()]
    assert {each.head for each in found} <= {str(head)}
    assert service.tell_less == 0
    return found


@pytest.fixture
async def told(opened: Database) -> tuple[Database, dict[str, datetime]]:
    return opened, await tell_story(opened)


async def test_every_deployment_is_told_with_all_about_it(told: tuple[Database, dict[str, datetime]]) -> None:
    database, at = told
    iso = {name: time.isoformat() for name, time in at.items()}
    first, failed, second, back, emergency, outside = await audited(database)

    assert [(each.kind, each.outcome, each.release, each.attempt) for each in (first, failed, second)] == [
        ("normal", "succeeded", 1, 1),
        ("normal", "failed", 2, 1),
        ("normal", "succeeded", 2, 2),
    ]
    assert (first.began, first.ended) == (iso["first granted"], iso["first ended"])
    assert (first.requesters, first.asked_by, first.reason) == ((ANDY,), MARA, "weekly")
    assert first.sign_offs == (
        Signed("testers", AMITA, iso["first signed by Amita"], "works"),
        Signed("ops", TIM, iso["first granted"]),
    )
    assert first.run == AuditedRun("remote", "run-1", 1, "https://ci.example.org/run-1")
    assert (first.build.version, first.build.digest, first.waivers) == ("2.1.0", "sha256:1", ())
    assert [each.verdict for each in first.gates] == ["open"] * len(first.gates)
    assert {Passed("sign_off", "ops", "open"), Passed("lock", "lock", "open")} <= set(first.gates)

    waived = Waived(OLGA_TOO, iso["waived"], "-1 doubt, Mara looked", (STRANGER_AUTHOR,))
    mara = Signed("testers", MARA, iso["second signed by Mara"], HOSTILE, stands_for=AMITA)
    assert failed.sign_offs == (mara, Signed("ops", TIM, iso["second granted"]))
    assert (failed.detail, failed.waivers, second.waivers) == ("502 from web-3", (waived,), (waived,))
    assert [each.armed_by for each in second.sign_offs] == [TIM, TIM]
    assert (failed.began, failed.ended) == (iso["second granted"], iso["second failed"])
    assert (second.began, second.asked_by, second.detail) == (iso["second granted again"], TIM, "")

    assert (back.kind, back.requesters, back.reason, back.sign_offs) == (
        "rollback",
        (TIM,),
        "502 everywhere",
        (),
    )
    assert (emergency.kind, emergency.build.branch, emergency.reason) == (
        "emergency",
        "hotfix/login",
        "log in is down",
    )
    review = emergency.review
    assert review is not None
    assert (review.by, review.at, review.note, review.waived) == (
        TOM,
        iso["reviewed"],
        "the fix holds",
        False,
    )
    assert review.due == (at["emergency ended"] + timedelta(days=2)).isoformat()
    assert (outside.kind, outside.outcome, outside.release, outside.asked_by) == (
        "outside",
        "succeeded",
        0,
        "bob",
    )
    assert (outside.began, outside.ended) == (iso["outside began"], iso["outside ended"])
    assert outside.run == AuditedRun("", "77", 2, "https://ci.example.org/77")


async def test_each_deployment_is_in_one_span_whenever_it_was_signed(
    told: tuple[Database, dict[str, datetime]],
) -> None:
    database, at = told
    whole = await audited(database)
    cuts = [ALWAYS[0], at["second granted"], at["second failed"], at["second ended"], ALWAYS[1]]
    parts = [await audited(database, span) for span in pairwise(cuts)]
    assert [each for part in parts for each in part] == whole
    assert [len(part) for part in parts] == [1, 0, 1, 4]


async def test_another_environment(told: tuple[Database, dict[str, datetime]]) -> None:
    found = await audited(told[0], environment="staging")
    assert [(each.release, each.environment) for each in found] == [(1, "staging"), (2, "staging")]


async def test_csv_is_harmless_and_json_is_as_it_was_written(
    told: tuple[Database, dict[str, datetime]],
) -> None:
    found = await audited(told[0])
    text = "\r\n".join([csv_header(), *map(as_csv, found)]) + "\r\n"
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert header == list(COLUMNS)
    assert [len(row) for row in rows] == [len(header)] * len(found)
    assert HOSTILE in rows[1][header.index("sign_offs")]
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    signed = json.loads(as_json(found[1]))["sign_offs"][0]
    assert (signed["note"], signed["stands_for"]) == (HOSTILE, AMITA)
