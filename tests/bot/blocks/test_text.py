"""Text from outside reads the same and does nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.text import JOINER, LONGEST_ADDRESS, escape, link, plain, quoted, visible

HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("<>&|*_~`@#:!./\\\n\r\u202e\u200b ahttpsU0")), max_size=80
)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Faster leaderboard", "Faster leaderboard"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("<!channel> <@U0TIM> <https://x.y|z>", None),
        ("feature/snake_case_name", "feature/snake_case_name"),
        ("2.4.1-rc.1", "2.4.1-rc.1"),
        ("one\ntwo\r\n\tthree\u2028four", "one two three four"),
        ("\u202eevil\u202c\u200b\ufeff", "evil"),
        ("> quote", "\u203a quote"),
        ("*b* _i_ ~s~ `c`", "\u2217b\u2217 \u02cdi\u02cd \u223cs\u223c \u02cbc\u02cb"),
        ("@here", f"@{JOINER}here"),
        ("fix #12 in #general", f"fix #12 in #{JOINER}general"),
        ("https://evil.example", f"https:{JOINER}//evil.{JOINER}example"),
        ("www.evil.com", f"www.{JOINER}evil.{JOINER}com"),
        ("mailto:a", f"mailto:{JOINER}a"),
        (":tada: 10:07", f":{JOINER}tada: 10:07"),
    ],
)
def test_escape(text: str, written: str | None) -> None:
    found = escape(text)
    assert written in {None, found}
    assert "<" not in found
    assert ">" not in found


@given(HOSTILE)
def test_nothing_acts(text: str) -> None:
    found = escape(text)
    assert not re.search(r"[<>*~`\n\r]|&(?!amp;|lt;|gt;)", found)
    assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", found)
    assert not re.search(r"@\w|#[^\W\d]|://|:[\w+'-]+:", found)
    assert not found.startswith("&gt;")


@given(HOSTILE, st.integers(1, 90))
def test_eyes_see_at_most_the_limit(text: str, limit: int) -> None:
    assert len(plain(text, limit)) <= limit
    assert len(visible(escape(text, limit))) <= limit + 1


def test_what_is_cut_says_so() -> None:
    assert plain("a" * 20, 10) == "a" * 9 + "…"
    assert quoted("") == ""
    assert quoted("it *works*") == '"it \u2217works\u2217"'


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://example.org/a?b=1&c=2", "<https://example.org/a?b=1&amp;c=2|Log>"),
        ("http://127.0.0.1:8080/", "<http://127.0.0.1:8080/|Log>"),
        ("", ""),
        ("javascript:alert(1)", ""),
        ("https://x|<!channel>", ""),
        ("https://x y", ""),
        ("https://x/\n", ""),
        ("https://x/" + "a" * LONGEST_ADDRESS, ""),
    ],
)
def test_link(address: str, linked: str) -> None:
    assert link(address, "Log") == linked


def test_a_label_cannot_leave_its_link() -> None:
    assert link("https://x.org", "a|b> *c*") == "<https://x.org|a|b&gt; \u2217c\u2217>"
