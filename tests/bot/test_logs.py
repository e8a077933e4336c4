"""What is logged: one line each, as text or JSON, with no secret in words, fields or tracebacks."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Literal

import pytest

from bot import logs

SECRETS = ("xoxb-secret", 'with "quotes" and \\')
Log = Callable[[Literal["text", "json"]], io.StringIO]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level

    def set_up(form: Literal["text", "json"]) -> io.StringIO:
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        logs.set_up(form, SECRETS)
        return stream

    yield set_up
    root.handlers[:] = kept
    root.setLevel(level)


def trouble() -> None:
    try:
        int("".join(SECRETS))
    except ValueError:
        logging.getLogger("shiproom.test").exception("failed with %s", SECRETS)


LINES: list[tuple[str, Callable[[logging.Logger], None]]] = [
    ("words", lambda log: log.info("the token is %s", SECRETS[0])),
    ("words with quotes", lambda log: log.info("the token is %s", SECRETS[1])),
    ("fields", lambda log: log.info("decision", extra={"why": SECRETS[0], "actor": SECRETS[1]})),
    ("a traceback", lambda _: trouble()),
]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("say", [case[1] for case in LINES], ids=[case[0] for case in LINES])
def test_no_secret_is_written(
    written: Log, form: Literal["text", "json"], say: Callable[[logging.Logger], None]
) -> None:
    stream = written(form)
    say(logging.getLogger("shiproom.test"))
    text = stream.getvalue()
    assert logs.MASK in text
    for secret in SECRETS:
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text


def test_a_line_of_json_has_its_fields(written: Log) -> None:
    stream = written("json")
    logging.getLogger("shiproom.decision").info("decision", extra={"event": "started", "release": 1})
    line = json.loads(stream.getvalue())
    assert (line["message"], line["event"], line["release"], line["levelname"]) == (
        "decision",
        "started",
        1,
        "INFO",
    )


def test_a_line_of_text_has_the_fields_that_are_there(written: Log) -> None:
    stream = written("text")
    logging.getLogger("shiproom.decision").info(
        "decision", extra={"event": "started", "actor": "", "release": 1}
    )
    assert stream.getvalue().rstrip().endswith("decision event=started release=1")


@pytest.mark.parametrize(
    ("name", "level", "shown"),
    [
        ("shiproom", logging.INFO, True),
        ("shiproom", logging.DEBUG, False),
        ("sqlalchemy", logging.INFO, False),
        ("sqlalchemy", logging.WARNING, True),
        ("slack_bolt", logging.WARNING, False),
        ("aiohttp.access", logging.INFO, False),
        ("apscheduler.scheduler", logging.ERROR, True),
    ],
)
def test_libraries_speak_only_of_trouble(written: Log, name: str, level: int, shown: bool) -> None:
    stream = written("text")
    logging.getLogger(name).log(level, "something")
    assert bool(stream.getvalue()) is shown


def test_what_is_hidden_later_is_written_no_more(written: Log) -> None:
    stream = written("text")
    logs.hide(["ghp_of_a_ci", "ghp_of_a_ci_that_is_longer", "ab"])
    logging.getLogger("shiproom.test").info("ghp_of_a_ci_that_is_longer and %s, abc", SECRETS[0])
    assert "[secret] and [secret], abc" in stream.getvalue()
