"""`POST /claim` on the running bot: who may deploy, who may not, and who has to ask again."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio

from bot.auth_failures import AuthFailures
from bot.http import guard
from bot.local_slack.model import User
from storage.confirmed import ConfirmedHeads
from storage.history import Head
from tests.bot.ci_api.issuer import published, rsa_key
from tests.bot.http.claiming import Claimant, Office
from tests.local_slack.fault_injection import InjectedFault

pytestmark = pytest.mark.asyncio(loop_scope="module")

GRANTED = (200, "")
UNPROVED = (401, "")
NOT_NOW = (503, "")
ANOTHER_SHA = "f" * 40
TOO_OLD = 61
"""Seconds after which what Slack said of people no longer counts."""


@pytest_asyncio.fixture(loop_scope="module")
async def run(there: Office) -> Claimant:
    """A deployment whose run has a token of its CI."""
    return await there.deploys()


@pytest_asyncio.fixture(loop_scope="module")
async def plain(there: Office) -> Claimant:
    """A deployment whose run was given a secret."""
    return await there.deploys("plain")


async def state(run: Claimant) -> tuple[str, str]:
    """Give the step's state and the run that is followed."""
    step = await run.step()
    return str(step["state"]), str(step["run"]["id"]) if step["run"] else ""


async def test_a_run_is_admitted_once_and_told_the_same_again(run: Claimant) -> None:
    first = await run.claims()
    assert first.status == 200, first
    assert first.body == {
        "granted": True,
        "release": run.number,
        "environment": "production",
        "version": "2.4.1",
        "sha": run.request.sha,
    }
    assert await run.claims() == first
    assert await state(run) == ("running", "17")
    claimed = [
        row for row in await run.bot.rows() if row["release"] == run.number and row["event"] == "claimed"
    ]
    assert len(claimed) == 1


async def test_numbers_may_be_numbers_or_texts(run: Claimant) -> None:
    assert (await run.claims(run_id=17, run_attempt="1")).short == GRANTED
    assert (await run.claims(run_id="17", run_attempt=1)).short == GRANTED


async def test_a_secret_of_the_start_serves_where_the_ci_signs_nothing(plain: Claimant) -> None:
    assert len(plain.request.claim_secret) >= 32
    assert plain.request.claim_secret != plain.request.correlation
    assert (await plain.claims()).short == GRANTED
    assert (await plain.claims()).short == GRANTED


async def test_the_secret_is_kept_nowhere(plain: Claimant) -> None:
    await plain.claims()
    assert plain.request.claim_secret not in json.dumps(await plain.bot.rows())


WRONG_SECRETS: dict[str, Callable[[Claimant], str]] = {
    "the correlation id": lambda it: it.request.correlation,
    "its end missing": lambda it: it.request.claim_secret[:-1],
    "more than it": lambda it: it.request.claim_secret + "0",
    "in capitals": lambda it: it.request.claim_secret.upper() + "A",
    "its own digest": lambda _: "5" * 64,
    "a token, where the CI signs none": lambda it: it.token(),
}


@pytest.mark.parametrize("secret", WRONG_SECRETS.values(), ids=WRONG_SECRETS)
async def test_any_other_secret_is_none(there: Office, secret: Callable[[Claimant], str]) -> None:
    plain = await there.deploys("plain")
    assert (await plain.claims(secret(plain))).short == UNPROVED
    assert await state(plain) != ("running", "17")


async def test_the_secret_of_another_start_is_none(there: Office) -> None:
    one, other = await there.deploys("plain"), await there.deploys("plain")
    assert (await one.claims(other.request.claim_secret)).short == UNPROVED
    assert (await other.claims(one.request.claim_secret)).short == UNPROVED


async def test_where_the_ci_signs_nothing_else_proves_anything(run: Claimant) -> None:
    assert run.request.claim_secret == ""
    for bearer in ("x", run.request.correlation, "0" * 64):
        assert (await run.claims(bearer)).short == UNPROVED


TOKENS: dict[str, Callable[[Claimant], str]] = {
    "of another repository": lambda it: it.token(repository="tailspin/another"),
    "of no repository": lambda it: it.token(repository=None),
    "of another run": lambda it: it.token(run_id="18"),
    "of another attempt": lambda it: it.token(run_attempt="2"),
    "for another audience": lambda it: it.token(aud="vault"),
    "of another issuer": lambda it: it.token(iss="https://issuer.example.org"),
    "expired": lambda it: it.token(exp=1),
    "not yet valid": lambda it: it.token(nbf=2**33),
    "signed by another": lambda it: it.issuer.token(
        it.issuer.claims(repository="tailspin/space-game-web", run_id="17", run_attempt="1"),
        key=rsa_key("another"),
    ),
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
async def test_a_token_that_is_not_this_runs_proves_nothing(
    there: Office, token: Callable[[Claimant], str]
) -> None:
    run = await there.deploys()
    assert (await run.claims(token(run))).short == UNPROVED
    assert (await state(run))[1] == ""


FIELDS: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "correlation": ({"correlation_id": "0" * 20}, UNPROVED),
    "run": ({"run_id": "18"}, UNPROVED),
    "attempt": ({"run_attempt": 2}, UNPROVED),
    "commit": ({"sha": ANOTHER_SHA}, (409, "other_commit")),
}


@pytest.mark.parametrize(("posted", "answer"), FIELDS.values(), ids=FIELDS)
async def test_each_field_counts(there: Office, posted: dict[str, Any], answer: tuple[int, str]) -> None:
    run = await there.deploys()
    assert (await run.claims(**posted)).short == answer
    assert (await state(run))[1] == ""
    assert (await run.claims()).short == GRANTED, "who is genuine may still claim"


async def test_a_refusal_says_why(run: Claimant) -> None:
    said = (await run.claims(sha=ANOTHER_SHA)).body["why"]
    assert ANOTHER_SHA in said
    assert run.request.sha in said


async def test_the_correlation_of_another_release_is_refused(there: Office) -> None:
    """Both are of one repository, so the run is genuine; but the other release is another run's."""
    one, other = await there.deploys(), await there.deploys()
    assert (await other.claims()).short == GRANTED
    replayed = await one.claims(
        correlation_id=other.request.correlation, run_id="18", token=one.token(run_id="18")
    )
    assert replayed.short == (409, "claimed_by_another_run")


@pytest.mark.parametrize("ci", ["signing", "plain"])
async def test_one_run_is_admitted_and_no_other(there: Office, ci: str) -> None:
    run = await there.deploys(ci)
    assert (await run.claims()).short == GRANTED
    run.run = "18"
    assert (await run.claims()).short == (409, "claimed_by_another_run")
    assert await state(run) == ("running", "17")


@pytest.mark.parametrize("ci", ["signing", "plain"])
async def test_a_run_that_runs_again_is_another(there: Office, ci: str) -> None:
    run = await there.deploys(ci)
    assert (await run.claims()).short == GRANTED
    token = run.token(run_attempt="2") if ci == "signing" else ""
    assert (await run.claims(token, run_attempt=2)).short == (409, "claimed_by_another_run")


@pytest.mark.parametrize("ci", ["signing", "plain"])
async def test_what_was_called_off_is_not_deployed(there: Office, ci: str) -> None:
    run = await there.deploys(ci)
    await run.scenario.types("Tim", f"cancel r{run.number} wrong")
    assert (await run.claims()).short == (409, "void_intent")


async def test_a_start_that_was_settled_is_over(run: Claimant) -> None:
    await run.bot.world.until(run.number, "unknown")
    await run.scenario.types("Tim", f"settle r{run.number} not-deployed nothing there")
    await run.bot.world.until(run.number, "failed")
    assert (await run.claims()).short == (409, "void_intent")


async def test_an_attempt_that_another_took_the_place_of_is_over(there: Office) -> None:
    run = await there.deploys()
    await run.bot.world.until(run.number, "unknown")
    await run.scenario.types("Tim", f"settle r{run.number} not-deployed nothing there")
    await run.scenario.types("Tim", f"retry r{run.number}")
    await run.bot.until(lambda: len(there.starts_of(run.number)) == 2)
    assert (await run.claims()).short == (409, "void_intent")
    again = there.starts_of(run.number)[-1]
    assert again.correlation != run.request.correlation
    run.request = again
    assert (await run.claims()).short == GRANTED


async def test_a_lock_shuts_the_gate_at_the_last_moment(run: Claimant) -> None:
    await run.scenario.types("Tim", "lock production all hands on the database")
    assert (await run.claims()).short == (409, "claim_refused")
    await run.scenario.types("Tim", "unlock production")
    assert (await run.claims()).short == (409, "void_intent")


async def test_a_signer_who_left_shuts_it_too(there: Office) -> None:
    run = await there.deploys()
    workspace = run.bot.world.slack.workspace
    workspace.put_user(User("U0TIM", "Tim", deleted=True))
    there.clock.advance(TOO_OLD)
    try:
        assert (await run.claims()).short == (409, "gate_closed")
    finally:
        workspace.put_user(User("U0TIM", "Tim"))
        there.clock.advance(TOO_OLD)


async def test_signers_are_asked_about_again_before_a_claim_is_granted(there: Office) -> None:
    run = await there.deploys()
    there.clock.advance(TOO_OLD)
    assert (await run.claims()).short == GRANTED


async def test_while_slack_is_silent_nothing_is_decided(there: Office) -> None:
    run = await there.deploys()
    there.clock.advance(TOO_OLD)
    faults = run.bot.world.slack.faults
    faults.add(InjectedFault("users.info", "status", 503, times=1_000))
    try:
        silent = await run.claims()
        assert silent.short == NOT_NOW
        assert int(silent.retry_after) > 0
    finally:
        faults.clear()
    assert (await run.claims()).short == GRANTED


async def test_nothing_is_admitted_where_records_are_lost(
    run: Claimant, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = await run.bot.world.release(run.number)
    missed = ConfirmedHeads()
    missed.learn(Head(str(release["service"]), 10_000, "f" * 64), run.bot.clock.now())
    with monkeypatch.context() as patched:
        patched.setattr(run.bot.app.engine, "confirmed", missed)
        assert (await run.claims()).short == NOT_NOW
    assert (await run.claims()).short == GRANTED


async def test_while_the_keys_of_the_issuer_cannot_be_read_only_those_that_are_known_count(
    there: Office,
) -> None:
    run = await there.deploys()
    assert (await run.claims()).short == GRANTED
    there.issuer.keys = [*there.issuer.keys, published("new", rsa_key("new"))]
    there.issuer.status = 503
    claims = there.issuer.claims(repository="tailspin/space-game-web", run_id="17", run_attempt="1")
    token = there.issuer.token(claims, kid="new")
    try:
        assert (await run.claims(token)).short == NOT_NOW
    finally:
        there.issuer.status = 200
    assert (await run.claims()).short == GRANTED


async def test_while_the_database_is_gone_nothing_is_decided(
    run: Claimant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(_: object) -> None:
        raise OSError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(run.bot.app.engine.database, "read", gone)
        assert (await run.claims()).short == NOT_NOW
    assert (await run.claims()).short == GRANTED


async def test_every_failed_proof_gets_the_same_answer(there: Office) -> None:
    run = await there.deploys()
    answers = [
        await run.claims(correlation_id="0" * 20),
        await run.claims("x"),
        await run.claims(run.token(run_id="18")),
        await run.claims(run.token(repository="tailspin/another")),
        await run.claims(run.token(exp=1)),
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({json.dumps(answer.body) for answer in answers}) == 1


async def test_nothing_of_a_token_is_logged(
    run: Claimant, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "FAILURES", AuthFailures())  # which has logged nothing of this machine yet
    caplog.set_level(logging.DEBUG)
    tokens = [run.token(), run.token(run_id="18"), run.token(exp=1), run.issuer.token(key=rsa_key("another"))]
    for token in tokens:
        await run.claims(token)
    logged = caplog.text
    assert run.request.correlation in logged
    assert not any(part in logged for token in tokens for part in token.split(".")[1:])
