"""Makes links of the tickets and merge requests that the title of a commit names; everything else in it stays escaped text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from urllib.parse import quote

from bot.blocks.code_host import CodeHost
from bot.blocks.text import entities, escape, escaped_letters, link, link_to, plain
from handlers.plan import Plan

_SHA = re.compile(r"[0-9a-f]{7,64}\Z")
MOST_LINKS = 5
"""More of them in one title are text: what a title can add to a message is bounded."""

LONGEST_TICKET = 40

_NUMBER = r"(?<![\w&/#!])(?P<sign>[#!])(?P<number>[1-9][0-9]{0,9})(?!\w)"
"""An issue or a request to merge as its host writes it; in `owner/name#7` it is one of another repository."""


@dataclass(frozen=True, slots=True)
class References:
    """What messages can refer to: tickets by pattern and address, the rest by the address of its list.

    `issues` is for `#7`, `merge_requests` for `!7`. What is empty is not linked.
    """

    tickets: str = ""
    ticket_url: str = ""
    issues: str = ""
    merge_requests: str = ""
    commits: str = ""

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Return what titles of a service's commits can refer to."""
        host = CodeHost.of(plan)
        like, url = ("", "") if plan.tickets is None else (plan.tickets.like, plan.tickets.url)
        return cls(like, url, host.issues, host.merge_requests, host.commits)

    def commit(self, sha: str) -> str:
        """Return a commit as mrkdwn, linked where the repository is known."""
        short = escape(sha[:7], 7)
        return link(f"{self.commits}/{sha}", short) if self.commits and _SHA.match(sha) else short


NO_REFERENCES = References()


def linked(title: str, references: References, limit: int = 300) -> str:
    """Return a title as escaped mrkdwn of at most `limit` visible characters, with links where it names something.

    What the cut touches is no link: a part of a ticket's name would be another ticket.
    """
    whole, shown = plain(title, limit + LONGEST_TICKET + 1), plain(title, limit)
    letters = escaped_letters(shown)
    parts: list[str] = []
    done = 0
    for begin, end, address in _found(whole, references):
        if end > len(shown) or whole[:end] != shown[:end]:
            break
        parts += [entities("".join(letters[done:begin])), link_to(address, "".join(letters[begin:end]))]
        done = end
    return "".join([*parts, entities("".join(letters[done:]))])


def is_linked(letters: str) -> bool:
    """Return whether text that `linked` returned has a link: it escapes everything else that could begin one."""
    return "<" in letters


def _found(text: str, references: References) -> Iterator[tuple[int, int, str]]:
    """Find what is to be linked: where it begins and ends, and its address."""
    pattern = _pattern(references.tickets)
    count = 0
    for found in pattern.finditer(text):
        number = found["number"]
        listed = references.merge_requests if found["sign"] == "!" else references.issues
        address = f"{listed}/{number}" if number and listed else ""
        if not number and 0 < len(found[0]) <= LONGEST_TICKET:
            address = references.ticket_url.replace("{ticket}", quote(found[0], safe=""))
        if address and count < MOST_LINKS:
            count += 1
            yield found.start(), found.end(), address


@lru_cache(maxsize=1024)
def _pattern(tickets: str) -> re.Pattern[str]:
    """Return one pattern for both; a ticket is a word of its own, and comes first."""
    return re.compile(rf"(?<!\w)(?a:{tickets})(?!\w)|{_NUMBER}" if tickets else _NUMBER)
