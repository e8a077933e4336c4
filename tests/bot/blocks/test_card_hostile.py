"""Whatever comes from outside, a card stays a card: nothing in it acts, and it fits a phone."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.card import card
from bot.blocks.card_buttons import MAX_BUTTONS
from bot.blocks.card_view import CardView
from bot.blocks.names import Names
from bot.blocks.phone import LINES, height, small_height
from handlers.attempt import Failure, Run
from handlers.build import Build
from handlers.environments import Live, Lock
from handlers.people import Directory, Team
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff
from tests.bot.blocks.spoken import accepted
from tests.bot.blocks.test_text import HOSTILE
from tests.bot.blocks.world import (
    AMITA,
    NAMES,
    PLAN,
    PRODUCTION,
    STAGING,
    TIM,
    ago,
    states,
    view,
)

STATES = states()
TOKEN = re.compile(r"<[^>]*>")
OURS = re.compile(
    r"<(?:https://[^\s<>|]+\|[^<>]*|@[UW][A-Z0-9]+|!date\^\d+\^(?:\u200b\{date_short_pretty\} )?\{time\}\|[\w :]+)>\Z"
)


def hostile(drawn: CardView, text: str, more: str) -> CardView:
    """Put text from outside wherever it can come in."""
    said = tuple(replace(each, note=text) for each in drawn.step.sign_offs)
    said += (SignOff("testers", AMITA, ago(2), more),)
    failure, ending = drawn.step.failure, drawn.release.ending
    changed = drawn.release.with_step(
        drawn.release.position,
        sign_offs=said,
        run=Run("github", more, 1, f"https://{text}", "running", ago(5)),
        failure=None if failure is None else Failure(failure.code, text),
    )
    version, sha = (each.encode(errors="ignore").decode() for each in (text, more))
    build = Build("website", version, sha, text, 7, f"https://ci.example.org/{more}")
    changed = replace(
        changed, build=build, ending=None if ending is None else replace(ending, reason=text, by=more)
    )
    here = replace(
        drawn.environment_state,
        live=Live(replace(build, version=sha), 1, ago(9)),
        locks=(Lock(text, ago(9), more),),
    )
    gathered = view(changed, here)
    names = Names({TIM: text, AMITA: more}, NAMES.zone, NAMES.now)
    return replace(
        gathered, names=names, roll_back_to=replace(build, version=text), head=text, changes_url=more
    )


@given(st.sampled_from(sorted(STATES)), HOSTILE, HOSTILE)
def test_text_from_outside_does_nothing(name: str, text: str, more: str) -> None:
    message = card(hostile(STATES[name], text, more))
    assert accepted(message)
    for part in (
        message.text,
        *(block["text"]["text"] for block in message.blocks if block["type"] == "section"),
    ):
        assert all(OURS.match(token) for token in TOKEN.findall(part))
        assert not re.search(r"[`~]|(?<![^\W_])_|_(?![^\W_])|@(?=channel|here)", TOKEN.sub("", part))
        assert TOKEN.sub("", part).count("*") in {0, 2}


@given(
    st.sampled_from(sorted(STATES)),
    HOSTILE | st.just("w" * 200),
    st.integers(0, 9),
    st.integers(1, 12),
)
def test_a_card_fits_a_phone(name: str, text: str, teams: int, people: int) -> None:
    drawn = hostile(STATES[name], text, text)
    rules = tuple(SignOffRule(f"team-{number}-with-a-long-name", people) for number in range(teams))
    environments = (STAGING, replace(PRODUCTION, gates=rules))
    grown = replace(drawn.release, plan=replace(PLAN, environments=environments))
    members = tuple(f"U0{number}{'X' * 20}" for number in range(people))
    directory = Directory({rule.team: Team(rule.team, members) for rule in rules})
    message = card(
        replace(view(grown, drawn.environment_state), directory=directory, names=drawn.names, head=text)
    )
    assert accepted(message)
    lines = [
        line
        for block in message.blocks
        if block["type"] == "section"
        for line in block["text"]["text"].split("\n")
    ]
    small = [
        part["text"] for block in message.blocks if block["type"] == "context" for part in block["elements"]
    ]
    assert sum(map(height, lines)) + small_height(" ".join(small)) <= LINES
    assert (
        sum(len(block["elements"]) for block in message.blocks if block["type"] == "actions")
        <= MAX_BUTTONS + 1
    )
    assert sum(token.startswith("<http") for token in TOKEN.findall(lines[-1])) <= 2
    assert "r42" in lines[0]
