"""What is not known of those who wrote a build, and has to be before it can be signed; and how far that was waived."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.gate import GateContext
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import Waiver


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not known of those who wrote a build.

    `authors` are names that no person has, an empty one for somebody whom nobody has named; nobody has told the changes of
    the `versions`.
    """

    authors: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


def doubt(rule: SignOffRule, context: GateContext) -> Doubt:
    """Return what a rule has to know of the authors and does not, without what enough people waived."""
    authorship, directory = context.authorship, context.membership.directory
    authors: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    if rule.bars_authors:
        authors = tuple(name for name in authorship.authors if directory.person_of_author(name) is None)
        versions = authorship.unknown
    elif context.automatic and rule.bars_requester and authorship.own is None:
        versions = (context.build.version,)
    return Doubt(
        tuple(name for name in authors if not is_waived(context, author_of(name))),
        tuple(version for version in versions if not is_waived(context, version_of(version))),
    )


Covers = Callable[[Waiver], bool]


def author_of(name: str) -> Covers:
    """Return whether a waiver covers an author."""
    return lambda waiver: name in waiver.authors


def version_of(version: str) -> Covers:
    """Return whether a waiver covers a version whose changes nobody has told."""
    return lambda waiver: version in waiver.versions


def is_waived(context: GateContext, covers: Covers) -> bool:
    """Return whether as many distinct persons waived something as have to."""
    person_of = context.membership.directory.person_of
    persons = {person_of(waiver.by) for waiver in context.step.waivers if covers(waiver)}
    return len(persons) >= context.waiving.needs


def partly_waived(context: GateContext, covers: Covers) -> dict[str, str]:
    """Return who waived something of which more people have to, and how many; empty if nobody did or one is enough."""
    users = tuple(dict.fromkeys(waiver.by for waiver in context.step.waivers if covers(waiver)))
    if not users or context.waiving.needs == 1:
        return {}
    return {"waived_by": ", ".join(users), "waive_needs": str(context.waiving.needs)}


def waiving_teams(context: GateContext) -> tuple[str, ...]:
    """Return the teams that waive: operators, unless the policy names others."""
    return context.waiving.by or context.operators
