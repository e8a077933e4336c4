"""The README says what is so: its tree is the tree, its diagram is the code's, and everything that it names is there."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import run_command
from handlers.step import StepState
from tests import diagram
from tests.house.tree import ROOT, tracked_files

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
DEEP = 2
FENCED = re.compile(r"^( *)```\w*\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
CODE = tuple(match[2] for match in FENCED.finditer(TEXT)) + tuple(
    re.findall(r"`([^`\n]+)`", FENCED.sub("", TEXT))
)
"""All that stands there as code: blocks and words."""


def between(begin: str, end: str) -> str:
    """Give what stands between two marks."""
    return TEXT.partition(begin)[2].partition(end)[0]


def section(title: str) -> str:
    """Give what stands under a heading."""
    return re.split(r"^#+ ", TEXT.partition(f"\n## {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def drawn_tree() -> Iterator[tuple[str, str]]:
    """Give the folders of the tree as it is drawn, each with its sentence."""
    above: list[str] = []
    for line in between("<!-- the tree -->", "<!-- end of the tree -->").splitlines():
        entry = re.match(r"( *)([\w.]+)/ *(.*)", line)
        if entry:
            above = [*above[: len(entry[1]) // 2], entry[2]]
            yield "/".join(above), entry[3]


def folders() -> set[str]:
    """Give the folders that git keeps, as deep as they are drawn."""
    parents = {parent for name in tracked_files() for parent in Path(name).parents}
    return {folder.as_posix() for folder in parents if 0 < len(folder.parts) <= DEEP}


def named_files() -> list[str]:
    """Give every path of this repository that the README names."""
    tops = {name.split("/")[0] for name in tracked_files()}
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT)
    spoken = re.findall(r"(?<![\w/.])(?:bot|docs|handlers|storage|tests)/[\w./]*\w", TEXT)
    return sorted(
        {*linked, *spoken, *(word for word in CODE if word.split("/")[0] in tops and " " not in word)}
    )


def shiproom_commands() -> list[tuple[str, ...]]:
    """Give every `shiproom` command that is named, each with the options that are named with it."""
    found: set[tuple[str, ...]] = set()
    for line in (line for code in CODE for line in code.splitlines()):
        command = re.search(r"(?:^|bin/)shiproom ((?:audit )?[a-z]+)(.*)", line)
        if command:
            found.add((*command[1].split(), *re.findall(r"--[a-z-]+", command[2])))
    return sorted(found)


def test_the_tree_is_the_tree() -> None:
    if not tracked_files():
        pytest.skip("Nothing tells what is kept where this is no checkout.")
    assert {folder for folder, _ in drawn_tree() if folder.count("/") < DEEP} == folders()
    hollow = {"tests"}
    assert {folder for folder, sentence in drawn_tree() if not sentence} == hollow


def test_the_diagram_is_the_codes() -> None:
    assert diagram.drawn_in(TEXT) == TEXT, "write it anew: python -m tests.diagram --write"


def test_every_state_is_drawn() -> None:
    drawn = between(diagram.BEGIN, diagram.END)
    assert {state for state in StepState if f"{state} -->" in drawn and f"--> {state}" in drawn} == set(
        StepState
    )


def test_files_are_there() -> None:
    assert not [name for name in named_files() if not (ROOT / name).exists()]


def test_every_target_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {match for code in CODE for match in re.findall(r"^(?:\S+ )?make ([a-z]+)", code, re.MULTILINE)}
    assert {"demo", "test", "check"} <= named <= targets


@pytest.mark.parametrize("words", shiproom_commands(), ids=" ".join)
def test_command_is_there(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    command = [word for word in words if not word.startswith("--")]
    with pytest.raises(SystemExit) as ended:
        run_command([*command, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert not [word for word in words if word.startswith("--") and word not in told]


def test_every_command_is_named() -> None:
    named = {words[0] if words[0] != "audit" else " ".join(words[:2]) for words in shiproom_commands()}
    assert {"run", "demo", "check", "migrate", "audit verify", "audit export"} == named


def test_every_variable_is_named() -> None:
    settings = (ROOT / "bot" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'environ(?:\.get\(|\[)"(\w+)"', settings))
    table = re.findall(r"^\| (`[A-Z][^|]*) \|", TEXT, re.MULTILINE)
    assert {name for cell in table for name in re.findall(r"`(\w+)`", cell)} == read


def test_dependencies_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [re.split(r"[\[<>=~!; ]", each)[0] for each in project["dependencies"]]
    given = re.findall(r"^- `([\w-]+)`: \S", section("Dependencies"), re.MULTILINE)
    assert given == wanted
