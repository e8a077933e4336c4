"""What people type: hundreds of lines with how each is read, and what no line may ever do."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from handlers.actions import COMMANDS, read_command
from handlers.command_parsing import CommandContext, parse_releases
from handlers.known_builds import Known
from handlers.promotion import StartOrPromote
from handlers.requests import Query, UsageError
from handlers.suggestions import explained
from handlers.typed_words import bare, folded, is_emoji, nearest, release_named, same_version, slips, unquoted
from handlers.vocabulary import ASKED, DONE, EVERY, MOST_HARM, READS, ROLLED_BACK, harm
from tests.handlers.typed import AMONG_OTHERS, BESIDE, ELSEWHERE, HERE, KNOWN, NOWHERE, SATURDAY, reading

LINES = (Path(__file__).parent / "typed_lines.txt").read_text(encoding="utf-8").splitlines()
LEAST_LINES = 200
VOCABULARY = sorted({*COMMANDS, *(phrase for table in EVERY for phrase in table)} - {"journey", ""})


def test_every_line_is_read_as_the_table_says() -> None:
    table = [line.rpartition(" -> ") for line in LINES]
    assert len({typed for typed, _, _ in table}) == len(table) > LEAST_LINES
    read = {typed: reading(typed) for typed, _, _ in table}
    assert read == {typed: expected for typed, _, expected in table}


def suggested(line: str, context: CommandContext = HERE) -> UsageError | None:
    """Return what is asked back; None for a line that is done."""
    request = read_command(line, context)
    return explained(request, line, context, KNOWN) if isinstance(request, UsageError) else None


def wrongly_suggested(line: str, context: CommandContext) -> list[str]:
    """Return suggestions for a line that are answered with another error than which release or environment is meant."""
    wrong = suggested(line, context)
    read = {each: read_command(each, context) for each in (wrong.meant if wrong else ())}
    asked = {each: request for each, request in read.items() if isinstance(request, UsageError)}
    return [
        each
        for each, request in asked.items()
        if request.code != "release_needed" and (request.code, each.count(" ")) != ("environment_needed", 0)
    ]


def harm_of(line: str) -> int:
    first = bare(line.split(maxsplit=1)[0])
    return harm(first if first in COMMANDS else "journey")


@settings(max_examples=400, phases=[Phase.generate, Phase.shrink], database=None, deadline=None)
@given(
    st.sampled_from(sorted({*DONE, *(name for name in COMMANDS if harm(name) == READS)} - {""})), st.data()
)
def test_one_slip_in_a_word_that_only_reads_is_never_answered_with_what_changes_something(
    word: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    typed = data.draw(
        st.sampled_from(
            [word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]]
        )
    )
    if any(known in VOCABULARY for known in folded(typed)) or not bare(typed):
        return
    wrong = suggested(typed)
    if wrong is not None and slips(bare(typed), bare(word)) == 1 and bare(word) in nearest(typed, VOCABULARY):
        assert all(harm_of(line) == READS for line in wrong.meant), wrong


@settings(max_examples=400, phases=[Phase.generate, Phase.shrink], database=None, deadline=None)
@given(st.one_of(st.text("abcdefghilmnoprstuvwy", min_size=1, max_size=9), st.sampled_from(VOCABULARY)))
def test_no_suggestion_does_more_harm_than_the_least_that_was_as_near(word: str) -> None:
    wrong = suggested(word)
    if wrong is None or wrong.code != "unknown_words":
        return
    commands = {name: name for name in COMMANDS} | DONE | ROLLED_BACK | ASKED
    least = min(
        (harm(commands[each]) for each in nearest(word, VOCABULARY) if each in commands), default=MOST_HARM
    )
    assert all(harm_of(line) <= least for line in wrong.meant), (wrong, least)


def test_what_is_suggested_for_a_line_of_the_table_is_understood() -> None:
    table = [line.rpartition(" -> ")[0] for line in LINES]
    places = {ELSEWHERE: NOWHERE, AMONG_OTHERS: BESIDE}
    wrong = {
        typed: wrongly_suggested(
            typed.removeprefix(ELSEWHERE).removeprefix(AMONG_OTHERS), places.get(typed[0], HERE)
        )
        for typed in table
    }
    assert {typed: lines for typed, lines in wrong.items() if lines} == {}


@settings(max_examples=300, phases=[Phase.generate, Phase.shrink], database=None, deadline=None)
@given(
    st.sampled_from(VOCABULARY),
    st.lists(
        st.sampled_from(
            [
                "until",
                "monday",
                "2h",
                "for",
                "r4",
                "staging",
                "prodution",
                "everything",
                "notes",
                "website",
                "all",
                "tonight",
            ]
        ),
        max_size=4,
    ),
)
def test_what_is_suggested_is_understood(word: str, rest: list[str]) -> None:
    for context in (HERE, NOWHERE, BESIDE):
        assert wrongly_suggested(" ".join((word, *rest)), context) == []


@settings(max_examples=300, phases=[Phase.generate, Phase.shrink], database=None, deadline=None)
@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from([*VOCABULARY, "r4", "#", "@", "staging", "“", "🚀"]), max_size=6).map(
            " ".join
        ),
    )
)
def test_rubbish_is_answered(line: str) -> None:
    for context in (HERE, NOWHERE, BESIDE, CommandContext("U0TIM")):
        request = read_command(line, context)
        if isinstance(request, UsageError):
            assert explained(request, line, context, KNOWN).code


TIMES = (
    "2h",
    "90 min",
    "2 Stunden",
    "friday",
    "Freitag",
    "18:00",
    "18 Uhr",
    "6 pm",
    "tomorrow",
    "morgen",
    "next week",
    "1.12.",
)
BEFORE = (
    "",
    "from",
    "on",
    "this",
    "starting",
    "begin",
    "ab",
    "bis",
    "before",
    "untill",
    "um",
    "until",
    "for",
    "db on",
    "db",
)


def test_a_lock_for_which_a_time_was_typed_has_an_end_or_is_not_made() -> None:
    for typed in product(BEFORE, TIMES, ("", "db", "db upgrade, please")):
        text = " ".join(each for each in typed if each)
        request = read_command(f"lock production {text}", HERE)
        assert isinstance(request, UsageError) or getattr(request, "until", None) is not None, text
        assert reading(f'lock production "{text}"') == f"lock production (no end) {text}"


QUOTES = ('""', "''", "``", "“”", "„“", "‘’", "«»", "‹›", "”“")  # noqa: RUF001 - as keyboards write them


def test_names_are_read_in_quotes_of_every_kind_and_with_what_ends_a_sentence() -> None:
    for (begin, end), after in product(QUOTES, ("", "!", ".", "?", ",", "!!!", "…", "🚀")):
        wanted = (
            "website newest to staging"
            if after != "?"
            else f"? a_question {begin}Staging{end}? => {begin}Staging{end}"
        )
        assert reading(f"{begin}Staging{end}{after}") == wanted
        assert reading(f"why {begin}R4{end}{after}") == "read why r4"
        assert reading(f"{begin}website@1.0.4{end}{after} to staging") in {
            "website 1.0.4 to staging",
            f"website 1.0.4{end}{after} to staging",
        }
        assert unquoted(f"{begin}it’s fine, really!{end}") == "it’s fine, really!"  # noqa: RUF001 - as phones write it


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("“one", "“one"),
        ("one”", "one”"),
        ('"a" and "b"', '"a" and "b"'),
        ("'it's'", "it's"),
        ('"', '"'),
        ("", ""),
        (" plain ", "plain"),
    ],
)
def test_free_text_loses_a_pair_of_quotes_only(typed: str, said: str) -> None:
    assert unquoted(typed) == said


@pytest.mark.parametrize(
    ("typed", "version", "same"),
    [
        ("v1.0.4", "1.0.4", True),
        ("1.0.4", "v1.0.4", True),
        ("V1.0.4-rc1", "1.0.4-RC1", True),
        ("“1.0.4”,", "1.0.4", True),
        ("1.0.4.", "1.0.4.", True),
        ("1.0.4", "1.0.40", False),
        ("1.0", "1.0.4", False),
    ],
)
def test_a_version_in_another_spelling(typed: str, version: str, same: bool) -> None:
    assert same_version(typed, version) is same


@pytest.mark.parametrize(
    ("line", "numbers", "rest"),
    [
        ("r1 r2 fine", (1, 2), ("fine",)),
        ("r1 and then", (1,), ("and", "then")),
        ("r1 2 fine", (1,), ("2", "fine")),
        ("1 2", (1, 2), ()),
        ("1 fine", (), ("1", "fine")),
        ("and r1", (), ("and", "r1")),
        ("", (), ()),
    ],
)
def test_releases_at_the_front(line: str, numbers: tuple[int, ...], rest: tuple[str, ...]) -> None:
    assert parse_releases(tuple(line.split())) == (numbers, rest)


@pytest.mark.parametrize(
    ("typed", "known", "count"),
    [("", "ab", 2), ("ab", "ab", 0), ("ba", "ab", 1), ("aprove", "approve", 1), ("canle", "cancel", 2)],
)
def test_slips_are_counted(typed: str, known: str, count: int) -> None:
    assert slips(typed, known) == count


def test_single_words() -> None:
    assert is_emoji(":+1::tada:")
    assert is_emoji("👍🏽")
    assert not is_emoji("x🚀")
    assert release_named("r#4") == 4
    assert release_named("4") == 0
    assert release_named("four", number_alone=True) == 0
    assert nearest("", ("a", "bc")) == ()


def test_a_name_of_the_policy_goes_before_another_word() -> None:
    context = CommandContext("U0TIM", {"who": ("live", "test")}, "who", SATURDAY)
    assert read_command("test", context) == read_command("who test", context)
    assert isinstance(read_command("who", context), Query)
    assert isinstance(read_command("prod", context), UsageError)
    several = CommandContext("U0TIM", {"a": ("production", "prod-eu")}, "a", SATURDAY)
    assert isinstance(read_command("prod", several), UsageError)


def test_what_nothing_is_near_to_has_no_suggestion() -> None:
    alone = CommandContext("U0TIM")
    assert explained(UsageError("unknown_words", "x"), "", alone, Known()) == UsageError("unknown_words", "x")
    assert explained(UsageError("which_service"), "zzzz qqqq", alone, Known()).meant == ()
    assert read_command("deploy", alone) == UsageError("environment_alone", "deploy")


def test_a_version_may_be_any_word() -> None:
    known = Known((), (("website", "candidate"),))
    wrong = explained(UsageError("unknown_words", "candidat"), "candidat", HERE, known)
    assert wrong.meant == ("candidate to staging",)
    assert explained(wrong, "candidat now", HERE, known) is wrong


def test_all_services_are_named_one_by_one_where_there_are_few() -> None:
    many = CommandContext("U0TIM", {f"service-{at}": ("staging", "production") for at in range(9)})
    assert read_command("all to staging", many) == UsageError("which_service", "", tuple(many.services))
    elsewhere = CommandContext("U0TIM", {"shop": ("live",), "web": ("staging",)}, "shop")
    assert isinstance(read_command("all to staging", elsewhere), UsageError | StartOrPromote)
    assert read_command("all to live", elsewhere) == UsageError("other_word", "all", meant=("shop to live",))


def test_a_name_or_a_version_does_not_say_that_something_is_broken() -> None:
    context = CommandContext("U0TIM", {"fire": ("staging", "down"), "web": ("staging",)}, "web", SATURDAY)
    for line in ("fire to staging", "fire@502 to down", "502 to staging", "fire staging"):
        assert isinstance(read_command(line, context), StartOrPromote), line
    assert read_command("web is down 502", context) != read_command("web", context)
