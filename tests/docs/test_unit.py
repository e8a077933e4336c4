"""The unit of docs/systemd.md is what the page says: it starts the bot, with the files of the other pages."""

import configparser
import re

from tests.docs.pages import blocks
from tests.house.tree import ROOT

[UNIT] = [block.text for block in blocks("ini") if block.page == "docs/systemd.md"]


def service() -> configparser.SectionProxy:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # pyright: ignore[reportAttributeAccessIssue] - as the docs of configparser keep the case
    unit.read_string(UNIT)
    return unit["Service"]


def test_the_unit_starts_and_reloads_the_bot() -> None:
    assert service()["ExecStart"].endswith("/shiproom run")
    assert service()["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert (service()["Restart"], service()["KillMode"]) == ("always", "process")


def test_what_the_unit_names_is_what_the_example_of_an_environment_names() -> None:
    example = (ROOT / "docs" / "shiproom.env.example").read_text(encoding="utf-8")
    assert service()["EnvironmentFile"] in example
    written = re.findall(r"^(?:SHIPROOM_STATE=|DATABASE_URL=sqlite:///)(\S+)$", example, re.MULTILINE)
    assert len(written) == 2
    assert all(path.startswith(f"{service()['ReadWritePaths']}/") for path in written)
