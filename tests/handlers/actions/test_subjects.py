"""What a reading word is about: one parser for `status`, `where`, `why`, `builds` and `history`."""

from dataclasses import replace

import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from tests.handlers.actions.contexts import BOTH_SERVICES, HERE, NOWHERE, WEBSITE, read
from tests.handlers.builders import ANDY

SHARED = replace(NOWHERE, nearby=BOTH_SERVICES)
NAMES = ("website", "shop", "staging", "production", "canary")


def about(kind: str, service: str = "website", release: int = 0, **fields: object) -> Query:
    return replace(Query(kind, ANDY, service, release), **fields)


@pytest.mark.parametrize(
    ("line", "context", "query"),
    [
        ("status", HERE, about("status")),
        ("status", NOWHERE, about("status", "")),
        ("status", SHARED, about("status", "", nearby=BOTH_SERVICES)),
        ("status shop", HERE, about("status", "shop")),
        ("status shop", SHARED, about("status", "shop")),
        ("status staging", HERE, about("status", environment="staging")),
        ("status of staging", SHARED, about("status", "", environment="staging", nearby=BOTH_SERVICES)),
        ("status canary", HERE, about("status", "", environment="canary")),
        ("status shop canary", HERE, about("status", "shop", environment="canary")),
        ("status canary of shop", HERE, about("status", "shop", environment="canary")),
        ("status 1.0.5", HERE, about("status", version="1.0.5")),
        ("status shop@1.0.5", HERE, about("status", "shop", version="1.0.5")),
        ("status shop 1.0.5", HERE, about("status", "shop", version="1.0.5")),
        ("status all", HERE, about("status", "", everything=True)),
        ("status everything", SHARED, about("status", "", everything=True)),
        ("status r42", HERE, about("why", release=42)),
        ("where production", HERE, about("where", environment="production")),
        ("where is 1.0.3", HERE, about("where", version="1.0.3")),
        ("where is website now", SHARED, about("where")),
        ("where", SHARED, about("where", "", nearby=BOTH_SERVICES)),
        ("why", HERE, about("why")),
        ("why R4", HERE, about("why", release=4)),
        ("why r4", NOWHERE, about("why", "", 4)),
        ("why is it waiting", HERE, about("why")),
        ("why does r4 wait", HERE, about("why", release=4)),
        ("why production", HERE, about("why", environment="production")),
        ("why website", NOWHERE, about("why")),
        ("why 1.0.5", HERE, about("why", version="1.0.5")),
        ("builds 1.0.7", HERE, about("builds", version="1.0.7")),
        ("builds website", NOWHERE, about("builds")),
        ("builds", SHARED, about("builds", "", nearby=BOTH_SERVICES)),
        ("mine", HERE, about("mine", "")),
        ("MINE please", SHARED, about("mine", "")),
        ("history r6", HERE, about("history", release=6, count=50)),
        ("history website", NOWHERE, about("history", count=10)),
        ("history production 20", HERE, about("history", environment="production", count=20)),
        ("history 20 shop", HERE, about("history", "shop", count=20)),
        ("history 1.0.5", HERE, about("history", version="1.0.5", count=10)),
        ("history all", HERE, about("history", everything=True, count=10)),
    ],
)
def test_what_is_asked_about(line: str, context: CommandContext, query: Query) -> None:
    assert read(line, context) == query


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("status 1.0.5 1.0.6", UsageError("one_subject", "1.0.6")),
        ("status website shop", UsageError("one_subject", "shop")),
        ("status r4 r5", UsageError("one_subject", "r5")),
        ("status foo bar", UsageError("unknown_subject", "bar", NAMES)),
        ("where website canary", UsageError("unknown_environment", "canary", WEBSITE)),
        ("builds website canary 1.0", UsageError("unknown_environment", "canary", WEBSITE)),
        ("history shop website", UsageError("one_subject", "website")),
    ],
)
def test_what_fits_nothing(line: str, error: UsageError) -> None:
    assert read(line) == error
