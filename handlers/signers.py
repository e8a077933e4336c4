"""Calls those who can sign for a step: when it can pass, and again when a sign-off is lost."""

from dataclasses import replace

from handlers.draft import Draft
from handlers.gate import GateResult, Verdict
from handlers.gates import REVOKING, evaluate
from handlers.sign_offs import SignOff
from handlers.step import StepState
from handlers.tally import count


def passable(results: tuple[GateResult, ...]) -> bool:
    """Return whether a signed step could pass: no gate is closed but by a lock, which ends by itself or is lifted."""
    return not any(each.verdict is Verdict.CLOSED and each.gate not in REVOKING for each in results)


def missing_teams(results: tuple[GateResult, ...]) -> tuple[str, ...]:
    """Return the teams of which a sign-off is missing."""
    return tuple(
        reason.values["team"]
        for result in results
        for reason in result.reasons
        if reason.code == "sign_off_missing"
    )


def call_signers(draft: Draft) -> bool:
    """Call the teams whose sign-offs the step waits for, each once; nobody while it cannot pass anyhow."""
    step = draft.step
    uncalled = {rule.team for rule in draft.release.rules(step)}.difference(step.called)
    if step.state is not StepState.WAITING or not uncalled:
        return False
    results = evaluate(draft.gate_context())
    teams = tuple(team for team in missing_teams(results) if team in uncalled)
    if not teams or not passable(results):
        return False
    draft.call("sign_offs_wanted", {"environment": step.environment}, teams)
    called_at = {**dict(step.called_at), **dict.fromkeys(teams, draft.now)}
    escalated = tuple(team for team in step.escalated if team not in teams)
    draft.change(called=(*step.called, *teams), called_at=tuple(called_at.items()), escalated=escalated)
    return True


def note_lost(draft: Draft) -> bool:
    """Note who may not sign any more, or may again; a sign-off that is lost is told, and its team called once more."""
    step = draft.step
    if step.state is not StepState.WAITING or not step.unspent:
        return False
    marked = _marked(draft)
    if marked == step.sign_offs:
        return False
    newly = [now for now, before in zip(marked, step.sign_offs, strict=True) if now.lost and not before.lost]
    teams = {each.team for each in newly}
    for each in newly:
        draft.post("sign_off_lost", {"user": each.user, "team": each.team})
    draft.change(sign_offs=marked, called=tuple(team for team in step.called if team not in teams))
    draft.show()
    return True


def note_expired(draft: Draft) -> bool:
    """Note which sign-offs are too old to count any more; it is told, and their teams are called once more."""
    step = draft.step
    if step.state is not StepState.WAITING or not step.unspent:
        return False
    context = draft.gate_context()
    old = [each for rule in draft.release.rules(step) for each in count(rule, context).expired]
    if not old:
        return False
    marked = tuple(replace(each, expired=True) if each in old else each for each in step.sign_offs)
    teams = {each.team for each in old}
    for each in old:
        draft.post("sign_off_expired", {"user": each.user, "team": each.team})
    draft.change(sign_offs=marked, called=tuple(team for team in step.called if team not in teams))
    draft.show()
    return True


def _marked(draft: Draft) -> tuple[SignOff, ...]:
    """Return the sign-offs with who is lost; while Slack says nothing of somebody, that stays as it was."""
    context = draft.gate_context()
    lost: set[tuple[str, str]] = set()
    kept: set[tuple[str, str]] = set()
    for rule in draft.release.rules(draft.step):
        tally = count(rule, context)
        lost |= {(rule.team, user) for user in tally.lost}
        kept |= {(rule.team, user) for user in tally.unknown}
    return tuple(
        each
        if each not in draft.step.unspent or (each.team, each.user) in kept
        else replace(each, lost=(each.team, each.user) in lost)
        for each in draft.step.sign_offs
    )
