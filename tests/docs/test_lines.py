"""Every line of `/release` on the pages is read as the command that it begins with; none is answered with a question."""

import re

import pytest

from handlers.actions import COMMANDS, read_command
from handlers.command_parsing import CommandContext
from handlers.requests import Query, Request, Several, SignSeveralForm, StartForm, UsageError
from tests.docs.pages import FENCED, PAGES
from tests.handlers.builders import TIM
from tests.handlers.typed import SATURDAY

ENVIRONMENTS = ("staging", "production")
HERE = CommandContext(
    TIM,
    {"website": ENVIRONMENTS, "cart": ENVIRONMENTS, "search": ENVIRONMENTS},
    "website",
    SATURDAY,
    teams=("testers", "ops"),
)
BEFORE = {"CHANGELOG.md"}
"""Pages that tell what was."""


def typed_on(text: str) -> list[str]:
    """List the lines that a page shows; a command that is only named is none."""
    spoken = re.findall(r"`/release\b ?([^`\n]*)`", FENCED.sub("", text))
    shown = re.findall(
        r"^/release\b ?(.*)$", "\n".join(match[3] for match in FENCED.finditer(text)), re.MULTILINE
    )
    return [line.strip() for line in (*spoken, *shown) if line.strip() not in COMMANDS]


LINES = sorted({line for path, text in PAGES.items() if path.name not in BEFORE for line in typed_on(text)})


def commands_of(request: Request) -> set[str]:
    """Return the commands that a line may have begun with to be read as a request."""
    match request:
        case StartForm():
            return {"journey"}
        case SignSeveralForm():
            return {"approve"}
        case Query(kind="why"):
            return {"why", "status"}
        case Query(kind=kind):
            return {kind}
        case Several(parts=parts):
            return set[str]().union(*(commands_of(part) for part in parts))
        case _:
            name = type(request).__module__.rpartition(".")[2]
            return {{"promotion": "journey", "requests": "notify"}.get(name, name)}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_read_as_what_it_says(line: str) -> None:
    request = read_command(line, HERE)
    assert not isinstance(request, UsageError), f"/release {line} is answered with {request}: mend the page"
    first = line.partition(" ")[0]
    said = {first if first in COMMANDS else "emergency" if "emergency" in line.split() else "journey"}
    assert commands_of(request) == said or first in commands_of(request)


def test_most_commands_are_shown() -> None:
    assert set(COMMANDS) - {
        "journey",
        "help",
        "mine",
        "whoami",
        "builds",
        "why",
        "where",
        "status",
        "history",
    } <= {line.partition(" ")[0] for line in LINES}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("say `/release staging` or `/release`", ["staging", ""]),
        ("`/release unlock` is named", []),
        ("```text\n/release why r42\n```", ["why r42"]),
    ],
)
def test_lines_are_found(text: str, lines: list[str]) -> None:
    assert typed_on(text) == lines
