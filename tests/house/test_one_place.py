"""One action, one place: a command, a gate or a CI needs its own files and its lines in registries, and nothing else.

Each is added in a copy of the tree and used there: parsed, decided, saved, read back and put into words.
"""

import ast
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, module_files, named, parsed

PARK = '''"""`/release park r42 reason`: keep a release where it is."""

from dataclasses import dataclass
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, free_text, parse_release
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.outcome import Refusal, Reply
from handlers.requests import UsageError
from handlers.rights import refuse_unless


@dataclass(frozen=True, slots=True)
class Parked(ReleaseAction):
    """A person parked a release."""

    event_name: ClassVar[str] = "parked"

    reason: str


def parse(words: tuple[str, ...], context: CommandContext) -> Parked | UsageError:
    """Parse the release and the reason."""
    found = parse_release(words, "park")
    return found if isinstance(found, UsageError) else Parked(found[0], context.actor, free_text(found[1]))


def record(draft: Draft, event: Parked) -> Reply | Refusal:
    """Say that the release is parked."""
    refusal = refuse_unless(draft, event.actor, draft.release.plan.operators, "park")
    if refusal is not None:
        return refusal
    draft.post("parked", {"by": event.actor, "reason": event.reason})
    return Reply("parked", {"release": f"r{draft.release.number}"})


ACTION = Action("park", ("park r42 the fair goes first",), "keep a release where it is", parse, {Parked: record})
'''

PARK_WORDS = '''"""Words about `/release park`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    verbs={"park": "park {this}"},
    replies={"parked": "{release} is parked."},
    thread={"parked": "{by:user} parks it{reason:because}."},
    history={"parked": "{actor:user} parked it{reason:because}"},
    attempted={"parked": "park it"},
)
'''

USE_PARK = """
from bot.blocks.replies import refused, replied
from bot.blocks.thread import thread_post
from bot.blocks.values import encode
from bot.blocks.words.events import ATTEMPTED, HISTORY
from bot.blocks.words.help import help
from handlers.actions import RESERVED, read_command
from handlers.command_parsing import CommandContext
from handlers.decide import decide
from handlers.outcome import Refusal
from storage.codec import dumps, loads
from tests.bot.blocks.world import DIRECTORY, NAMES
from tests.handlers.builders import NOW, TIM, MARA, facts, release

context = CommandContext(TIM, {"website": ("staging", "production")}, "website")
event = read_command("park r1 the fair goes first", context)
decision = decide(release(), event, facts(), NOW, seed="seed")
assert replied(decision.reply, None, NAMES, DIRECTORY).text == "r1 is parked."
assert "parks it" in thread_post(decision.effects[0], release(), NAMES, DIRECTORY).text
refusal = decide(release(), read_command("park r1", CommandContext(MARA)), facts(), NOW, seed="seed")
assert isinstance(refusal, Refusal)
assert "can park this" in refused(refusal, NAMES, DIRECTORY).text
assert loads(type(event), dumps(event)) == event
assert "park r42 the fair goes first" in str(help().blocks)
assert "park" in RESERVED
assert {"parked"} <= HISTORY.keys() & ATTEMPTED.keys()
"""

WEEKDAY = '''"""The `weekday` gate: a step starts on some days of the week only."""

from dataclasses import dataclass, field
from datetime import timedelta

from handlers.gate import Gate, GateContext, GateResult, GateSettings, Reason, opened, waiting

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class WeekdaySettings(GateSettings):
    """The days on which a step may start."""

    days: tuple[str, ...] = field(metadata={"own_value": True, "choices": DAYS})


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Open on the days of each rule."""
    weekdays = (each for each in context.settings if isinstance(each, WeekdaySettings))
    return tuple(_check(each, context) for each in weekdays)


def _check(weekday: WeekdaySettings, context: GateContext) -> GateResult:
    if DAYS[context.now.weekday()] in weekday.days:
        return opened("weekday")
    reason = Reason("other_weekday", {"days": ", ".join(weekday.days)}, (), context.now + timedelta(hours=1))
    return waiting("weekday", reason)


GATE = Gate("weekday", check, WeekdaySettings)
'''

WEEKDAY_WORDS = '''"""Words about the gate that opens on some days of the week only."""

from bot.blocks.words.action_words import GateWords

GATE = GateWords(
    waited="another day",
    reasons={"other_weekday": "It may start on {days:long} only."},
    short={"other_weekday": "its weekday is another"},
    called_off={"other_weekday": "its weekday had closed"},
)
'''

USE_WEEKDAY = """
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.blocks.waits import Waiting, in_short, wait_lines
from handlers.release import Kind
from handlers.why import why
from storage.codec import dump_plan, load_plan
from tests.bot.blocks.world import DIRECTORY, NAMES
from tests.bot.policy.drafts import changed, read
from tests.handlers.builders import NOW, facts, release

days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
another = days[(NOW.weekday() + 1) % 7]
with tempfile.TemporaryDirectory() as folder:
    reading = read(Path(folder), changed(("- {sign_off: ops}", "- {sign_off: ops}\\n          - {weekday: [" + another + "]}")))
    assert not reading.errors, reading.errors
    plan = reading.policy.plans["website"]
    wrong = read(Path(folder), changed(("- {sign_off: ops}", "- {windw: [mon]}")))
    assert "weekday" in str(wrong.errors[0])
assert load_plan(dump_plan(plan), plan.fingerprint) == plan
gates = plan.environments[1].gates
first = replace(plan.environments[0], gates=gates[-1:])
known = replace(release(), plan=replace(plan, environments=(first, *plan.environments[1:])))
reasons = why(known, facts(), NOW)
assert [each.code for each in reasons] == ["other_weekday"]
waiting = Waiting(known, reasons)
assert wait_lines(waiting, NAMES, DIRECTORY) == [f"It may start on {another} only."]
assert "weekday is another" in in_short(waiting, NAMES, DIRECTORY)
assert not [each for each in why(known, facts(), NOW + timedelta(days=1)) if each.code == "other_weekday"]
"""

CI_INIT = '''"""The `paper` CI: somebody deploys by hand, from a list on paper."""

from bot.ci.kind import CiKind
from bot.ci.paper.provider import connect
from bot.ci.paper.settings import PaperSettings

KIND = CiKind(settings=PaperSettings, connect=connect)
"""The entry of bot/ci/__init__.py."""
'''

CI_SETTINGS = '''"""The settings of `paper`."""

from typing import Annotated

from pydantic import Field

from bot.ci.settings import CiSettings
from bot.schema.fields import text
from bot.schema.words import WORD


class PaperSettings(CiSettings):
    """Where the paper is."""

    drawer: Annotated[str, text(WORD)] = Field(description="where the paper is")
'''

CI_PROVIDER = '''"""Drives deployments by hand."""

from collections.abc import Sequence

from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import STOP_LATER, Accepted, RunStatus, StartResult, StartRequest, StopAnswer, Target
from handlers.facts import Capabilities
from handlers.policy import Connection
from handlers.reports import FoundRun


class Paper(Provider):
    """A list on paper."""

    def __init__(self, connection: Connection) -> None:
        self.name = connection.name
        self.drawer = connection.settings["drawer"]
        self.capabilities = Capabilities(cancel=False)
        self.poll = 60.0

    async def start(self, request: StartRequest) -> StartResult:
        """Write a line."""
        return Accepted(request.correlation)

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Read the list."""
        return ()

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a line."""
        return None

    async def cancel(self, target: Target, correlation: str, run_id: str) -> StopAnswer:
        """Cross a line out."""
        return STOP_LATER

    async def close(self) -> None:
        """Close the drawer."""


def connect(connection: Connection, context: ProviderContext) -> Provider:
    """Open the drawer."""
    return Paper(connection)
'''

USE_CI = """
import tempfile
from pathlib import Path

from bot.ci import KINDS
from tests.bot.policy.drafts import changed, read

ci = ("here: {kind: local, directory: .}", "here: {kind: local, directory: .}\\n  hand: {kind: paper, drawer: left}")
step = ("deploy: {ci: here, command: [./deploy.sh, production]}", "deploy: {ci: hand, workflow: site}")
with tempfile.TemporaryDirectory() as folder:
    reading = read(Path(folder), changed(ci, step))
    assert not reading.errors, reading.errors
    connection = reading.policy.connections["hand"]
    wrong = read(Path(folder), changed((ci[0], ci[1].replace("drawer: left", "draw: left")), step))
    assert "drawer" in str(wrong.errors[0])
provider = KINDS["paper"].connect(connection, None)
assert (provider.name, provider.drawer) == ("hand", "left")
"""

Edit = tuple[str, str]
ADDITIONS: dict[str, tuple[Mapping[str, str], Mapping[str, tuple[Edit, Edit]], str]] = {
    "a command": (
        {"handlers/actions/park.py": PARK, "bot/blocks/words/park.py": PARK_WORDS},
        {
            "handlers/actions/__init__.py": (
                ("    history,\n", "    history,\n    park,\n"),
                ("    waive.ACTION,\n", "    waive.ACTION,\n    park.ACTION,\n"),
            ),
            "bot/blocks/words/registry.py": (
                ("    cancel,\n", "    cancel,\n    park,\n"),
                ('    "cancel": cancel.WORDS,\n', '    "cancel": cancel.WORDS,\n    "park": park.WORDS,\n'),
            ),
        },
        USE_PARK,
    ),
    "a gate": (
        {"handlers/gates/weekday.py": WEEKDAY, "bot/blocks/words/weekday.py": WEEKDAY_WORDS},
        {
            "handlers/gates/__init__.py": (
                (
                    "    turn,\n    window,\n",
                    "    turn,\n    weekday,\n    window,\n",
                ),
                ("        turn.GATE,\n", "        weekday.GATE,\n        turn.GATE,\n"),
            ),
            "bot/blocks/words/registry.py": (
                ("    waive,\n    window,\n", "    waive,\n    weekday,\n    window,\n"),
                ('    "turn": turn.GATE,\n', '    "weekday": weekday.GATE,\n    "turn": turn.GATE,\n'),
            ),
        },
        USE_WEEKDAY,
    ),
    "a CI": (
        {
            "bot/ci/paper/__init__.py": CI_INIT,
            "bot/ci/paper/settings.py": CI_SETTINGS,
            "bot/ci/paper/provider.py": CI_PROVIDER,
        },
        {
            "bot/ci/__init__.py": (
                ("jenkins, local\n", "jenkins, local, paper\n"),
                ('    "local": local.KIND,\n', '    "local": local.KIND,\n    "paper": paper.KIND,\n'),
            ),
        },
        USE_CI,
    ),
}
"""By what is added: its own files, its name and its line in each registry, and a program that uses it."""


@pytest.mark.slow
@pytest.mark.parametrize("what", ADDITIONS)
def test_what_is_added_needs_its_files_and_its_lines(what: str, tmp_path: Path) -> None:
    files, registries, program = ADDITIONS[what]
    for package in (*PACKAGES, "tests"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.png")
        )
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    for name, edits in registries.items():
        text = (tmp_path / name).read_text(encoding="utf-8")
        for old, new in edits:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ran.returncode, ran.stderr


SHARED = {"handlers.actions.action", "bot.blocks.words.action_words"}
OWN = ("handlers/actions/", "handlers/gates/", "bot/blocks/words/", "bot/ci/")
ALLOWED = {
    # The form to start a release and a second start of a build stand for this very command.
    "bot/slack/interactions.py": {"handlers.actions.journey"},
}
"""Places that name one action for a reason."""


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, with the names that it takes from packages."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def leaves() -> set[str]:
    """Return the modules that hold one action, one query or the words of one of these."""
    folders = ("handlers/actions", "bot/blocks/words")
    actions = {path.stem for path in (ROOT / folders[0]).glob("*.py")} - {"__init__", "action"}
    dotted = (f"{folder.replace('/', '.')}.{name}" for folder in folders for name in actions)
    return {each for each in dotted if (ROOT / f"{each.replace('.', '/')}.py").is_file()}


def test_an_action_is_named_by_registries_only() -> None:
    """No module of the product but a registry imports an action or the words of one."""
    registries = {
        ROOT / "handlers/actions/__init__.py",
        ROOT / "bot/blocks/words/registry.py",
        ROOT / "bot/blocks/queries.py",
    }
    found = {
        named(path): leaves() & imported(path) - ALLOWED.get(named(path), set())
        for path in module_files()
        if path not in registries
    }
    assert not {name: modules for name, modules in found.items() if modules}


def test_a_code_is_said_in_its_own_files() -> None:
    """What one action alone answers is spelled in its own file and in its words, and nowhere else in the product."""
    actions = ROOT / "handlers/actions"
    names = [path.stem for path in actions.glob("*.py") if path.stem not in {"__init__", "action"}]
    strings = {path: _strings(path) for path in module_files()}
    wandering: list[str] = []
    for name in names:
        words = ROOT / f"bot/blocks/words/{name}.py"
        own = {actions / f"{name}.py", words, ROOT / REQUESTS.get(name, "")}
        if not words.is_file():
            continue
        for code in _sentence_codes(words):
            elsewhere = [named(path) for path, said in strings.items() if code in said and path not in own]
            wandering += [
                f"{name}: {code} in {each}" for each in elsewhere if each not in SHARED_CODES.get(code, ())
            ]
    assert not wandering


REQUESTS = {
    # Which build or release is meant is a file of its own for its length.
    "journey": "handlers/promotion.py",
}
"""Where the request of an action is, if not in its own file."""

SHARED_CODES = {
    # Its reply has a button to cancel it.
    "too_late_to_hold": ("bot/blocks/replies.py",),
    # Its reply has a button for the environment that was skipped; an emergency may not skip every one.
    "skipped_environment": ("bot/blocks/replies.py", "handlers/actions/emergency.py"),
    # Neither a rollback nor an emergency deploys what is live.
    "already_live": ("handlers/actions/emergency.py",),
    # Its reply has a button to deploy it again.
    "live_already": ("bot/blocks/replies.py",),
}
"""Refusals that other files have to know, by code."""


def _strings(path: Path) -> set[str]:
    return {
        each.value
        for each in ast.walk(parsed(path))
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def _sentence_codes(path: Path) -> set[str]:
    """Return the codes of refusals, which are one action's alone; words such as `started` mean more than one thing."""
    calls = (each for each in ast.walk(parsed(path)) if isinstance(each, ast.Call))
    tables = [word.value for call in calls for word in call.keywords if word.arg == "refusals"]
    keys = (key for table in tables if isinstance(table, ast.Dict) for key in table.keys)
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
