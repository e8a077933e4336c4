"""The demo's own release policy: written once, then the reader's to change."""

import os
from collections.abc import Mapping
from pathlib import Path
from string import Template
from zoneinfo import available_timezones

TEMPLATE = Path(__file__).parent / "shiproom.yml"
LOCAL_TIME = Path("/etc/localtime")


def write_policy(file: Path, addresses: Mapping[str, str]) -> None:
    """Write the policy with the addresses of the sites and the repository, unless it exists."""
    if not file.exists():
        template = Template(TEMPLATE.read_text(encoding="utf-8"))
        file.write_text(template.substitute(addresses, time_zone=time_zone()), encoding="utf-8")


def time_zone() -> str:
    """Return the name of this machine's time zone, or UTC if it has none."""
    named = os.environ.get("TZ", "").lstrip(":") or str(LOCAL_TIME.resolve()).rpartition("zoneinfo/")[2]
    return named if named in available_timezones() else "UTC"
