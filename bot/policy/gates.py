"""The `gates:` of a step: a list of mappings, each holding one gate's name and that gate's options side by side."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.policy.faults import Place, shown
from bot.policy.nodes import Listing
from bot.policy.readers import Written
from bot.policy.references import References
from bot.policy.section import Section
from handlers.plan import SignOffRule

MOST_ITEMS = 10
MOST_LETTERS = 75
"""Slack's limits for check boxes: ten options of 75 characters (docs.slack.dev/reference/block-kit/composition-objects)."""


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A gate and where it is written."""

    rule: SignOffRule
    place: Place


def read_gates(section: Section, references: References) -> tuple[WrittenRule, ...]:
    """Read the gates of a step; `[]` says that there are none."""
    if section.is_empty_list("gates"):
        return ()
    read = (_gate(each, references) for each in section.sections("gates", "gate"))
    return tuple(rule for rule in read if rule is not None)


def _gate(section: Section, references: References) -> WrittenRule | None:
    kinds = [kind for kind in GATE_READERS if kind in section]
    if len(kinds) != 1:
        wanted = ", ".join(f"`{kind}: ...`" for kind in GATE_READERS)
        section.findings.fault(
            section.place, f"a gate is named by one key of its mapping; possible: {wanted}"
        )
        return None
    rule = GATE_READERS[kinds[0]](section, references)
    section.close()
    return WrittenRule(rule, section.place)


def _sign_off(section: Section, references: References) -> SignOffRule:
    return SignOffRule(
        team=references.team(section, "sign_off").text,
        needs=section.count("needs", 1),
        checklist=_checklist(section),
        requester_may_sign=section.flag("requester_may_sign", default=False),
        same_person=section.flag("same_person", default=False),
        authors_may_sign=section.flag("authors_may_sign", default=True),
    )


def _checklist(section: Section) -> tuple[str, ...]:
    items = section.texts("checklist")
    node = section.node("checklist")
    if isinstance(node, Listing) and len(node.items) > MOST_ITEMS:
        section.findings.fault(
            node.items[MOST_ITEMS].place, f"a checklist has at most {MOST_ITEMS} items: shorten it"
        )
    for item in items:
        _fits(section, item)
    return tuple(item.text for item in items)


def _fits(section: Section, item: Written) -> None:
    if len(item.text) > MOST_LETTERS:
        found = f"{shown(item.text)} has {len(item.text)} characters"
        section.findings.fault(item.place, f"{found}: an item of a checklist has at most {MOST_LETTERS}")


GATE_READERS: dict[str, Callable[[Section, References], SignOffRule]] = {"sign_off": _sign_off}
