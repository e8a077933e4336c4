"""What is not known of those who wrote a build, and has to be before it can be signed."""

from dataclasses import dataclass

from handlers.gate import GateContext
from handlers.sign_off_rule import SignOffRule


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not known of those who wrote a build.

    `authors` are names that no person has, an empty one for somebody whom nobody has named; nobody has told the changes of
    the `versions`.
    """

    authors: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


def doubt(rule: SignOffRule, context: GateContext) -> Doubt:
    """Return what a rule has to know of the authors and does not, without what was waived."""
    authorship, directory = context.authorship, context.membership.directory
    authors: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    if not rule.authors_may_sign:
        authors = tuple(name for name in authorship.authors if directory.person_of_author(name) is None)
        versions = authorship.unknown
    elif context.automatic and not rule.requester_may_sign and authorship.own is None:
        versions = (context.build.version,)
    waived = {name for waiver in context.step.waivers for name in waiver.authors}
    known = {version for waiver in context.step.waivers for version in waiver.versions}
    return Doubt(
        tuple(name for name in authors if name not in waived),
        tuple(version for version in versions if version not in known),
    )
