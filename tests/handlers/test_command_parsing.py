import pytest

from handlers.command_parsing import (
    CommandContext,
    Target,
    free_text,
    parse_release,
    parse_target,
    release_number,
)
from handlers.requests import UsageError
from tests.handlers.actions.contexts import ALONE, BOTH_SERVICES, HERE, NOWHERE, SHOP, WEBSITE
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("r42", 42),
        ("R7", 7),
        ("r", 0),
        ("42", 0),
        ("r0", 0),
        ("xr42", 0),
        ("r42x", 0),
        ("r42\n", 0),
        ("r1234567890", 0),
    ],
)
def test_a_release_is_an_r_and_a_number(word: str, number: int) -> None:
    assert release_number(word) == number


def test_a_release_is_parsed_off_the_front() -> None:
    assert parse_release(("r4", "a", "b"), "x") == (4, ("a", "b"))
    assert parse_release((), "x") == UsageError("release_needed", "", ("x",))


@pytest.mark.parametrize(
    ("line", "context", "target"),
    [
        ("staging now", HERE, Target("website", "staging", ("now",))),
        ("to in on staging", HERE, Target("website", "staging", ())),
        ("shop staging", HERE, Target("shop", "staging", ())),
        ("shop to canary x", HERE, Target("shop", "canary", ("x",))),
        ("shop canary", ALONE, UsageError("unknown_environment", "shop", WEBSITE)),
        ("website production", NOWHERE, Target("website", "production", ())),
        ("canary", HERE, UsageError("unknown_environment", "canary", WEBSITE)),
        ("website canary", HERE, UsageError("unknown_environment", "website", WEBSITE)),
        ("shop", NOWHERE, UsageError("which_service", "", BOTH_SERVICES)),
        ("shop to", HERE, UsageError("environment_needed", "", SHOP)),
        ("", NOWHERE, UsageError("environment_needed", "")),
        ("", HERE, UsageError("environment_needed", "", WEBSITE)),
    ],
)
def test_a_target(line: str, context: CommandContext, target: Target | UsageError) -> None:
    assert parse_target(tuple(line.split()), context) == target


def test_a_service_may_be_called_like_one_of_its_environments() -> None:
    context = CommandContext(ANDY, {"staging": ("staging", "live")}, "staging")
    assert parse_target(("staging",), context) == Target("staging", "staging", ())
    assert parse_target(("staging", "live"), context) == Target("staging", "live", ())


@pytest.mark.parametrize(
    ("context", "service"), [(HERE, "website"), (NOWHERE, ""), (ALONE, "website"), (CommandContext(ANDY), "")]
)
def test_the_service_that_is_meant(context: CommandContext, service: str) -> None:
    assert context.service == service


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), ""),
        (("a", "b"), "a b"),
        (('"a', 'b"'), "a b"),
        (("\u201cquoted\u201d",), "quoted"),
        (("it's", "X"), "it's X"),
    ],
)
def test_free_text(words: tuple[str, ...], said: str) -> None:
    assert free_text(words) == said
