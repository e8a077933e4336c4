"""Every code has its words, no words are for a code that is gone, and no sentence asks for a value that nobody gives."""

from collections.abc import Iterator, Mapping

import pytest

from bot.blocks.replies import usage_error
from bot.blocks.words import (
    CHANNEL_POSTS,
    DIRECT_MESSAGES,
    REASONS,
    REFUSALS,
    REPLIES,
    THREAD_POSTS,
    USAGE_ERRORS,
    RenderContext,
)
from bot.blocks.words.events import ATTEMPTED, HISTORY, REFUSED
from bot.blocks.words.posts import LOST_TRACK
from bot.blocks.words.reasons import CALLED_OFF
from bot.blocks.words.refusals import VERBS
from bot.blocks.words.template import Sentence
from handlers.actions import ENVIRONMENT_RULES
from handlers.events import BuildReported, CommitsCompared, ExternalRunSeen, ExternalWatchStarted
from handlers.gates import REVOKING
from handlers.record import RECORD
from handlers.release import ReleaseState
from handlers.requests import UsageError
from handlers.step import StepState
from tests.bot.blocks.codes import actions, codes, emissions
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.world import DIRECTORY, NAMES, NOW

TABLES: dict[str, Mapping[str, Sentence]] = {
    "Refusal": REFUSALS,
    "Reply": REPLIES,
    "Reason": REASONS,
    "PostToThread": THREAD_POSTS,
    "PostToChannel": CHANNEL_POSTS,
    "DirectMessage": DIRECT_MESSAGES,
}
ADDED = {
    "PostToThread": {"release", "title", "service", "version", "teams_wanted", "changes", "waived", "needs"},
    "PostToChannel": {"service", "services"},
    "DirectMessage": {"service", "services"},
    "Reason": {"release", "waived_by", "waive_needs"},
    "Refusal": {"trouble", "services"},
    "Reply": {
        *("services", "beside", "still", "owners", "locked_by_others", "too_many_locks", "behind"),
        *("at", "freeze", "thaws", "opens", "shut"),
        *("again", "signed", "alone", "many", "short_of", "able", "needs", "waived"),
        *("stand_ins", "alone", "not_in_team"),
    },
}
"""What those who say it know of the release or service that it belongs to, or of all services (handlers/everywhere.py), and of
releases (bot/slack/going_on.py)."""

EXAMPLES = {
    "missing": "2",
    "changes": '[["protection_removed", {"environment": "production"}]]',
    "at": NOW.isoformat(),
    "until": NOW.isoformat(),
    "replaced_until": NOW.isoformat(),
    "since": NOW.isoformat(),
    "silent": NOW.isoformat(),
    "opens": NOW.isoformat(),
    "thaws": NOW.isoformat(),
    "closes": NOW.isoformat(),
    "ends": NOW.isoformat(),
    "backup": NOW.isoformat(),
    "alone": NOW.isoformat(),
    "alone_from": NOW.isoformat(),
    "due": NOW.isoformat(),
    "backup_at": NOW.isoformat(),
    "offered": "settle website lost production=2.4.1",
    "places": f'[{{"environment": "production", "live": "2.4.0", "since": "{NOW.isoformat()}", "told": "2.4.1", "run": "77", '
    f'"url": "", "ended": "{NOW.isoformat()}", "under_way": ""}}]',
    "seconds": "90000",
    "action": "approve",
    "state": "running",
    "held": "yes",
    "place": "2",
    "url": "https://ci.example.org/1",
    "teams": "testers, ops",
}


class RecordingValues(Mapping[str, str]):
    """Example values; records which of them a sentence reads."""

    def __init__(self) -> None:
        self.wanted = set[str]()

    def __getitem__(self, name: str) -> str:
        """Give an example."""
        self.wanted.add(name)
        return EXAMPLES.get(name, f"<{name}>")

    def __iter__(self) -> Iterator[str]:
        """Go through what was wanted."""
        return iter(self.wanted)

    def __len__(self) -> int:
        """Count what was wanted."""
        return len(self.wanted)


def wanted(sentence: Sentence) -> tuple[str, set[str]]:
    """Say a sentence with made-up values, and give what it asked for."""
    values = RecordingValues()
    return RenderContext(values, NAMES, DIRECTORY, ("testers",), ("ops",), NOW).render(
        sentence
    ), values.wanted


def test_every_code_has_words_and_no_others_do() -> None:
    assert {kind: codes(kind) for kind in TABLES} == {kind: set(table) for kind, table in TABLES.items()}
    assert codes("UsageError") == USAGE_ERRORS
    assert codes("lose_track") == set(LOST_TRACK)
    assert actions() == set(VERBS)


def test_every_event_has_words() -> None:
    events = {
        *RECORD,
        *ENVIRONMENT_RULES,
        BuildReported,
        CommitsCompared,
        ExternalRunSeen,
        ExternalWatchStarted,
    }
    names = {event.event_name for event in events}
    assert len(names) == len(events)
    assert names | {"policy_loaded", "adopted", "database_restored"} == set(HISTORY)
    assert set(ATTEMPTED) <= names
    assert set(REFUSED) <= codes("Refusal")


def test_every_shut_gate_says_why_a_start_was_called_off() -> None:
    gates = {each.code for each in emissions() if each.kind == "Reason" and each.code in CALLED_OFF}
    assert set(CALLED_OFF) == gates | REVOKING | {
        "window",
        "planned_start_cancelled",
        "unlocked",
        "hold_over",
        "expired",
    }


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, table in TABLES.items() for code in table])
def test_a_sentence_speaks_of_what_is_given(kind: str, code: str) -> None:
    said, wanted_values = wanted(TABLES[kind][code])
    places = [each for each in emissions() if (each.kind, each.code) == (kind, code)]
    everywhere = set[str]().union(*(each.keys for each in emissions() if each.code == code))
    for place in places:
        given = {*place.keys, *(everywhere if place.open else ()), *ADDED.get(kind, ())}
        if "action" in wanted_values:
            given.add("release")  # Said as "this" where it is not known.
        assert wanted_values <= given | {"until"}
    assert said.strip()
    assert "<" not in said.replace("<https://ci.example.org/1|Watch it>", "").replace(
        "<https://ci.example.org/1|Look at it>", ""
    ).replace("<@", "")


@pytest.mark.parametrize("code", sorted(USAGE_ERRORS))
@pytest.mark.parametrize("choices", [(), ("staging", "production"), ("approve",)])
def test_what_was_not_understood(code: str, choices: tuple[str, ...]) -> None:
    message = usage_error(UsageError(code, "<!channel> *stagin*", choices))
    assert accepted(message)
    assert "<" not in message.text
    assert "/release" in spoken(message.blocks)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (UsageError("unknown_words", "aprove r42"), "Did you mean /release approve r42?"),
        (
            UsageError("unknown_environment", "prodution", ("staging", "production")),
            "Did you mean production?",
        ),
        (
            UsageError("unknown_environment", "mars", ("staging", "production")),
            "There is staging and production.",
        ),
        (UsageError("release_needed", "", ("cancel",)), "For example: /release cancel r42 wrong build"),
        (UsageError("at_alone", "at friday 9"), "For example: /release r42 to production at mon 09:00"),
        (UsageError("start_past", "until 08:00"), "For example: /release r42 to production at mon 09:00"),
        (UsageError("build_needed", "production"), "For example: /release website@2.4.1 to production"),
        (UsageError("environment_alone", "go live", ("staging",)), "For example: /release staging"),
        (UsageError("ending_needed", "deploied", ("deployed", "not-deployed")), "Did you mean deployed?"),
    ],
)
def test_what_was_meant(wrong: UsageError, said: str) -> None:
    assert said in spoken(usage_error(wrong).blocks)


def test_states_are_said_in_plain_words() -> None:
    for each in (*StepState, *ReleaseState):
        assert "_" not in RenderContext({"state": each.value}, NAMES, DIRECTORY).render("{state:state}")
