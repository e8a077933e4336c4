"""Addresses of PostgreSQL as libpq and those who hand out databases write them: read, or refused in one sentence."""

from typing import Any

import pytest

from storage.database import StorageError
from storage.opening import passwords
from storage.postgres_address import CONNECTIONS, read_address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://u:p@h/db",
            {"host": ["h"], "port": [5432], "user": "u", "password": "p", "database": "db"},
        ),
        ("postgresql://u:p@h:5433/db", {"port": [5433]}),
        ("postgresql+asyncpg://u:p@h/db", {"host": ["h"]}),
        ("postgresql://u:a[b]c@h/db", {"password": "a[b]c", "host": ["h"]}),
        ("postgresql://u:a@b@h/db", {"password": "a@b", "host": ["h"]}),
        ("postgresql://u:a/b@h/db", {"password": "a/b", "host": ["h"]}),
        ("postgresql://u:a?b@h/db", {"password": "a?b", "host": ["h"]}),
        ("postgresql://u:a#b@h/db", {"password": "a#b", "host": ["h"]}),
        ("postgresql://u:a%40b@h/db", {"password": "a@b"}),
        ("postgresql://u:p@[::1]:5/db", {"host": ["::1"], "port": [5]}),
        ("postgresql://u@%2Frun%2Fpg/db", {"host": ["/run/pg"]}),
        ("postgresql:///db?host=/run/pg", {"host": ["/run/pg"], "database": "db"}),
        ("postgresql://h/db?user=u&password=p", {"user": "u", "password": "p"}),
        ("postgresql://u:p@h/db?connect_timeout=5", {"timeout": 5.0}),
        ("postgresql://u:p@h/db?application_name=a@b", {"server_settings": {"application_name": "a@b"}}),
        (
            "postgresql://u:p@h/db?options=-c%20statement_timeout%3D5s%20--search_path=x",
            {
                "server_settings": {
                    "statement_timeout": "5s",
                    "search_path": "x",
                    "application_name": "shiproom",
                }
            },
        ),
        ("postgresql://u:p@h/db?sslmode=require", {"dsn": "postgresql://?sslmode=require"}),
        ("postgresql://u:p@h/db?ssl=require", {"dsn": "postgresql://?sslmode=require"}),
        (
            "postgresql://u:p@h/db?sslmode=require&channel_binding=prefer&keepalives=1",
            {"dsn": "postgresql://?sslmode=require"},
        ),
        (
            "postgresql://u:p@h1:1,h2:2/db",
            {"host": ["h1", "h2"], "port": [1, 2], "dsn": "postgresql://?target_session_attrs=read-write"},
        ),
    ],
)
def test_words_of_libpq_are_read(url: str, expected: dict[str, Any]) -> None:
    arguments = read_address(url).arguments
    assert {name: arguments[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u:hidden@h/db?colour=red", "'colour'"),
        ("postgresql://u:hidden@h/db?sslmode=maybe", "verify-full"),
        ("postgresql://u:hidden@h/db?channel_binding=require", "channel_binding=prefer"),
        ("postgresql://u:hidden@h/db?target_session_attrs=standby", "has to write"),
        ("postgresql://u:hidden@h/db?connect_timeout=soon", "whole number"),
        ("postgresql://u:hidden@h/db?sslmode", "word=value"),
        ("postgresql://u:hidden@h/db?options=fast", "-c name=value"),
        ("postgresql://u:hidden@h/db?pool_size=1", "2 is the smallest"),
        ("postgresql://u:hidden@h/db?sslmode=require&sslrootcert=system", "sslmode=verify-full"),
        ("postgresql://u:hidden@h:99999/db", "65535"),
        ("postgresql://u:hidden@h:port/db", "is not understood"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_one_sentence(url: str, said: str) -> None:
    with pytest.raises(StorageError, match="DATABASE_URL is not understood") as refused:
        read_address(url)
    assert said in str(refused.value)
    assert "hidden" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "hidden"),
    [
        ("postgresql://u:p%40ss@h/db", {"p%40ss", "p@ss"}),
        ("postgresql://h/db?password=word", {"word"}),
        ("postgresql://u@h/db", set[str]()),
        ("sqlite:///shiproom.db", set[str]()),
        ("nothing of the kind", set[str]()),
    ],
)
def test_passwords_are_known_as_written_and_decoded(url: str, hidden: set[str]) -> None:
    assert set(passwords(url)) == hidden


def test_plain_text_to_another_machine_is_noticed() -> None:
    assert read_address("postgresql://u:p@db.example.org/n").plain
    assert not read_address("postgresql://u:p@db.example.org/n?sslmode=require").plain
    assert not read_address("postgresql://u:p@127.0.0.1/n").plain


def test_the_number_of_connections_is_a_setting() -> None:
    assert read_address("postgresql://h/db").connections == CONNECTIONS
    assert read_address("postgresql://h/db?pool_size=8").connections == 8
