"""Whatever is legal and long fits: what people wait for comes shortened or split, and nothing is cut inside of a link."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.announcement import announcement
from bot.blocks.block_kit import Message
from bot.blocks.bulk import outcome_view
from bot.blocks.card import card
from bot.blocks.changes import LINKS_ROOM, change_lines
from bot.blocks.fitting import above, fitted, pieces, row_of, with_links
from bot.blocks.forms import Signing, sign_off_form
from bot.blocks.paragraphs import MAX_CHARACTERS, paragraph, paragraphs, said
from bot.blocks.phone import height
from bot.blocks.queries import QUERIES
from bot.blocks.query_words import QueryResult, ServiceView
from bot.blocks.references import NO_REFERENCES, References
from bot.blocks.text import LONGEST_WRITTEN, escape, link, visible
from bot.local_slack.block_kit import view_errors
from handlers.build import Change
from handlers.environments import Lock
from handlers.people import Directory, Eligibility, Team
from handlers.plan import Deploy, EnvironmentPlan
from handlers.requests import Query
from handlers.rights import current_precondition
from handlers.sign_off_rule import SignOffRule
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.test_ready import VIEW
from tests.bot.blocks.world import (
    ANDY,
    DIRECTORY,
    MARA,
    NAMES,
    PLAN,
    TIM,
    ago,
    environment_state,
    release,
    signed_by_amita,
    signed_by_tim,
    states,
    view,
    waiting,
)

STATES = states()
RULE = SignOffRule("testers")
LINK = re.compile(r"<https?://[^<>|]*\|[^<>]*>")


def at(length: int) -> str:
    """Make an address of a length."""
    return "https://t.example/".ljust(length, "x")


def sections(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section"]


def by_a_merge_bot(sign: str) -> tuple[Change, ...]:
    titles = [" ".join(f"{sign}{100 + 5 * at + each}" for each in range(5)) for at in range(12)]
    return tuple(
        Change(f"{at:040}", ("Ann", "Bob", "Cyd")[at // 4], title) for at, title in enumerate(titles)
    )


# Links in titles


@pytest.mark.parametrize(
    ("sign", "references"),
    [
        ("#", References(issues="https://github.com/organisation-name/repository-name/pull")),
        ("#", References(issues=f"https://github.com/{'o' * 25}/{'r' * 30}/pull")),
        ("!", References(merge_requests=at(500))),
        *(("SG-", References("SG-[0-9]+", at(length - 8) + "{ticket}")) for length in (80, 200, 300, 990)),
        ("SG-", References("SG-[0-9]+", "https://t.example/?" + "&a=1" * 60 + "&t={ticket}")),
    ],
)
def test_links_in_titles_count(sign: str, references: References) -> None:
    changes = by_a_merge_bot(sign)
    announced = announcement(replace(VIEW, changes=changes, references=references))
    drawn = card(replace(STATES["step waiting"], changes=changes, references=references))
    signing = Signing(changes=changes, changed="12 changes since 2.4.0", references=references)
    form = sign_off_form(release(), RULE, current_precondition(release()), signing)
    assert not view_errors(form)
    assert accepted(announced)
    assert accepted(drawn)
    for text in (sections(announced)[0], sections(drawn)[0], form["blocks"][1]["text"]["text"]):
        assert re.search(rf"<https[^|]*\|{sign}100>", text), "the first one is linked"
        assert f"{sign}104" in visible(text)
    assert sections(announced)[0].endswith("|Changes>")


def test_what_links_add_has_a_bound() -> None:
    lines = ["• " + " ".join([link(at(300), f"SG-{n}") for n in range(5)]), link(at(900), "SG-9")]
    shown = with_links(lines, LINKS_ROOM)
    assert list(map(visible, shown)) == list(map(visible, lines))
    assert [len(LINK.findall(line)) for line in shown] == [3, 0]
    assert with_links(lines, 5000) == lines


def test_no_count_stands_below_the_count() -> None:
    """A heading has it already: "1 change since production", and "1 changes" below it."""
    long = (Change("a" * 40, "Bartholomew Featherstonehaugh", "An exceedingly long title " * 3),)
    assert change_lines(long, NO_REFERENCES, 1) == []
    assert change_lines(long * 2, NO_REFERENCES, height(f"• {long[0].title}") + 9)[0].startswith("• An exc")


# Links beside them


AMPERSANDS = "https://g.example/?" + "&a=1" * 240


@pytest.mark.parametrize("name", sorted(STATES))
def test_a_card_takes_any_address(name: str) -> None:
    drawn = STATES[name]
    build = replace(drawn.release.build, url=AMPERSANDS[:800])
    locks = tuple(Lock(TIM, ago(5), "upgrade " * 9, url=AMPERSANDS[:900]) for _ in range(3))
    here = environment_state(drawn.step.environment, locks=locks)
    changed = replace(view(replace(drawn.release, build=build), here), changes_url=at(950))
    assert accepted(card(changed))
    assert LINK.search(sections(card(changed))[0])


@pytest.mark.parametrize("address", [at(400), at(1000), AMPERSANDS[:800]])
def test_links_below_what_is_said_stay(address: str) -> None:
    locks = tuple(Lock(TIM, ago(5), "upgrade", url=AMPERSANDS[:900]) for _ in range(2))
    signed = view(
        release(waiting(sign_offs=(signed_by_amita(), signed_by_tim()))), environment_state(locks=locks)
    )
    drawn = card(replace(signed, changes_url=address))
    announced = announcement(replace(VIEW, build=replace(VIEW.build, url=""), changes_url=address))
    for message in (drawn, announced):
        assert accepted(message)
        assert link(address, "Changes") in sections(message)[0].splitlines()[-1]


def test_an_address_takes_what_is_written_for_it() -> None:
    assert len(link(AMPERSANDS[:900], "Log")) <= LONGEST_WRITTEN + 100
    assert link("https://g.example/?" + "&" * 900, "Log") == ""
    whole = link(AMPERSANDS[:800], "Log")
    build, changes = link(at(1000), "Build"), link(at(30), "Changes")
    assert row_of([whole, build, build, changes]) == f"{whole} · {changes}"


# Lines


def asked(word: str, **fields: Any) -> Message:  # noqa: ANN401 - as dataclasses.replace
    result = replace(QueryResult(Query(word, ANDY), NAMES, directory=DIRECTORY), **fields)
    return QUERIES[word].answer(result)


@pytest.mark.parametrize("word", ["where", "status", "why"])
@pytest.mark.parametrize("count", [2, 3, 20])
@pytest.mark.parametrize("address", [at(950), AMPERSANDS[:900]])
def test_a_line_for_each_lock(word: str, count: int, address: str) -> None:
    locks = tuple(Lock(user, ago(5), "upgrade", url=address) for user in (TIM, ANDY, MARA) * 7)[:count]
    here = {each: environment_state(each) for each in ("staging", "production")}
    here["production"] = environment_state(locks=locks)
    message = asked(word, services=(ServiceView(PLAN, here),))
    assert accepted(message)
    told = spoken(message.blocks)
    assert len(re.findall(r'locked by \w+ without an end "upgrade" Look at it$', told, re.MULTILINE)) == count
    assert sum(text.count(f"{link(address, 'Look at it')}") for text in sections(message)) == count
    if word == "status":
        assert message.text == "No release is under way, 1 environment locked"


@pytest.mark.parametrize("count", [1, 2, 6, 12, 20])
def test_a_line_for_each_environment_that_others_sign(count: int) -> None:
    people = [f"U0{number:04d}" for number in range(16)]
    names = replace(NAMES, users={each: f"Alexandra Konstantinopoulou {each[-2:]}" for each in people})
    teams = {
        f"team-of-a-long-name-{number}": Team(
            f"team-of-a-long-name-{number}", tuple(people[4 * number :][:4])
        )
        for number in range(4)
    }
    gates = tuple(SignOffRule(each) for each in teams)
    steps = tuple(EnvironmentPlan(f"eu-region-{at}", Deploy("github"), gates=gates) for at in range(count))
    first = next(iter(teams))
    services = (ServiceView(replace(PLAN, environments=steps, starters=(first,), operators=(first,)), {}),)
    unsure = dict.fromkeys(teams, Eligibility.NOT_IN_TEAM)
    message = asked(
        "whoami",
        names=names,
        services=services,
        account_status=Eligibility.YES,
        teams=unsure,
        directory=Directory(teams),
    )
    assert accepted(message)
    signed = [line for line in spoken(message.blocks).splitlines() if "is signed by" in line]
    assert len(signed) == count
    assert all(line.startswith("• eu-region") for line in signed) or count == 1


TOKENS = st.sampled_from(
    [
        "<@U0TIM>",
        "<!subteam^S0OPS>",
        "<!date^1793500000^{time}|10:20>",
        link(at(60), "SG-1"),
        link("https://g.example/?a=1&b=2", "a & b"),
        "&amp;",
        "&gt;",
        "; ",
        ", ",
        " ",
        "word",
        escape("<!channel> @here"),
        "w" * 50,
    ]
)
WHOLE = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);")


def acts(text: str) -> str:
    """Return what is left of tokens once whole ones are gone: nothing may be."""
    return "".join(re.findall(r"[<>&]", WHOLE.sub("", text)))


@given(st.lists(TOKENS, max_size=40).map("".join), st.integers(70, 200))
def test_nothing_is_cut_inside(text: str, limit: int) -> None:
    parts = pieces(text, limit)
    assert all(len(part) <= limit and not acts(part) for part in parts)
    assert not any(part.startswith("&gt;") for part in parts[1:]), "nothing becomes a quotation"
    shown = "".join(map(visible, parts)).replace("\u203a", ">")
    assert re.sub(r"[\s>]", "", shown) == re.sub(r"[\s>]", "", visible(text))
    short = fitted(text, limit)
    assert len(short) <= limit
    assert not acts(short)
    assert short == text or len(text) > limit
    both = above(text, "<@U0TIM>", limit)
    assert len(both) <= limit
    assert both.endswith("<@U0TIM>")


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("a; " * 30, ["a; " * 13 + "a;", "a; " * 13 + "a;", "a; a; "]),
        ("aa, " * 15, ["aa, " * 9 + "aa,", "aa, " * 5]),
        ("w" * 50, ["w" * 42, "w" * 8]),
        ("w" * 40 + "&gt;b", ["w" * 40, "\u203a b"]),
        (f"{link(at(60), 'SG-1')} is a label", ["SG-1 is a label"]),
    ],
)
def test_a_long_line_is_split(line: str, parts: list[str]) -> None:
    assert pieces(line, 42) == parts


def test_links_go_before_words() -> None:
    first, second = link(at(40), "SG-1"), link(at(40), "SG-2")
    assert fitted(f"{first} {second} end", 60) == f"{first} SG-2 end"
    assert fitted(f"{first} {second} end", 10) == "SG-1 SG-2…"


def test_paragraphs_of_any_lines() -> None:
    [one] = paragraphs(["a" * MAX_CHARACTERS])
    assert one["text"]["text"] == "a" * MAX_CHARACTERS
    many = paragraphs(["; ".join(["word"] * 40_000)])
    assert len(many) == 41
    assert re.fullmatch(r"and \d+ more lines", many[-1]["text"]["text"])


def test_what_is_said_is_shortened() -> None:
    """Words of any length are a message: people wait for it."""
    message = said("& ".join(["word"] * 2000))
    assert accepted(message)
    assert message.text.endswith("…")
    everybody = paragraph("w" * 4000, "<@U0TIM>")["text"]["text"]
    assert everybody.endswith("…\n<@U0TIM>")
    assert paragraph("", "<@U0TIM>")["text"]["text"] == "<@U0TIM>"


def test_what_became_of_several_names_no_outcome() -> None:
    """Each part may have been refused."""
    assert outcome_view(["r1: refused"])["title"]["text"] == "What became of each"
