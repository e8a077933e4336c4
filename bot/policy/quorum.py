"""Whether a step's gates can be filled at all by the people that the policy names, one person filling one slot of a step."""

from collections.abc import Mapping, Sequence

from handlers.people import Directory
from handlers.plan import SignOffRule


def persons_of(team_name: str, directory: Directory) -> frozenset[str] | None:
    """Give the distinct persons of a team; None if a user group is part of it, or if it is not described."""
    team = directory.teams.get(team_name)
    if team is None or team.usergroup or not team.members:
        return None
    return frozenset(directory.person_of(member) for member in team.members)


def too_small(rule: SignOffRule, directory: Directory) -> int | None:
    """Give how many persons there are for a gate that needs more; None if it can be filled or nobody can tell."""
    persons = persons_of(rule.team, directory)
    return len(persons) if persons is not None and len(persons) < rule.needs else None


def starved(rules: Sequence[SignOffRule], directory: Directory) -> tuple[int, ...]:
    """Give the positions of gates that are big enough alone, but not beside the others of the step.

    This is a matching of slots with persons. A gate whose team may have more people than are named here takes nobody
    away from the others for certain, nor does one that says `same_person: true`.
    """
    slots: list[frozenset[str]] = []
    owners: list[int] = []
    for position, rule in enumerate(rules):
        persons = persons_of(rule.team, directory)
        if persons is not None and not rule.same_person and len(persons) >= rule.needs:
            slots.extend([persons] * rule.needs)
            owners.extend([position] * rule.needs)
    seats: dict[str, int] = {}
    unseated = [owners[slot] for slot in range(len(slots)) if not _seat(slot, slots, seats)]
    return tuple(dict.fromkeys(unseated))


def _seat(slot: int, slots: Sequence[frozenset[str]], seats: dict[str, int]) -> bool:
    """Find somebody for a slot, moving others to slots that they could fill as well."""
    reached: dict[str, int] = {}
    waiting = [slot]
    for current in waiting:
        for person in sorted(slots[current] - reached.keys()):
            reached[person] = current
            if person not in seats:
                _move(person, reached, seats)
                return True
            waiting.append(seats[person])
    return False


def _move(free: str, reached: Mapping[str, int], seats: dict[str, int]) -> None:
    held_by = {slot: person for person, slot in seats.items()}
    person: str | None = free
    while person is not None:
        slot = reached[person]
        seats[person] = slot
        person = held_by.get(slot)
