"""The example of an environment names what there is, and can be read."""

import re

from bot.settings import Settings, read_settings
from tests.house.test_readme import DOCS, first_cells
from tests.house.tree import ROOT

ENVIRONMENT = ROOT / "docs" / "shiproom.env.example"


def test_the_example_of_an_environment_is_one() -> None:
    written = re.findall(r"^(?:# )?([A-Z_]+)=(\S*)$", ENVIRONMENT.read_text(), re.MULTILINE)
    table = DOCS["environment.md"].partition("| variable |")[2].partition("\n## ")[0]
    known = {name for cell in first_cells(f"| variable |{table}") for name in cell}
    assert {name for name, _ in written} - {"GITHUB_TOKEN"} <= known
    settings = read_settings({name: value.replace("...", "1") for name, value in written})
    assert isinstance(settings, Settings)
    assert settings.policy.parent != settings.state.parent
