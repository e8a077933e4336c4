"""Bodies as models: the field that is wrong, and the sentence that says what it should hold."""

import json
from datetime import UTC, datetime

import pytest

from bot.http.body import BadField
from bot.http.build_input import read_build
from bot.http.claim_input import ClaimBody, read_claim
from handlers.build import Change

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BUILD: dict[str, object] = {"service": "website", "version": "1.0", "sha": "4be1c9d", "branch": "main"}
CLAIM: dict[str, object] = {"correlation_id": "a", "run_id": "1", "run_attempt": 1, "sha": "4be1c9d"}
CHANGE = {"sha": "1", "author": "Mara", "title": "x"}
KNOWN = "Known: service, version, sha, branch, url, digest, number, contains, changes."


def of_build(body: object) -> tuple[str, str]:
    with pytest.raises(BadField) as bad:
        read_build(body, NOW)
    return bad.value.field, bad.value.sentence


def of_claim(body: bytes) -> tuple[str, str]:
    with pytest.raises(BadField) as bad:
        read_claim(body)
    return bad.value.field, bad.value.sentence


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ([], "", "The body must be a JSON object."),
        ({**BUILD, "sha": "!", "user": "x"}, "user", f"The field user is unknown. {KNOWN}"),
        (
            {**BUILD, "service": ""},
            "service",
            "The field service is missing: name a service of shiproom.yml.",
        ),
        (
            {**BUILD, "version": "a b"},
            "version",
            "The field version is not understood: write letters, digits and . _ + - (at most 100).",
        ),
        ({**BUILD, "url": 0}, "url", "The field url is not understood: write an http(s) address."),
        ({**BUILD, "changes": "all"}, "changes", "changes must be a list."),
        ({**BUILD, "changes": [CHANGE] * 501}, "changes", "changes holds more than 500 entries."),
        (
            {**BUILD, "changes": [CHANGE, "x"]},
            "changes[1]",
            "A change is an object with sha, author and title.",
        ),
        ({**BUILD, "changes": [{"sha": "1"}]}, "changes[0].author", "changes[0].author must be text."),
        (
            {**BUILD, "changes": [{**CHANGE, "author": "\ud800"}]},
            "changes[0].author",
            "changes[0].author must be text.",
        ),
    ],
)
def test_what_is_wrong_with_a_build(body: object, field: str, sentence: str) -> None:
    assert of_build(body) == (field, sentence)


def test_what_is_too_long_in_a_change_is_cut() -> None:
    build = read_build(
        {**BUILD, "changes": [{"sha": "1" * 65, "author": "a" * 201, "title": "t" * 501, "more": 1}]}, NOW
    )
    assert build.changes == (Change("1" * 64, "a" * 200, "t" * 500),)


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        (b"[", "", "The body is not JSON."),
        (b'{"sha": "a", "sha": "b"}', "", "The body names a field twice."),
        (
            json.dumps({**CLAIM, "<user>": "x"}).encode(),
            "",
            "The body has a field that is unknown. Known: correlation_id, run_id, run_attempt, sha.",
        ),
        (
            json.dumps({**CLAIM, "run_attempt": None}).encode(),
            "run_attempt",
            "The field run_attempt is missing: give the number of the run's attempt, from 1.",
        ),
        (
            json.dumps({**CLAIM, "sha": ""}).encode(),
            "sha",
            "The field sha is not understood: give the commit's hash, hexadecimal digits in lower case.",
        ),
    ],
)
def test_what_is_wrong_with_a_claim(body: bytes, field: str, sentence: str) -> None:
    assert of_claim(body) == (field, sentence)


@pytest.mark.parametrize(("run_id", "attempt"), [("7", "2"), (7, 2)])
def test_a_run_may_be_numbered(run_id: object, attempt: object) -> None:
    posted = read_claim(json.dumps({**CLAIM, "run_id": run_id, "run_attempt": attempt}).encode())
    expected = ClaimBody.model_validate({**CLAIM, "run_id": "7", "run_attempt": 2})
    assert (posted, posted.attempt) == (expected, 2)
