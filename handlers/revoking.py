"""Revokes requests that one closed gate holds up, and says when they can be made again: opening it starts nothing protected."""

from handlers.draft import Draft
from handlers.evaluation import evaluate_gates
from handlers.gate import GateResult
from handlers.gates import QUEUING, REVOKING
from handlers.outcome import Reply
from handlers.people import SHIPROOM
from handlers.step import StepState


def revoke_request(draft: Draft, results: tuple[GateResult, ...]) -> bool:
    """Revoke the request for a protected step that only gates which revoke hold up, such as a lock.

    Unlocking must not start a deployment by itself.
    """
    revoking = [result.gate for result in results if not result.open and result.gate in REVOKING]
    others = (result for result in results if result.gate not in REVOKING | QUEUING)
    if not (draft.release.environment.protected and revoking and all(result.open for result in others)):
        return False
    revoke(draft, revoking[0])
    return True


def revoke(draft: Draft, by: str) -> None:
    """Revoke the request for the current step because of a gate: it has to be made again."""
    step = draft.step
    draft.leave_queue()
    if step.promised or step.window_key:
        told = (step.requested_by,) if step.requested_by not in {"", SHIPROOM} else ()
        draft.notify("start_lost", {"environment": step.environment, "why": by}, told)
    draft.change(
        requested=False,
        starts_at=None,
        window_key="",
        promised=False,
        unrequested_by=by,
        unrequested_detail="",
    )
    draft.show()


def answer(draft: Draft, reply: Reply) -> Reply:
    """Return the reply to an event, or to a request that was revoked at once that it was."""
    step = draft.step
    revoked = step.state is StepState.WAITING and not step.requested and step.unrequested_by in REVOKING
    if not revoked or reply.code != "asked" or reply.values["environment"] != step.environment:
        return reply
    return Reply("asked_in_vain", {"release": f"r{draft.release.number}", "environment": step.environment})


def can_be_requested_again(draft: Draft) -> bool:
    """Return whether a request was revoked by a gate, and nothing holds the step up any more."""
    step = draft.step
    if step.state is not StepState.WAITING or step.requested or step.unrequested_by not in REVOKING:
        return False
    results = evaluate_gates(draft.release, step, draft.current_facts(), draft.now)
    return all(result.open for result in results if result.gate not in QUEUING)


def call_starters(draft: Draft, *, was_held: bool) -> None:
    """Call the starters, once, to request a step again of which the request was revoked by a hold, or else by a lock."""
    draft.change(unrequested_by="hold_over" if was_held else "unlocked", unrequested_detail="")
    values = {"environment": draft.step.environment}
    lane = draft.release.lane(draft.step)
    teams = lane.may if lane is not None else draft.release.plan.starters
    draft.call("open_after_hold" if was_held else "open_again", values, teams)
    draft.show()
