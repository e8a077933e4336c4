"""Every code has its words, no words are for a code that is gone, and no sentence asks for a value that nobody gives."""

from collections.abc import Iterator, Mapping

import pytest

from bot.blocks.replies import misread
from bot.blocks.words import MISREADS, PROCLAIMED, REASONS, REFUSALS, REPLIES, SAID, WHISPERED, Scope
from bot.blocks.words.happenings import HAPPENINGS, REFUSED, TRIED
from bot.blocks.words.lines import LOST_SIGHT
from bot.blocks.words.reasons import CALLED_OFF
from bot.blocks.words.refusals import DEEDS
from bot.blocks.words.scope import Sentence
from handlers.events import BuildReported, LockAsked, OutsideSeen, UnlockAsked, WatchBegan
from handlers.record import RECORD
from handlers.release import ReleaseState
from handlers.step import StepState
from handlers.wishes import Misread
from tests.bot.blocks.codes import codes, deeds, emissions
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.world import DIRECTORY, NAMES, NOW

TABLES: dict[str, Mapping[str, Sentence]] = {
    "Refusal": REFUSALS,
    "Reply": REPLIES,
    "Reason": REASONS,
    "Say": SAID,
    "Proclaim": PROCLAIMED,
    "Whisper": WHISPERED,
}
ADDED = {
    "Say": {"release", "title", "service", "version", "teams_wanted"},
    "Proclaim": {"service"},
    "Whisper": {"service"},
    "Reason": {"release"},
}
"""What those who say it know of the release or service that it belongs to."""

EXAMPLES = {
    "missing": "2",
    "until": NOW.isoformat(),
    "deed": "sign off",
    "state": "running",
    "held": "yes",
    "url": "https://ci.example.org/1",
    "teams": "testers, ops",
}


class Asked(Mapping[str, str]):
    """Values that remember which of them were wanted."""

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
    values = Asked()
    return Scope(values, NAMES, DIRECTORY, ("testers",), ("ops",), NOW).say(sentence), values.wanted


def test_every_code_has_words_and_no_others_do() -> None:
    assert {kind: codes(kind) for kind in TABLES} == {kind: set(table) for kind, table in TABLES.items()}
    assert codes("Misread") == MISREADS
    assert codes("lose_sight") == set(LOST_SIGHT)
    assert deeds() == set(DEEDS)


def test_every_event_has_words() -> None:
    kinds = {
        kind.__name__ for kind in {*RECORD, BuildReported, LockAsked, UnlockAsked, OutsideSeen, WatchBegan}
    }
    assert kinds | {"PolicyTaken"} == set(HAPPENINGS)
    assert set(TRIED) <= kinds
    assert set(REFUSED) <= codes("Refusal")


def test_every_shut_gate_says_why_a_start_was_called_off() -> None:
    gates = {each.code for each in emissions() if each.kind == "Reason" and each.code in CALLED_OFF}
    assert set(CALLED_OFF) == gates | {"lock", "unlocked", "expired"}


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, table in TABLES.items() for code in table])
def test_a_sentence_speaks_of_what_is_given(kind: str, code: str) -> None:
    said, asked = wanted(TABLES[kind][code])
    places = [each for each in emissions() if (each.kind, each.code) == (kind, code)]
    everywhere = set[str]().union(*(each.keys for each in emissions() if each.code == code))
    for place in places:
        given = {*place.keys, *(everywhere if place.open else ()), *ADDED.get(kind, ())}
        if "deed" in asked:
            given.add("release")  # Said as "this" where it is not known.
        assert asked <= given | {"until"}
    assert said.strip()
    assert "<" not in said.replace("<https://ci.example.org/1|Watch it>", "").replace(
        "<https://ci.example.org/1|Look at it>", ""
    ).replace("<@", "")


@pytest.mark.parametrize("code", sorted(MISREADS))
@pytest.mark.parametrize("choices", [(), ("staging", "production"), ("approve",)])
def test_what_was_not_understood(code: str, choices: tuple[str, ...]) -> None:
    message = misread(Misread(code, "<!channel> *stagin*", choices))
    assert accepted(message)
    assert "<" not in message.text
    assert "/release" in spoken(message.blocks)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Misread("unknown_words", "aprove r42"), "Did you mean /release approve r42?"),
        (Misread("unknown_environment", "prodution", ("staging", "production")), "Did you mean production?"),
        (
            Misread("unknown_environment", "mars", ("staging", "production")),
            "There is staging and production.",
        ),
        (Misread("release_needed", "", ("cancel",)), "For example: /release cancel r42 wrong build"),
        (Misread("ending_needed", "deploied", ("deployed", "not-deployed")), "Did you mean deployed?"),
    ],
)
def test_what_was_meant(wrong: Misread, said: str) -> None:
    assert said in spoken(misread(wrong).blocks)


def test_states_are_said_in_plain_words() -> None:
    for each in (*StepState, *ReleaseState):
        assert "_" not in Scope({"state": each.value}, NAMES, DIRECTORY).say("{state:state}")
