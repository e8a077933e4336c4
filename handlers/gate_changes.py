"""Compares what two policies ask before a step: what asks for less is weaker."""

from collections.abc import Iterable, Iterator, Mapping

from handlers.emergency_plan import EmergencyPlan
from handlers.gate import GateSettings
from handlers.sign_off_rule import SignOffRule, sign_off_rules

Found = Iterator[tuple[str, Mapping[str, str]]]
"""Stable codes, each with its values."""


def added(code: str, old: Iterable[str], new: Iterable[str]) -> Found:
    """Return the names that are new under a code; nothing if none is."""
    more = [name for name in new if name not in set(old)]
    if more:
        yield code, {"names": ", ".join(more)}


def emergency_changes(old: EmergencyPlan | None, new: EmergencyPlan | None) -> Found:
    """Compare the emergency lanes of an environment: a new one, and all that widens one."""
    if old is None or new is None:
        if new is not None:
            yield "emergency_added", {"names": ", ".join(new.may)}
        return
    wider = (*added("", old.may, new.may), *added("", old.branches, new.branches))
    for _, values in (*wider, *added("", old.skips, new.skips)):
        yield "emergency_widened", values
    for code, values in gates_changed(old.gates, new.gates):
        yield code, {**values, "emergency": "yes"}
    if new.alone_after and (not old.alone_after or new.alone_after < old.alone_after):
        yield "alone_sooner", {}
    if old.review is not None and (new.review is None or new.review.within > old.review.within):
        yield "review_weaker", {}


def gates_changed(old: Iterable[GateSettings], new: Iterable[GateSettings]) -> Found:
    """Compare the gates before a step; another kind of gate than a sign-off is the same or it is gone."""
    gates = tuple(new)
    rules = {rule.team: rule for rule in sign_off_rules(gates)}
    for gate in old:
        if not isinstance(gate, SignOffRule):
            if gate not in gates:
                yield "gate_removed", {"gate": type(gate).__name__}
        elif gate.team not in rules:
            yield "sign_off_removed", {"team": gate.team}
        else:
            for code, values in _rule_changed(gate, rules[gate.team]):
                yield code, {"team": gate.team, **values}


def _rule_changed(old: SignOffRule, new: SignOffRule) -> Found:
    if new.needs < old.needs:
        yield "needs_fewer", {"before": str(old.needs), "after": str(new.needs)}
    yield from added("checklist_shorter", new.checklist, old.checklist)
    yield from added("apart_from_fewer", new.apart_from, old.apart_from)
    if old.signed_for and not 0 < new.signed_for <= old.signed_for:
        yield "signed_for_longer", {}
    for code in ("requester_may_sign", "same_person", "authors_may_sign"):
        if getattr(new, code) and not getattr(old, code):
            yield code, {}
