"""What is posted beside the card: what is wanted first, mentions only where it rings, logs as they are."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.thread import (
    MOST_JOINED,
    call_message,
    channel_post,
    concluded,
    direct_message,
    joined,
    log_tail,
    thread_post,
    with_changes,
)
from bot.blocks.words import THREAD_POSTS
from handlers.calls import Ask
from handlers.effects import Call, DirectMessage, PostToChannel, PostToThread
from handlers.people import Directory, Team
from handlers.release import Ending, ReleaseState
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff
from handlers.step import StepState
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.test_text import HOSTILE
from tests.bot.blocks.world import AMITA, ANDY, CHANGES, DIRECTORY, MARA, NAMES, NOW, TIM, release, view

WANTED = {"environment": "production"}


@pytest.mark.parametrize(
    ("effect", "text"),
    [
        (
            Call(42, "sign_offs_wanted", WANTED, ("testers", "ops")),
            "Sign off r42 website 2.4.1 for production: testers, ops <@U0AMITA> <@U0TIM>",
        ),
        (
            Call(42, "failed", {**WANTED, "code": "run_failed", "detail": "502"}, ("ops",)),
            'Decide on r42 website 2.4.1: it failed in production: "502". <@U0TIM>',
        ),
        (
            PostToThread(
                42, "failed", {**WANTED, "code": "run_failed", "detail": '"502 from web-3" (exit 1)'}, True
            ),
            'Decide on r42 website 2.4.1: it failed in production: "502 from web-3" (exit 1).',
        ),
        (
            Call(42, "open_again", WANTED, ("ops",)),
            "Release r42 website 2.4.1 to production: production is open again and all else is done. <@U0TIM>",
        ),
        (
            PostToThread(
                42, "rolled_back", {**WANTED, "by": TIM, "reason": "broken", "settled_by": ""}, True
            ),
            'Tim rolled production of website back to 2.4.1 (r42): "broken".',
        ),
        (
            PostToThread(42, "done", {**WANTED, "settled_by": TIM}, True),
            "r42 website 2.4.1 went live in production. Tim says that it was deployed.",
        ),
        (
            PostToThread(
                42,
                "rolled_back",
                {**WANTED, "by": TIM, "reason": "", "settled_by": "", "locked": "yes"},
                True,
            ),
            (
                "Tim rolled production of website back to 2.4.1 (r42). It is locked now. To open it: "
                "/release unlock website production"
            ),
        ),
        (
            PostToThread(42, "failed", {**WANTED, "code": "not_sent", "detail": ""}, True),
            "Decide on r42 website 2.4.1: it was not started in production. Nothing was deployed.",
        ),
        (
            PostToThread(42, "rejected", {"by": AMITA, "reason": "broken"}, True, (ANDY,)),
            'r42 website 2.4.1 is rejected by Amita: "broken". <@U0ANDY>',
        ),
        (PostToThread(42, "grant_void", {**WANTED, "why": "locked"}), None),
        (PostToThread(42, "done", WANTED, True), "r42 website 2.4.1 went live in production."),
        (
            with_changes(PostToThread(42, "done", WANTED, True), (*CHANGES, *CHANGES)),
            "r42 website 2.4.1 went live in production. Faster leaderboard (Mara), Safari log-in (Andy) and 4 more.",
        ),
        (PostToThread(42, "signed", {"by": TIM, "team": "ops", "note": ""}), "Tim signed off for ops."),
        (
            PostToThread(42, "cancelling", {"by": "shiproom", "code": "timed_out"}),
            "The time limit is over: it is being stopped.",
        ),
    ],
)
def test_said(effect: PostToThread | Call, text: str | None) -> None:
    message = (
        call_message(effect, effect.teams, view(release()))
        if isinstance(effect, Call)
        else thread_post(effect, release(), NAMES, DIRECTORY)
    )
    assert accepted(message)
    assert text in {None, message.text}


def test_a_line_that_rings_nobody_mentions_nobody() -> None:
    quiet = thread_post(
        PostToThread(42, "signed", {"by": TIM, "team": "ops", "note": "ok"}),
        release(),
        NAMES,
        DIRECTORY,
    )
    assert "<" not in quiet.text


def test_who_is_told_is_mentioned_in_the_thread_too() -> None:
    told = PostToThread(42, "cancelled", {"by": TIM, "reason": ""}, users=(ANDY, AMITA, ANDY))
    assert thread_post(told, release(), NAMES, DIRECTORY).text == "Tim cancelled it. <@U0ANDY> <@U0AMITA>"


def test_only_those_who_can_sign_are_called() -> None:
    """Andy started it, and Amita has signed for one of the two that her team needs."""
    rules = (SignOffRule("testers", needs=2), SignOffRule("ops"))
    environments = release().plan.environments
    guarded = replace(environments[-1], gates=rules)
    plan = replace(release().plan, environments=(*environments[:-1], guarded))
    signed = SignOff("testers", AMITA, NOW)
    step = replace(release().steps[-1], state=StepState.WAITING, sign_offs=(signed,))
    steps = (*(replace(each, state=StepState.SUCCEEDED) for each in release().steps[:-1]), step)
    known = replace(release(), plan=plan, steps=steps, requesters=(ANDY,))
    teams = {"testers": Team("testers", (AMITA, ANDY, MARA)), "ops": Team("ops", (TIM, ANDY), "S0OPS")}
    called = Call(42, "sign_offs_wanted", WANTED, ("testers", "ops"))
    message = call_message(called, called.teams, view(known, directory=Directory(teams)))
    assert message.text.endswith(" <@U0MARA> <@U0TIM> <!subteam^S0OPS>")
    alone = call_message(called, ("ops",), view(known, directory=Directory(teams)))
    assert alone.text == "Sign off r42 website 2.4.1 for production: ops <@U0TIM> <!subteam^S0OPS>"


def test_a_call_that_is_over_says_how_it_ended_and_rings_nobody() -> None:
    known = replace(release(), ending=Ending(ReleaseState.CANCELLED, TIM, NOW, "wrong build"))
    message = concluded(Ask("failed", "elsewhere", 1, ("ops",)), known, NAMES, DIRECTORY)
    assert message.text == 'r42 website 2.4.1 in elsewhere: cancelled by Tim: "wrong build".'
    done = replace(release(), ending=Ending(ReleaseState.DONE, TIM, NOW))
    message = concluded(Ask("failed", "elsewhere", 1, ("ops",)), done, NAMES, DIRECTORY)
    assert message.text == f"r42 website 2.4.1 in elsewhere: done since {NAMES.clock(NOW)}."


def test_lines_become_one_message_as_long_as_they_fit() -> None:
    asked = thread_post(PostToThread(42, "testing", {"by": TIM}), release(), NAMES, DIRECTORY)
    log = log_tail("x" * 150 + "\n" + "y" * 150)
    together, count = joined([asked, log, asked])
    assert (count, together.text.count("\n"), len(together.blocks)) == (3, 2, 4)
    assert accepted(together)
    assert joined([asked] * 30)[1] == MOST_JOINED
    assert joined([replace(asked, text="z" * 3990), asked])[1] == 1


def test_a_user_group_is_mentioned_as_one() -> None:
    directory = Directory({"ops": Team("ops", (TIM,), "S0OPS"), "bad": Team("bad", ("<!here>",), "here")})
    teams = ("ops", "bad", "gone")
    message = call_message(
        Call(42, "unknown", WANTED, teams, (TIM,)), teams, view(release(), directory=directory)
    )
    assert message.text.endswith(" <@U0TIM> <!subteam^S0OPS>")


def test_in_the_channel_and_to_one() -> None:
    values = {"environment": "production", "service": "website", "by": TIM}
    locked = channel_post(
        PostToChannel("website", "locked", {**values, "reason": "db", "until": NOW.isoformat()}),
        NAMES,
        DIRECTORY,
    )
    assert locked.text == 'production of website is locked by Tim until 10:20: "db". Rollbacks still pass.'
    both = {**values, "environment": "staging, production"}
    opened = channel_post(PostToChannel("website", "unlocked", both), NAMES, DIRECTORY).text
    assert opened.startswith("staging and production of website are open again, unlocked by Tim.")
    told = direct_message(DirectMessage("website", AMITA, "unlocked", values), NAMES, DIRECTORY)
    assert told.text == "Tim opened production of website, which you had locked."
    assert accepted(locked)
    assert accepted(told)


@given(st.sampled_from(sorted(THREAD_POSTS)), HOSTILE)
def test_text_from_outside_does_nothing(code: str, text: str) -> None:
    names = (
        "by",
        "reason",
        "note",
        "detail",
        "environment",
        "team",
        "run",
        "correlation",
        "url",
        "code",
        "why",
        "tail",
    )
    message = thread_post(
        PostToThread(42, code, dict.fromkeys(names, text), True), release(), NAMES, DIRECTORY
    )
    assert accepted(message)
    # Who did it comes from a signed payload; an account whose name is not known is mentioned.
    shown = re.sub(r"<https?://[^<>|\s]+\|Watch it>|<@[UW][A-Z0-9]+>", "", message.text)
    assert not re.search(r"[<>*`]", shown)


@pytest.mark.parametrize(
    ("log", "shown"),
    [
        ("one\r\ntwo\n", "one\ntwo"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("``` <!channel> & co", "\u02cb\u02cb\u02cb &lt;!channel&gt; &amp; co"),
        (
            "\n".join(str(number) for number in range(100)),
            "\n".join(str(number) for number in range(60, 100)),
        ),
        ("a" * 300, "a" * 200),
    ],
)
def test_log_tail(log: str, shown: str) -> None:
    message = log_tail(log)
    assert accepted(message)
    assert message.blocks[1]["text"]["text"] == f"```{shown}```"


def test_an_empty_log() -> None:
    assert spoken(log_tail(" \n\x00").blocks) == "The log is empty."


@given(st.text(st.characters() | st.sampled_from("`<>&\n\x1b["), max_size=5000))
def test_nothing_leaves_the_log(log: str) -> None:
    message = log_tail(log)
    assert accepted(message)
    for block in message.blocks[1:]:
        assert re.fullmatch(r"```[^`<>]+```", block["text"]["text"])
