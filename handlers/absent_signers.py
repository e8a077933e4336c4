"""Says at once that a protected release waits for people who are all away, and until when."""

from handlers.draft import Draft
from handlers.gates import evaluate
from handlers.signers import missing_teams, passable
from handlers.slots import Awaited, awaited_for
from handlers.step import StepState


def tell_deserted(draft: Draft) -> bool:
    """Post once for each team that nobody who may sign is there, with who is away; again if they are away another time."""
    step = draft.step
    if step.state is not StepState.WAITING or not draft.release.environment.protected:
        return False
    results = evaluate(draft.gate_context())
    missing = missing_teams(results) if passable(results) else ()
    deserted = {
        rule.team: found
        for rule in draft.release.rules(step)
        if rule.team in missing and (found := awaited_for(draft, rule)).deserted
    }
    if tuple(deserted) == step.deserted:
        return False
    for team, found in deserted.items():
        if team not in step.deserted:
            _tell(draft, team, found)
    draft.change(deserted=tuple(deserted))
    draft.show()
    return True


def _tell(draft: Draft, team: str, found: Awaited) -> None:
    users = dict.fromkeys(each.user for each in found.away)
    until = min(each.until for each in found.away)
    draft.post("signers_away", {"team": team, "users": ", ".join(users), "until": until.isoformat()})
