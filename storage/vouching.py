"""Digests of rows: each history row vouches for the rows that its transaction wrote.

A digest is over all columns of a row, so a column that is added is vouched for unless it is named here. Digests stand in the
hashed outcome of the history row, under "rows"; `storage.audit` compares the present rows with them.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from zlib import crc32

from sqlalchemy import Table
from sqlmodel import SQLModel

from storage.tables import (
    AbsenceRow,
    BuildRow,
    ComparisonRow,
    ConnectionRow,
    CounterRow,
    DeliveryRow,
    EffectRow,
    FactRow,
    FollowerRow,
    GrantedRow,
    HistoryRow,
    HoldingRow,
    HomeRow,
    MessageRow,
    PlanRow,
    PolicyRow,
    ReleaseRow,
    ReminderRow,
    ServiceRow,
    SuccessRow,
    table,
)

_encode = json.JSONEncoder(separators=(",", ":")).encode
Values = Mapping[str, Any]
Rows = dict[str, str]
"""Digests of rows by their keys."""

VOUCHED: tuple[type[SQLModel], ...] = (
    ReleaseRow,
    ServiceRow,
    BuildRow,
    SuccessRow,
    ComparisonRow,
    PlanRow,
    HoldingRow,
    GrantedRow,
    EffectRow,
    PolicyRow,
    AbsenceRow,
)
"""The tables whose rows are vouched for, row by row."""

CHECKED: dict[type[SQLModel], str] = {
    HistoryRow: "each row is hashed together with the one before it",
    CounterRow: "`release` has to be the number of the newest release, or what a restore left out behind it; `database` is "
    "vouched for by each policy, `restored` by the restore",
}
"""The tables that are checked in another way, and how."""

UNVOUCHED: dict[type[SQLModel], str] = {
    MessageRow: "where a message is in Slack and what it shows; Slack is a view, and no decision reads it",
    DeliveryRow: "the answer to a request that was handled; a decision that is repeated changes nothing",
    ConnectionRow: "what people were told of a connection; no decision reads it",
    FactRow: "what Slack said of people and groups; what was stored only names people, and is asked again before it counts; "
    "when somebody was in a group last can only prolong a handover, of a sign-off that is vouched for",
    ReminderRow: "when a person was reminded last; it decides only whether they are reminded again within the hour",
    FollowerRow: "who wants a message when their change is live; no decision reads it",
    HomeRow: "who looks at the app's Home and what it shows; Slack is a view, and no decision reads it",
}
"""The tables whose rows nothing vouches for, and why no decision depends on them."""

UNVOUCHED_COLUMNS: dict[type[SQLModel], dict[str, str]] = {
    ReleaseRow: {
        "wake_at": "when the release is looked at again; every open release is, once an hour, whatever it says",
    },
    ServiceRow: {
        "chain_row": "checked against the end of the chain",
        "chain_hash": "checked against the end of the chain",
        "policy": "checked against the newest policy",
    },
    EffectRow: {
        "due_at": "when it is performed; a grant that waits longer than ten minutes is void",
        "tries": "how long it pauses between two tries, at most a minute",
        "lease_by": "the worker that performs it now",
        "lease_until": "until when; a grant that waits longer than ten minutes is void",
        "done_at": "checked against its seal",
        "failure": "checked against its seal once it is done; before that it is only shown",
        "seal": "checked against what it seals",
    },
}
"""The columns of vouched tables that no digest includes, and why."""

DISPLAY_ONLY = frozenset(
    {
        "show_card",
        "post_to_thread",
        "call",
        "close_calls",
        "announce",
        "ask_to_start",
        "await_release",
        "end_step",
        "post_to_channel",
        "post_report",
        "direct_message",
        "remind",
        "tell_authors",
    }
)
"""Effects that only show something, or end a step of a workflow: nothing vouches for their rows, since Slack is a view."""


@cache
def columns_of(of: Table) -> tuple[str, ...]:
    """Return the columns that a digest includes, by name."""
    left_out = {
        name for row, left in UNVOUCHED_COLUMNS.items() if table(row).name == of.name for name in left
    }
    return tuple(sorted(column.name for column in of.columns if column.name not in left_out))


@cache
def _keys_of(of: Table) -> tuple[str, ...]:
    return tuple(column.name for column in of.primary_key)


def key(of: Table, values: Values) -> str:
    """Return the key of a row: its table and primary key, separated by spaces."""
    return " ".join((of.name, *(_escaped(values[name]) for name in _keys_of(of))))


def _escaped(value: object) -> str:
    text = str(value)
    return text.replace("%", "%25").replace(" ", "%20") if " " in text or "%" in text else text


def digest(of: Table, values: Values) -> str:
    """Return the SHA-256 of a row, and a byte per column that tells which one was changed."""
    row = [values[name] for name in columns_of(of)]
    whole = hashlib.sha256(_encode(row).encode()).hexdigest()
    return f"{whole}{bytes([crc32(str(value).encode()) & 255 for value in row]).hex()}"


def vouch(of: Table, values: Values) -> Rows:
    """Return the digest of a row that was written, by its key."""
    return {key(of, values): digest(of, values)}


def changed_columns(of: Table, values: Values, vouched: str) -> tuple[str, ...]:
    """Return the columns in which a row differs from what was vouched for, as far as its digest tells."""
    now, before = digest(of, values)[64:], vouched[64:]
    names = enumerate(columns_of(of))
    return tuple(name for place, name in names if now[2 * place :][:2] != before[2 * place :][:2])


def is_vouched(kind: str) -> bool:
    """Return whether effects of a kind are vouched for: those that do more than show something."""
    return kind not in DISPLAY_ONLY


def seal(effect: int, done_at: int, failure: str | None) -> str:
    """Return what is saved beside the end of an effect, by which an end that was slipped in is found."""
    return hashlib.sha256(json.dumps([effect, done_at, failure]).encode()).hexdigest()[:32]
