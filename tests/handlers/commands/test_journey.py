import pytest

from handlers.commands.command import Scene
from handlers.wishes import Journey, Misread, StartForm
from tests.handlers.commands.scenes import ALONE, BOTH, HERE, NOWHERE, SHOP, WEBSITE, read
from tests.handlers.making import ANDY


def go(environment: str, service: str = "website", token: str = "") -> Journey:
    return Journey(service, environment, ANDY, token)


@pytest.mark.parametrize(
    ("line", "scene", "wish"),
    [
        ("staging", HERE, go("staging")),
        ("to staging", HERE, go("staging")),
        ("staging", ALONE, go("staging")),
        ("website to staging", NOWHERE, go("staging")),
        ("website staging", NOWHERE, go("staging")),
        ("shop on canary", HERE, go("canary", "shop")),
        ("2.4.1 to staging", HERE, go("staging", token="2.4.1")),
        ("2.4.1 staging", ALONE, go("staging", token="2.4.1")),
        ("4be1c9d in staging", HERE, go("staging", token="4be1c9d")),
        ("r42 to production", HERE, go("production", token="r42")),
        ("website@2.4.1 to production", NOWHERE, go("production", token="2.4.1")),
        ("website@2.4@1 to production", NOWHERE, go("production", token="2.4@1")),
        ("shop@2.4.1 canary", HERE, go("canary", "shop", "2.4.1")),
        ("journey", HERE, Misread("unknown_words", "journey", WEBSITE)),
        ("", HERE, StartForm(ANDY, "website")),
        ("   ", NOWHERE, StartForm(ANDY, "")),
        ("", ALONE, StartForm(ANDY, "website")),
    ],
)
def test_journey(line: str, scene: Scene, wish: Journey | StartForm | Misread) -> None:
    assert read(line, scene) == wish


@pytest.mark.parametrize(
    ("line", "scene", "misread"),
    [
        ("stagin", HERE, Misread("unknown_words", "stagin", WEBSITE)),
        ("to", HERE, Misread("unknown_words", "to")),
        ("website", HERE, Misread("unknown_words", "website", WEBSITE)),
        ("a b c d", HERE, Misread("unknown_words", "a b c d")),
        ("a b to c d", HERE, Misread("unknown_words", "a b to c d")),
        ("website staging now", HERE, Misread("unknown_words", "website staging now")),
        ("website barn", HERE, Misread("unknown_words", "website barn", WEBSITE)),
        ("2.4.1 to barn", HERE, Misread("unknown_environment", "barn", WEBSITE)),
        ("shop@2.4.1 to barn", HERE, Misread("unknown_environment", "barn", SHOP)),
        ("staging", NOWHERE, Misread("which_service", "", BOTH)),
        ("2.4.1 to staging", NOWHERE, Misread("which_service", "", BOTH)),
        ("barn@2.4.1 to staging", HERE, Misread("which_service", "", BOTH)),
    ],
)
def test_words_that_cannot_be_read(line: str, scene: Scene, misread: Misread) -> None:
    assert read(line, scene) == misread


def test_three_words_besides_joining_ones_are_read() -> None:
    assert read("2.4.1 website to staging") == go("staging", token="2.4.1")
