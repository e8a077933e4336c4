"""docs/policy.md names every key that the policy may have, and says of each whether it has to be there."""

import re
from dataclasses import MISSING, fields

import pytest

from bot.ci import KINDS
from bot.ci.generic import settings as generic
from bot.ci.generic.described_requests import STATES
from bot.policy.deploy import SENT, DeploySection
from bot.policy.emergency import EmergencySection, ReviewSection
from bot.policy.environments import EnvironmentSection, RollbackSection
from bot.policy.freezes import SharedFreezeSection
from bot.policy.loader import PolicyFile
from bot.policy.people import PersonSection, TeamSection, WorkingHoursSection
from bot.policy.public_holidays import HolidaysSection
from bot.policy.reminders import EscalateSection, NotifySection, RemindSection
from bot.policy.services import VERSION_PLACEHOLDERS, BuildsSection, ChangesSection, ServiceSection
from bot.policy.tickets import TicketsSection
from bot.policy.tokens import TokenSection
from bot.policy.waiving import WaiveSection
from bot.policy.windows import WindowSection
from bot.schema.section import Section
from handlers.gates import SETTINGS
from handlers.policy import TOKEN_RIGHTS
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
SECTIONS: dict[str, type[Section]] = {
    "the file": PolicyFile,
    "a team": TeamSection,
    "a person": PersonSection,
    "hours": WorkingHoursSection,
    "remind": RemindSection,
    "an escalation": EscalateSection,
    "notify": NotifySection,
    "a token": TokenSection,
    "a service": ServiceSection,
    "builds": BuildsSection,
    "changes": ChangesSection,
    "tickets": TicketsSection,
    "waive": WaiveSection,
    "an environment": EnvironmentSection,
    "a rollback": RollbackSection,
    "an emergency": EmergencySection,
    "a review": ReviewSection,
    "deploy": DeploySection,
    "a window": WindowSection,
    "holidays": HolidaysSection,
    "a freeze": SharedFreezeSection,
    **{kind: each.settings for kind, each in KINDS.items()},
    "trigger": generic.Trigger,
    "status": generic.Status,
    "cancel": generic.Cancel,
    "search": generic.Search,
    "webhook": generic.Webhook,
}
ROW = re.compile(r"^\| `(\w+)` \| \S.* \| (\S.*) \|$", re.MULTILINE)


def written(name: str) -> dict[str, bool]:
    """Return the keys of a table on the page, and whether each is required."""
    table = PAGE.partition(f"<!-- keys of {name} -->")[2].partition("\n\n")[0]
    return {key: default == "required" for key, default in ROW.findall(table)}


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_is_on_the_page(name: str) -> None:
    model = SECTIONS[name].model_fields
    keys = {field.alias or key: field.is_required() for key, field in model.items()}
    assert written(name) == keys, f"docs/policy.md: mend the table behind <!-- keys of {name} -->"


def test_every_gate_is_on_the_page() -> None:
    gates = {"sign_off": "a sign-off"}
    assert set(SETTINGS) == set(gates), (
        "docs/policy.md needs a table for each gate that is named under `gates`"
    )
    for gate, name in gates.items():
        keys = {
            gate if each.metadata.get("own_value") else each.name: each.default is MISSING
            for each in fields(SETTINGS[gate])
        }
        assert written(name) == keys


def test_no_table_is_left_over() -> None:
    assert set(re.findall(r"<!-- keys of ([\w -]+) -->", PAGE)) == {*SECTIONS, "a sign-off"}


def test_the_words_of_a_value_are_on_the_page() -> None:
    named = {*TOKEN_RIGHTS, *SENT, *STATES, *(f"{{{each}}}" for each in VERSION_PLACEHOLDERS), *KINDS}
    assert not [word for word in named if f"`{word}`" not in PAGE]
