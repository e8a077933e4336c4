"""The `tickets:` of a service: patterns that match in linear time, and addresses whose host is the policy's."""

import re
from pathlib import Path

import pytest

from bot.policy.tickets import LONGEST_PATTERN, pattern_problem
from handlers.plan import Tickets
from storage.codec import dump_plan, load_plan
from tests.bot.policy.drafts import SOUND, changed, faults, read

CHANNEL = "channel: C0RELEASES"
URL = "https://t.example/{ticket}"


def written(like: str, url: str = URL) -> tuple[str, str]:
    return (CHANNEL, f"{CHANNEL}\n    tickets: {{like: '{like}', url: '{url}'}}")


def test_a_plan_keeps_them(tmp_path: Path) -> None:
    reading = read(tmp_path, changed(written("SG-[0-9]+")))
    assert reading.policy is not None
    plan = reading.policy.plans["website"]
    assert plan.tickets == Tickets("SG-[0-9]+", URL)
    assert load_plan(dump_plan(plan), plan.fingerprint) == plan
    without = read(tmp_path, SOUND).policy
    assert without is not None
    assert without.plans["website"].tickets is None


@pytest.mark.parametrize(
    ("like", "title"),
    [
        ("SG-[0-9]+", "SG-12"),
        (r"[A-Z][A-Z0-9]+-\d+", "OPS2-7"),
        (r"(SG|WEB)-\d{1,6}", "WEB-77"),
        ("SG-[0-9]+|OPS-[0-9]{4}", "OPS-1234"),
        (r"SG-?[0-9]+", "SG12"),
        (r"T[0-9]{4}\.[0-9]{2}", "T1234.12"),
        (r"(?:A|B)C#[^ ]+", "BC#x"),
        (r"[A-Z]+-[0-9]+(a|b)", "X-1b"),
    ],
)
def test_a_pattern_is_taken(like: str, title: str, tmp_path: Path) -> None:
    assert faults(tmp_path, written(like)) == []
    assert re.fullmatch(like, title)


@pytest.mark.parametrize(
    ("like", "said"),
    [
        (r"(a+)+", "neither repeats"),
        (r"(a|a)*", "neither repeats"),
        (r"(a|aa){30}", "neither repeats"),
        (r"(?:a*)*b", "neither repeats"),
        (r"((a)+)+", "is not taken"),
        (r"(SG)-\1", "is not taken"),
        (r"(?P<n>a)(?P=n)", "is not taken"),
        (r"SG(?=-)", "is not taken"),
        (r"(?!a)b", "is not taken"),
        (r"(?<=a)b", "is not taken"),
        (r"(?i)sg", "is not taken"),
        (r"^SG-[0-9]+$", "is not taken"),
        (r"\bSG-[0-9]+\b", "is not taken"),
        (r"a+?", "is not taken"),
        (r"a+a+", "varying length"),
        (r"\d+\d+\d+x", "varying length"),
        (r"[A-Z]*[A-Z0-9]*-", "varying length"),
        (r"a*b*a*b*c", "varying length"),
        (r"(a|aa)(a|aa)(a|aa)b", "varying length"),
        (r"a?a?a?a?aaaa", "varying length"),
        (r".*-.*", "varying length"),
        (r"\w+é+", "only ASCII"),
        (r"a*", "where nothing is written"),
        (r"SG|", "where nothing is written"),
        (r"SG-[0-9", "is not taken"),
        (r"[[:alpha:]]+", "is not taken"),
        (r"[a--b]", "is not taken"),
        (r"a{3,2}", "is no pattern"),
        (r"SG-[9-0]", "is no pattern"),
        ("A" * (LONGEST_PATTERN + 1), "is longer than 100 characters"),
    ],
)
def test_a_pattern_is_refused(like: str, said: str, tmp_path: Path) -> None:
    assert said in pattern_problem(like)
    (fault,) = faults(tmp_path, written(like))
    assert fault.startswith("13:21: ")
    assert said in fault


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/?q={ticket}", "https://t.example/#/a/{ticket}/b"])
def test_an_address_is_taken(url: str, tmp_path: Path) -> None:
    assert faults(tmp_path, written("SG-[0-9]+", url)) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://t.example/{ticket}",
        "https://t.example/",
        "https://t.example/{ticket}/{ticket}",
        "https://t.example/{id}",
        "https://{ticket}.example/",
        "https://t.example{ticket}/",
        "https://me:secret@t.example/{ticket}",
        "https://t.example/{ticket}|<!channel>",
        "https://t.example/a b{ticket}",
        "javascript:alert({ticket})",
        "ticket",
    ],
)
def test_an_address_is_refused(url: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, written("SG-[0-9]+", url))
    assert "is not an address that begins with https:// and has {ticket} once, after the host" in fault


def test_what_is_absent_or_too_long(tmp_path: Path) -> None:
    assert faults(tmp_path, (CHANNEL, f"{CHANNEL}\n    tickets: {{like: SG}}")) == [
        "13:5: `tickets` lacks `url`: the address of a ticket, like `https://tickets.example/{ticket}`"
    ]
    (fault,) = faults(tmp_path, written("SG", "https://t.example/" + "a" * 300 + "{ticket}"))
    assert "the address is longer than 300 characters" in fault
