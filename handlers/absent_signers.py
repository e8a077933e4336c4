"""Says at once that a protected release waits for people who are all away, and shows who is away and who is on call."""

from handlers.draft import Draft
from handlers.gates import evaluate
from handlers.signers import missing_teams, passable
from handlers.slots import Awaited, awaited_for
from handlers.step import StepState


def note_presence(draft: Draft) -> bool:
    """Note who is away and who is on call of those who are awaited, so that the card shows it.

    Of a protected environment it is posted once for each team that nobody who may sign is there; again if they are away another
    time.
    """
    step = draft.step
    if step.state is not StepState.WAITING:
        return False
    results = evaluate(draft.gate_context())
    missing = missing_teams(results) if passable(results) else ()
    rules = (rule for rule in draft.release.rules(step) if rule.team in missing)
    awaited = {rule.team: awaited_for(draft, rule) for rule in rules}
    deserted = {team: found for team, found in awaited.items() if found.deserted}
    present = tuple(sorted({user for found in awaited.values() for user in (*found.gone, *found.on_call)}))
    if (tuple(deserted), present) == (step.deserted, step.presence):
        return False
    for team, found in deserted.items():
        if team not in step.deserted and draft.release.environment.protected:
            _tell(draft, team, found)
    emptied = {
        team for team, found in awaited.items() if found.empty and found.on_call and team not in step.emptied
    }
    still = {team for team in step.emptied if team in awaited and awaited[team].empty}
    draft.change(
        deserted=tuple(deserted),
        presence=present,
        emptied=tuple(sorted(emptied | still)),
        called=tuple(team for team in step.called if team not in emptied),
    )
    draft.show()
    return True


def _tell(draft: Draft, team: str, found: Awaited) -> None:
    until = min(each.until for each in found.away)
    users = ", ".join(sorted(found.gone))
    draft.post("signers_away", {"team": team, "users": users, "until": until.isoformat()})
