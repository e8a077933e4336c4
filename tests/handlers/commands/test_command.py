from datetime import timedelta

import pytest

from handlers.commands import COMMANDS, MOST_LETTERS, RESERVED
from handlers.commands.command import (
    Place,
    Scene,
    read_duration,
    read_place,
    read_release,
    release_number,
    text,
)
from handlers.wishes import Misread, Question
from tests.handlers.commands.scenes import ALONE, BOTH, HERE, NOWHERE, SHOP, WEBSITE, read
from tests.handlers.making import ANDY


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


def test_a_release_is_taken_off_the_words() -> None:
    assert read_release(("r4", "a", "b"), "x") == (4, ("a", "b"))
    assert read_release((), "x") == Misread("release_needed", "", ("x",))


@pytest.mark.parametrize(
    ("word", "lasts"),
    [
        ("2h", timedelta(hours=2)),
        ("90m", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("1d2h3m", timedelta(days=1, hours=2, minutes=3)),
        ("0m", None),
        ("", None),
        ("2", None),
        ("h", None),
        ("3m2h", None),
        ("2h ", None),
    ],
)
def test_a_duration(word: str, lasts: timedelta | None) -> None:
    assert read_duration(word) == lasts


@pytest.mark.parametrize(
    ("line", "scene", "place"),
    [
        ("staging now", HERE, Place("website", "staging", ("now",))),
        ("to in on staging", HERE, Place("website", "staging", ())),
        ("shop staging", HERE, Place("shop", "staging", ())),
        ("shop to canary x", HERE, Place("shop", "canary", ("x",))),
        ("shop canary", ALONE, Misread("unknown_environment", "shop", WEBSITE)),
        ("website production", NOWHERE, Place("website", "production", ())),
        ("canary", HERE, Misread("unknown_environment", "canary", WEBSITE)),
        ("website canary", HERE, Misread("unknown_environment", "website", WEBSITE)),
        ("shop", NOWHERE, Misread("which_service", "", BOTH)),
        ("shop to", HERE, Misread("environment_needed", "", SHOP)),
        ("", NOWHERE, Misread("environment_needed", "")),
        ("", HERE, Misread("environment_needed", "", WEBSITE)),
    ],
)
def test_a_place(line: str, scene: Scene, place: Place | Misread) -> None:
    assert read_place(tuple(line.split()), scene) == place


def test_a_service_may_be_called_like_one_of_its_environments() -> None:
    scene = Scene(ANDY, {"staging": ("staging", "live")}, "staging")
    assert read_place(("staging",), scene) == Place("staging", "staging", ())
    assert read_place(("staging", "live"), scene) == Place("staging", "live", ())


@pytest.mark.parametrize(
    ("scene", "service"), [(HERE, "website"), (NOWHERE, ""), (ALONE, "website"), (Scene(ANDY), "")]
)
def test_the_service_that_is_meant(scene: Scene, service: str) -> None:
    assert scene.service == service


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
    assert text(words) == said


def test_the_first_word_finds_the_command_in_any_case() -> None:
    assert read("STATUS") == Question("status", ANDY, "website")


def test_a_line_is_cut() -> None:
    line = "reject r42 " + "x" * MOST_LETTERS
    found = read(line)
    assert len(getattr(found, "reason", "")) == 3989


def test_every_command_shows_how_it_is_written() -> None:
    assert {name for name, command in COMMANDS.items() if not (command.usage and command.summary)} == set()
    assert all(name == command.name for name, command in COMMANDS.items())


def test_words_that_nothing_can_be_called_by() -> None:
    assert set(COMMANDS) | {"to", "on", "in", "as", "for", "everything"} == RESERVED
