"""What an action is: one command of `/release` with everything about it.

That is its usage, its parser, its events and the rules that record them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.command_parsing import CommandContext
from handlers.draft import Draft
from handlers.events import EnvironmentEvent, ReleaseAction
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal, Reply
from handlers.plan import Plan
from handlers.release import Release
from handlers.requests import Request, UsageError
from handlers.sign_off_rule import SignOffRule


@dataclass(frozen=True, slots=True)
class ReasonForm:
    """A modal that asks for a reason.

    `rehearsal` is the event with some reason, `line` the command without one.
    """

    rehearsal: ReleaseAction
    line: str


@dataclass(frozen=True, slots=True)
class ChecklistForm:
    """A modal with a gate's checklist.

    `rehearsal` is the event with every item ticked, `line` the command without ticks.
    """

    rehearsal: ReleaseAction
    line: str
    rule: SignOffRule
    note: str = ""


Form = ReasonForm | ChecklistForm
Parse = Callable[[tuple[str, ...], CommandContext], Request | UsageError]
Rule = Callable[[Draft, Any], Reply | Refusal]
EnvironmentRule = Callable[[Plan, Any, Facts, datetime], Decision | Refusal]


@dataclass(frozen=True, slots=True)
class Action:
    """One command of `/release`, and all that handlers/ knows about it.

    `rules` record the events that happen to a release, `environment_rules` those that happen to environments.
    `may_need_form` is a quick check on a plan whether an event may need a modal first; `form` returns which one.
    """

    name: str
    usage: tuple[str, ...]
    summary: str
    parse: Parse
    rules: Mapping[type[Any], Rule] = field(default_factory=dict[type[Any], Rule])
    environment_rules: Mapping[type[EnvironmentEvent], EnvironmentRule] = field(
        default_factory=dict[type[EnvironmentEvent], EnvironmentRule]
    )
    may_need_form: Callable[[Any, Plan], bool] | None = None
    form: Callable[[Any, Release, Facts, datetime], Form | None] | None = None
