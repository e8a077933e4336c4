"""Titles of commits: tickets and pull requests are links, and nothing else does anything."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.code_host import CodeHost
from bot.blocks.references import MOST_LINKS, References, linked
from bot.blocks.text import JOINER, entities, escape, escaped_letters, plain, visible
from handlers.plan import Tickets
from tests.bot.blocks.test_text import HOSTILE
from tests.bot.blocks.world import PLAN, replace

SG = References("SG-[0-9]+|[A-Z_]+_[0-9]+", "https://t.example/{ticket}", "https://github.com/t/web/pull")
_OURS = re.compile(r"<https://(?:t\.example/[A-Za-z0-9_%-]+|github\.com/t/web/pull/[1-9][0-9]*)\|([^<>]*)>")


NOWHERE = ("", "", "", "")
GITHUB = ("pull", "", "commit", "compare/a1...b2")
GITLAB = ("-/issues", "-/merge_requests", "-/commit", "-/compare/a1...b2")
"""The pages of a host: issues, merge requests, commits, and what lies between two of them."""


def ticket(name: str) -> str:
    return f"<https://t.example/{name}|{name}>"


def pull(number: int) -> str:
    return f"<https://github.com/t/web/pull/{number}|#{number}>"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("SG-12 Faster leaderboard", f"{ticket('SG-12')} Faster leaderboard"),
        ("[SG-12] (SG-13): fix, SG-14.", f"[{ticket('SG-12')}] ({ticket('SG-13')}): fix, {ticket('SG-14')}."),
        ("Safari log-in (#123)", f"Safari log-in ({pull(123)})"),
        ("SG-1 & #2 < 3", f"{ticket('SG-1')} &amp; {pull(2)} &lt; 3"),
        ("XSG-12 SG-12b SG- sg-12 éSG-1", "XSG-12 SG-12b SG- sg-12 éSG-1"),
        ("#0 #01 a#1 tailspin/api#7 &#38; ##5 #12345678901", None),
        ("<https://evil.example|SG-1>", f"&lt;https:{JOINER}//evil.{JOINER}example|{ticket('SG-1')}&gt;"),
        ("<!channel> SG-1 <@U0TIM>", f"&lt;!channel&gt; {ticket('SG-1')} &lt;@{JOINER}U0TIM&gt;"),
        ("> SG-1 *bold* @here", f"\u203a {ticket('SG-1')} \u2217bold\u2217 @{JOINER}here"),
        ("SG-1\n>SG-2\u202e\u200b", f"{ticket('SG-1')} &gt;{ticket('SG-2')}"),
        ("AB_7 _x_", f"{ticket('AB_7')} \u02cdx\u02cd"),
        ("SG-1|SG-2>", f"{ticket('SG-1')}|{ticket('SG-2')}&gt;"),
        (f"SG-{'1' * 50}", f"SG-{'1' * 50}"),
        ("SG-1 " * 9, " ".join([ticket("SG-1")] * MOST_LINKS + ["SG-1"] * 4)),
        ("", ""),
    ],
)
def test_titles(title: str, written: str | None) -> None:
    assert linked(title, SG) == (escape(title, 300) if written is None else written)


@pytest.mark.parametrize(
    ("limit", "written"),
    [(12, f"Fix {ticket('SG-1234')}…"), (11, "Fix SG-123…"), (9, "Fix SG-1…"), (30, None)],
)
def test_a_cut_ticket_is_no_other_ticket(limit: int, written: str | None) -> None:
    title = "Fix SG-1234 in the leaderboard"
    assert linked(title, SG, limit) == (written or f"Fix {ticket('SG-1234')} in the leaderboard")


@given(HOSTILE | st.from_regex(r"(SG-[0-9]{1,3}|#[0-9]{1,3}|AB_1|[<>&@|_*: >/.a!]){0,12}", fullmatch=True))
def test_nothing_but_our_links_acts(title: str) -> None:
    written = linked(title, SG)
    assert visible(written) == visible(escape(title, 300))
    without = _OURS.sub(lambda found: found[1], written)
    assert without == escape(title, 300)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)|@\w|://|[*~`\n]", without)


@given(HOSTILE | st.text(">:@._# a", max_size=12))
def test_letters_are_those_of_the_escaped_text(title: str) -> None:
    letters = escaped_letters(plain(title))
    assert (entities("".join(letters)), len(letters)) == (escape(title), len(plain(title)))


@pytest.mark.parametrize(
    ("repository", "host", "pages"),
    [
        ("", "", NOWHERE),
        ("tailspin/web", "https://github.com/tailspin/web", GITHUB),
        ("https://git.example/t/web.git", "https://git.example/t/web", GITHUB),
        ("https://gitlab.com/t/web/", "https://gitlab.com/t/web", GITLAB),
        ("https://my-gitlab.example:8443/t/sub/web", "https://my-gitlab.example:8443/t/sub/web", GITLAB),
        ("https://code.example/gitlab/web", "https://code.example/gitlab/web", GITHUB),
    ],
)
def test_references_of_a_service(repository: str, host: str, pages: tuple[str, ...]) -> None:
    plan = replace(PLAN, repository=repository)
    issues, merge_requests, commits, between = (f"{host}/{page}" if page else "" for page in pages)
    assert References.of(plan) == References("", "", issues, merge_requests, commits)
    named = replace(plan, tickets=Tickets("SG-[0-9]+", "https://t.example/{ticket}"))
    assert References.of(named) == References(
        "SG-[0-9]+", "https://t.example/{ticket}", issues, merge_requests, commits
    )
    assert CodeHost.of(plan).comparison("a1", "b2") == between
    assert not CodeHost.of(plan).comparison("a1", "a1")


def test_what_nothing_refers_to_is_text() -> None:
    assert linked("SG-1 #2 !3", References()) == "SG-1 #2 !3"


def test_gitlab_tells_issues_from_merge_requests() -> None:
    there = References.of(replace(PLAN, repository="https://gitlab.com/t/web"))
    issue = "<https://gitlab.com/t/web/-/issues/7|#7>"
    request = "<https://gitlab.com/t/web/-/merge_requests/12|!12>"
    assert linked("Log-in again, #7 (t/web!12), wow!9", there) == (f"Log-in again, {issue} (t/web!12), wow!9")
    assert linked("See merge request !12", there) == f"See merge request {request}"


@pytest.mark.parametrize(
    ("commits", "sha", "shown"),
    [
        ("https://git.example/c", "4be1c9d" + "0" * 33, f"<https://git.example/c/4be1c9d{'0' * 33}|4be1c9d>"),
        ("", "4be1c9d" + "0" * 33, "4be1c9d"),
        ("https://git.example/c", "<a|b>", "&lt;a|b&gt;"),
    ],
)
def test_a_commit_is_a_link_where_its_repository_is_known(commits: str, sha: str, shown: str) -> None:
    assert References(commits=commits).commit(sha) == shown


def test_a_name_is_quoted_in_its_address() -> None:
    odd = References("T.+", "https://t.example/?q={ticket}&x=1")
    assert linked("T/?&<a|>é", odd) == (
        "<https://t.example/?q=T%2F%3F%26%3Ca%7C%3E%C3%A9&amp;x=1|T/?&amp;&lt;a|&gt;é>"
    )
