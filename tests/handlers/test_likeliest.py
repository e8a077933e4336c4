"""What is found by a few typed letters, and in which order."""

import pytest

from handlers.likeliest import MOST, Choice, likeliest

SERVICES = ("api", "billing", "billing-api", "web", "web-shop", "old-web", "cobweb")
RELEASES = ("r4 web 2.4.1", "r41 api 3.0.0", "r42 web-shop 2.4.10", "r142 billing 4.2.0")


def choices(*texts: str, near: str = "") -> list[Choice]:
    return [Choice(text, text, near=text == near) for text in texts]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", SERVICES),
        ("   ", SERVICES),
        ("api", ("api", "billing-api")),
        ("web", ("web", "web-shop", "old-web", "cobweb")),
        ("WEB", ("web", "web-shop", "old-web", "cobweb")),
        ("eb", ("web", "web-shop", "old-web", "cobweb")),
        ("shop web", ("web-shop",)),
        ("billing api", ("billing-api",)),
        ("nothing", ()),
    ],
)
def test_services(typed: str, found: tuple[str, ...]) -> None:
    assert tuple(each.value for each in likeliest(typed, choices(*SERVICES))) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("r42", ("r42 web-shop 2.4.10",)),
        ("R4", ("r4 web 2.4.1", "r41 api 3.0.0", "r42 web-shop 2.4.10")),
        ("42", ("r42 web-shop 2.4.10", "r142 billing 4.2.0")),
        ("#42", ("r42 web-shop 2.4.10", "r142 billing 4.2.0")),
        ("2.4.1", ("r4 web 2.4.1", "r42 web-shop 2.4.10")),
        ("web 2.4", ("r4 web 2.4.1", "r42 web-shop 2.4.10")),
        ("billing", ("r142 billing 4.2.0",)),
    ],
)
def test_releases(typed: str, found: tuple[str, ...]) -> None:
    assert tuple(each.value for each in likeliest(typed, choices(*RELEASES))) == found


def test_what_is_near_comes_first_among_equals() -> None:
    assert [each.value for each in likeliest("", choices("a", "b", "c", near="c"))] == ["c", "a", "b"]
    assert [each.value for each in likeliest("a", choices("ab", "ac", "a", near="ac"))] == ["a", "ac", "ab"]


def test_no_more_are_named_than_slack_takes() -> None:
    many = choices(*(f"service-{number}" for number in range(250)))
    assert len(likeliest("", many)) == MOST
    assert [each.value for each in likeliest("service-249", many)] == ["service-249"]
