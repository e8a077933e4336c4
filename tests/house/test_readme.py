"""The pages say what is so: trees, diagrams and tables are the code's, and everything that they name is there."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import trust
from bot.cli import COMMANDS, run_command
from bot.commands.check import UNASKED
from handlers import events
from handlers.actions import ENVIRONMENT_RULES
from handlers.effects import EFFECT_NAMES
from handlers.record import RECORD
from handlers.release import ReleaseState
from handlers.starting import new_release
from handlers.step import OVER, StepState
from storage.history import POLICY_LOADED
from storage.migrations.adoption import ADOPTED
from storage.restored import RESTORED
from tests import diagram, words
from tests.handlers import builders
from tests.house.tree import ROOT, parsed, tracked_files

DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
TOP = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}
README, CONTRIBUTING = TOP["README.md"], TOP["CONTRIBUTING.md"]
TEXT = "\n".join((*TOP.values(), *DOCS.values()))
PAGES = {
    **{ROOT / name: text for name, text in TOP.items()},
    **{ROOT / "docs" / k: v for k, v in DOCS.items()},
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEEP = 2
FENCED = re.compile(r"^( *)```\w*\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
CODE = tuple(match[2] for match in FENCED.finditer(TEXT)) + tuple(
    re.findall(r"`([^`\n]+)`", FENCED.sub("", TEXT))
)
"""All that stands on the pages as code: blocks and words."""

MOST_LINES = 100


def between(text: str, begin: str, end: str) -> str:
    """Return what stands between two marks."""
    return text.partition(begin)[2].partition(end)[0]


def first_cells(table: str) -> list[list[str]]:
    """List the code words in the first cell of each row of a table, its head left out."""
    rows = re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE)[1:]
    return [re.findall(r"`([^`]+)`", cell) for cell in rows]


def section(text: str, title: str) -> str:
    """Return what stands under a heading."""
    return re.split(r"^#+ ", text.partition(f"## {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def drawn_tree() -> Iterator[tuple[str, str]]:
    """List the folders of the tree as it is drawn, each with its sentence."""
    above: list[str] = []
    for line in between(
        DOCS["architecture.md"], "<!-- the tree -->", "<!-- end of the tree -->"
    ).splitlines():
        entry = re.match(r"( *)([\w.]+)/ *(.*)", line)
        if entry:
            above = [*above[: len(entry[1]) // 2], entry[2]]
            yield "/".join(above), entry[3]


def folders() -> set[str]:
    """List the folders that git keeps, as deep as they are drawn."""
    kept = (Path(name) for name in tracked_files() if (ROOT / name).exists())
    parents = {parent for path in kept for parent in path.parents}
    return {folder.as_posix() for folder in parents if 0 < len(folder.parts) <= DEEP}


def named_files() -> list[str]:
    """List every path of this repository that a page names."""
    tops = {name.split("/")[0] for name in tracked_files()}
    spoken = re.findall(r"(?<![\w/.])(?:bot|docs|handlers|storage|tests)/[\w./-]*\w(?![\w<])", TEXT)
    words_of_code = {word for word in CODE if word.split("/")[0] in tops and not re.search(r"[ <]", word)}
    return sorted({*spoken, *words_of_code})


def links() -> Iterator[tuple[Path, str, str]]:
    """List every link from a page into this repository: the page, the path and the heading."""
    for page, text in PAGES.items():
        for path, _, heading in (
            link.partition("#") for link in re.findall(r"\]\((?!https?:)([^)]+)\)", text)
        ):
            yield page, path, heading


def shiproom_commands(code: tuple[str, ...] = CODE) -> list[tuple[str, ...]]:
    """List every `shiproom` command that is named, each with the options that are named with it."""
    found: set[tuple[str, ...]] = set()
    for line in (line for each in code for line in each.splitlines()):
        command = re.search(r"(?:^|bin/)shiproom ((?:audit )?[a-z]+)(.*)", line)
        if command:
            found.add((*command[1].split(), *re.findall(r"--[a-z-]+", command[2])))
    return sorted(found)


def make_targets(text: str) -> set[str]:
    """List the targets of make that a page names as code."""
    code = [match[2] for match in FENCED.finditer(text)] + re.findall(r"`([^`\n]+)`", FENCED.sub("", text))
    return {match for each in code for match in re.findall(r"^(?:\S+ )?make ([a-z]+)", each, re.MULTILINE)}


def layers(package: str) -> list[set[str]]:
    """List the layers that a package's import contract sets."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (found,) = [each for each in contracts if each.get("containers") == [package]]
    return [set(layer.split(" | ")) for layer in found["layers"]]


def event_names() -> set[str]:
    """List the public name of every event, found by walking its classes and the registries."""
    reported = {
        events.BuildReported,
        events.CommitsCompared,
        events.ExternalRunSeen,
        events.ExternalWatchStarted,
    }
    waiting: list[type] = [events.StartsRelease, events.ReleaseEvent, events.EnvironmentEvent]
    classes: set[type] = {*RECORD, *ENVIRONMENT_RULES, *reported}
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        # A test's own events are no events of Shiproom.
        classes |= {each for each in below if each.__module__.startswith("handlers.")}
    # A kind of events, such as what people do to a release, has no name of its own.
    names = {vars(each).get("event_name") for each in classes}
    return {name for name in names if isinstance(name, str)} | {POLICY_LOADED, ADOPTED, RESTORED}


def test_the_tree_is_the_tree() -> None:
    if not tracked_files():
        pytest.skip("Nothing says what is kept where this is no checkout.")
    assert {folder for folder, _ in drawn_tree() if folder.count("/") < DEEP} == folders()
    hollow = {"tests"}
    assert {folder for folder, sentence in drawn_tree() if not sentence} == hollow


@pytest.mark.parametrize("package", ["handlers", "bot"])
def test_layers_are_those_of_the_contracts(package: str) -> None:
    table = between(
        DOCS["architecture.md"], f"<!-- the layers of {package} -->", "<!-- end of the layers -->"
    )
    assert [set(cell) for cell in first_cells(table)] == layers(package)


def test_the_diagram_is_the_codes() -> None:
    text = DOCS["states.md"]
    assert diagram.drawn_in(text) == text, "write it again: python -m tests.diagram --write"


def test_every_state_is_drawn() -> None:
    drawn = between(DOCS["states.md"], diagram.BEGIN, diagram.END)
    assert {state for state in StepState if f"{state} -->" in drawn and f"--> {state}" in drawn} == set(
        StepState
    )


def test_states_of_a_release_follow_from_its_step() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (`[^|]*`) \|", section(DOCS["states.md"], "The states of a release"), re.MULTILINE
    )
    written = {(step, state) for state, cell in rows for step in re.findall(r"`(\w+)`", cell)}
    event = events.Started(builders.build(), "staging", builders.ANDY, (builders.ANDY,))
    release = new_release(1, event, builders.plan(), builders.NOW)
    first = release.steps[0]
    states = {
        each.value: replace(release, steps=(replace(first, state=each), *release.steps[1:])).state.value
        for each in StepState
        if each not in OVER
    }
    assert written == set(states.items())
    named = first_cells(section(DOCS["states.md"], "The states of a release"))
    assert {cell[0] for cell in named if cell} == set(ReleaseState)


@pytest.mark.parametrize("page", words.PAGES, ids=lambda page: page.name)
def test_the_words_are_those_of_the_registry(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert words.written_in(text) == text, "write them again: python -m tests.words --write"


def test_who_may_do_what_is_said_once_and_of_every_word() -> None:
    said = section(DOCS["commands.md"], "Who may")
    rows = [line.split("|")[1] for line in said.splitlines() if line.startswith("|")]
    assert sorted(set(rows)) == sorted(rows)
    named = {line.split()[0] for line in re.findall(r"`([a-z][^`]*)`", said)}
    assert {action.name for action in words.ACTIONS} - named - {"journey"} == set()


def test_a_bar_ends_no_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    action = replace(words.ACTIONS[0], usage=("a|b",), summary="one | two")
    monkeypatch.setattr(words, "ACTIONS", (action,))
    assert [*words.rows()][-1] == "| `/release a\\|b` | one \\| two |"


def test_the_first_policy_is_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", section(README, "The first policy"), re.DOTALL)
    path = tmp_path / "shiproom.yml"
    path.write_text(block, encoding="utf-8")
    assert run_command(["check", "--without-secrets", "--config", str(path)]) == 0
    *warnings, last = capsys.readouterr().out.splitlines()
    assert last == f"{path} is fine: website.{UNASKED}"
    assert all(
        "is a placeholder of the example" in each or "there is no `./deploy.sh`" in each for each in warnings
    )


def test_files_are_there() -> None:
    assert not [name for name in named_files() if not (ROOT / name).exists()]


def test_links_lead_somewhere() -> None:
    astray: list[str] = []
    for page, path, heading in links():
        target = page.parent / path if path else page
        text = target.read_text(encoding="utf-8") if target.suffix == ".md" and target.exists() else ""
        headings = {each.lower().replace(" ", "-") for each in re.findall(r"^#+ (.*)", text, re.MULTILINE)}
        if not target.exists() or (heading and heading not in headings):
            astray.append(f"{page.name}: {path}#{heading}")
    assert not astray


def test_every_guarantee_names_its_tests() -> None:
    pieces = re.split(r"^- \*\*(G\d\w?)\b", DOCS["guarantees.md"], flags=re.MULTILINE)[1:]
    guarantees = dict(zip(pieces[::2], pieces[1::2], strict=True))
    assert list(guarantees) == ["G1", "G2", "G3a", "G3b", "G4", "G5", "G6", "G7", "G8"]
    proofs = {name: re.findall(r"`(tests/[\w/]+\.py)`", text) for name, text in guarantees.items()}
    assert not [name for name, files in proofs.items() if not files]
    assert not [file for files in proofs.values() for file in files if not (ROOT / file).is_file()]


def test_every_event_is_named() -> None:
    named = [cell[0] for cell in first_cells(section(DOCS["history.md"], "Events"))]
    assert len(named) == len(set(named))
    assert set(named) == event_names()


def test_every_effect_is_named() -> None:
    named = [cell[0] for cell in first_cells(section(DOCS["history.md"], "Effects"))]
    assert sorted(named) == sorted(EFFECT_NAMES.values())


def test_functions_of_storage_are_there() -> None:
    table = DOCS["storage.md"].partition("|---|")[2].partition("## ")[0]
    named = re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE)
    functions = {
        f"{path.stem}.{each.name}"
        for path in (ROOT / "storage").glob("*.py")
        for each in parsed(path).body
        if isinstance(each, ast.FunctionDef)
    }
    files = {path.name for path in (ROOT / "storage").glob("*.py")}
    cells = [re.findall(r"`([\w.]+)`", cell) for cell in named]
    # A row names its module once: `builds.get`, `newest`.
    wanted = {
        each if "." in each else f"{cell[0].partition('.')[0]}.{each}" for cell in cells for each in cell
    }
    assert wanted
    assert not wanted - functions - files


def test_every_target_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {"demo"} <= make_targets(README)
    assert {"check", "fix", "test", "nightly"} <= make_targets(CONTRIBUTING)
    assert make_targets(TEXT) <= targets


def test_contributing_is_one_page() -> None:
    assert len(CONTRIBUTING.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("command", shiproom_commands(), ids=" ".join)
def test_command_is_there(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command([*(word for word in command if not word.startswith("--")), "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert not [word for word in command if word.startswith("--") and word not in shown]


def test_every_command_is_named() -> None:
    code = tuple(re.findall(r"`([^`\n]+)`", FENCED.sub("", DOCS["environment.md"])))
    named = {each[0] if each[0] != "audit" else " ".join(each[:2]) for each in shiproom_commands(code)}
    every = {each.__name__.rpartition(".")[2] for each in COMMANDS}
    assert (every - {"audit"}) | {"audit verify", "audit export", "audit report"} == named


def test_every_variable_is_named() -> None:
    files = (ROOT / "bot" / name for name in ("settings.py", "listen_address.py"))
    settings = "".join(file.read_text(encoding="utf-8") for file in files)
    read = set(re.findall(r'environ(?:\.get\(|\[)"(\w+)"', settings)) | {trust.NAME}
    table = re.findall(r"^\| (`[A-Z][^|]*) \|", DOCS["environment.md"], re.MULTILINE)
    assert {name for cell in table for name in re.findall(r"`(\w+)`", cell)} == read


def test_dependencies_are_those_of_the_project() -> None:
    extras = PROJECT["project"].get("optional-dependencies", {}).values()
    asked = [*PROJECT["project"]["dependencies"], *(each for extra in extras for each in extra)]
    wanted = [re.split(r"[\[<>=~!; ]", each)[0] for each in asked]
    given = re.findall(r"^- `([\w-]+)`: \S", DOCS["dependencies.md"], re.MULTILINE)
    assert given == wanted
