"""Checks that the policy names enough people for a step's gates, one slot per person."""

from collections.abc import Mapping, Sequence

from handlers.people import Directory
from handlers.sign_off_rule import SignOffRule


def persons_of(team_name: str, directory: Directory) -> frozenset[str] | None:
    """Return the distinct persons of a team.

    None if a user group is part of it, or if it is not described.
    """
    team = directory.teams.get(team_name)
    if team is None or team.usergroup or not team.members:
        return None
    return frozenset(directory.person_of(member) for member in team.members)


def too_small(rule: SignOffRule, directory: Directory) -> int | None:
    """Return how many persons a gate has that needs more.

    None if it can be filled, or if that is not known.
    """
    persons = persons_of(rule.team, directory)
    return len(persons) if persons is not None and len(persons) < rule.needs else None


def unfillable(rules: Sequence[SignOffRule], directory: Directory) -> tuple[int, ...]:
    """Return the positions of gates that have enough people alone, but not together.

    This is a matching of slots with persons. A gate whose team may have more people than are named here takes nobody
    away from the others for certain, nor does one with `same_person: true`.
    """
    slots: list[frozenset[str]] = []
    owners: list[int] = []
    for position, rule in enumerate(rules):
        persons = persons_of(rule.team, directory)
        if persons is not None and not rule.same_person and len(persons) >= rule.needs:
            slots.extend([persons] * rule.needs)
            owners.extend([position] * rule.needs)
    assigned: dict[str, int] = {}
    unassigned = [owners[slot] for slot in range(len(slots)) if not _assign(slot, slots, assigned)]
    return tuple(dict.fromkeys(unassigned))


def _assign(slot: int, slots: Sequence[frozenset[str]], assigned: dict[str, int]) -> bool:
    """Assign somebody to a slot, moving others to slots that they could fill as well."""
    reached: dict[str, int] = {}
    waiting = [slot]
    for current in waiting:
        for person in sorted(slots[current] - reached.keys()):
            reached[person] = current
            if person not in assigned:
                _reassign(person, reached, assigned)
                return True
            waiting.append(assigned[person])
    return False


def _reassign(free: str, reached: Mapping[str, int], assigned: dict[str, int]) -> None:
    held_by = {slot: person for person, slot in assigned.items()}
    person: str | None = free
    while person is not None:
        slot = reached[person]
        assigned[person] = slot
        person = held_by.get(slot)
