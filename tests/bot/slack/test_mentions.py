"""`@Shiproom` in a thread: it means the release of the thread, for full members, each message once; over both transports."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from bot.local_slack.mentions import mention_json
from bot.local_slack.model import ChatMessage, User
from bot.slack.mention_text import read_mention
from tests.bot.inside import Inside
from tests.local_slack.chat_user import Seen
from tests.world import CHANNEL

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOT = "U0SHIPROOM"
NAMES = {"U0MARA": "Mara", "U0TIM": "Tim Oak"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<@U0SHIPROOM> why", "why"),
        ("  <@U0SHIPROOM>  why  ", "why"),
        ("<@U0SHIPROOM|shiproom> why", "why"),
        ("<@U0SHIPROOM>, approve", "approve"),
        ("<@U0SHIPROOM>: approve r42", "approve r42"),
        ("<@U0SHIPROOM>\nstatus", "status"),
        ("<@U0SHIPROOM>", ""),
        ("<@U0SHIPROOM> reject a &lt;b&gt; &amp;amp; c", "reject a <b> &amp; c"),
        ("<@U0SHIPROOM> reject &lt;@U0MARA&gt;", "reject <@U0MARA>"),
        ("<@U0SHIPROOM> reject ask <@U0MARA>", "reject ask @Mara"),
        ("<@U0SHIPROOM> reject ask <@U0TIM|tim>", "reject ask @Tim Oak"),
        ("<@U0SHIPROOM> reject ask <@U0OTHER|otto>", "reject ask @otto"),
        ("<@U0SHIPROOM> reject ask <@U0OTHER>", "reject ask @U0OTHER"),
        ("<@U0SHIPROOM> hold see <#C0OPS|ops>", "hold see #ops"),
        ("<@U0SHIPROOM> hold see <#C0OPS>", "hold see #C0OPS"),
        (
            "<@U0SHIPROOM> hold see <https://example.org/a?b=1&amp;c=2>",
            "hold see https://example.org/a?b=1&c=2",
        ),
        ("<@U0SHIPROOM> hold see <http://example.org|example.org>", "hold see example.org"),
        ("<@U0SHIPROOM> hold <mailto:a@example.org|a@example.org>", "hold a@example.org"),
        ("<@U0SHIPROOM> hold <!here> and <!subteam^S0OPS|@ops>", "hold @here and @ops"),
        ("<@U0SHIPROOM> hold until <!date^1700000000^{time}|18:00>", "hold until 18:00"),
        ("<@U0OTHER> why", None),
        ("why <@U0SHIPROOM>", None),
        ("thanks, <@U0SHIPROOM> approve", None),
        ("&lt;@U0SHIPROOM&gt; why", None),
        ("@Shiproom why", None),
        ("> <@U0SHIPROOM> why", None),
        ("", None),
    ],
)
async def test_what_is_typed_behind_a_mention(text: str, line: str | None) -> None:
    assert read_mention(text, BOT, NAMES) == line
    assert read_mention(text, "", NAMES) is None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(bot: Inside) -> Inside:
    """Have other bots beside it."""
    workspace = bot.world.slack.workspace
    for name in ("Other bot", "Workflow"):
        user = workspace.put_user(User(f"U0{name[:2].upper()}", name, is_bot=True))
        channel = workspace.channels[CHANNEL]
        workspace.put_channel(replace(channel, members=(*channel.members, user.id)))
    return bot


async def card(bot: Inside, version: str, *, signable: bool = True) -> tuple[int, str]:
    """Bring a build to where it waits for its sign-offs, or its turn; return its release and the thread of its card."""
    world = bot.world
    await world.build(version)
    await world.person("Mara").command("/release", f"{version} to staging", CHANNEL)
    _, found = await world.api("GET", "/api/v1/releases?service=website&limit=1")
    number = int(found[0]["number"])
    if signable:
        await world.until(number, "succeeded", "staging")
    seen = await world.person("Tim").until_sees(CHANNEL, f"r{number} website {version}")
    return number, seen.ts


def private(bot: Inside, name: str, thread: str | None) -> list[Seen]:
    seen = bot.world.person(name).sees(CHANNEL, thread)
    return [each for each in seen if each.private]


async def answered(bot: Inside, name: str, words: str, thread: str | None) -> Seen:
    """Mention the bot, and return what that person alone is answered there."""
    before = len(private(bot, name, thread))
    bot.world.person(name).mentions(CHANNEL, words, thread)
    await bot.until(lambda: len(private(bot, name, thread)) > before)
    return private(bot, name, thread)[-1]


async def signed(bot: Inside, number: int) -> list[str]:
    shown = await bot.world.release(number)
    return [each["user"] for step in shown["steps"] for each in step["sign_offs"]]


async def test_in_the_thread_of_a_card_it_means_that_release(bot: Inside) -> None:
    first, thread = await card(bot, "2.4.1")
    await answered(bot, "Amita", "testing", thread)
    second, other = await card(bot, "2.4.2", signable=False)
    why = await answered(bot, "Irwin", "why", thread)
    assert f"r{first} website" in why.text
    assert why.message.thread_ts == thread
    assert f"r{second} website" in (await answered(bot, "Irwin", "why", other)).text
    assert f"r{second} website" in (await answered(bot, "Irwin", f"why r{second}", thread)).text
    assert f"r{first} website" in (await answered(bot, "Irwin", "", thread)).text
    assert not private(bot, "Mara", thread)

    await answered(bot, "Amita", "approve looks good", thread)
    assert await signed(bot, first) == ["U0AMITA"]
    await answered(bot, "Mara", f"cancel r{second} <b> & so on", thread)
    await bot.world.until(second, "cancelled")
    assert "<b> & so on" in str((await bot.rows())[-1])
    await answered(bot, "Tim", "reject log in is broken", thread)
    await bot.world.until(first, "rejected")


async def test_outside_of_a_thread_it_is_the_command_of_the_channel(bot: Inside) -> None:
    number, _ = await card(bot, "2.5.0")
    said = await answered(bot, "Irwin", "status", None)
    assert said.message.thread_ts is None
    assert f"r{number}" in said.text
    assert "which release" in (await answered(bot, "Amita", "approve", None)).text.lower()
    assert await signed(bot, number) == []
    await answered(bot, "Amita", f"approve r{number}", None)
    assert await signed(bot, number) == ["U0AMITA"]
    await answered(bot, "Tim", f"reject r{number} broken", None)


async def test_what_is_no_command_is_answered_with_what_is_meant(bot: Inside) -> None:
    number, thread = await card(bot, "2.5.1")
    said = await answered(bot, "Irwin", "frobnicate please", thread)
    typed = await bot.world.says("Irwin", "frobnicate please")
    assert said.text == typed
    assert await signed(bot, number) == []
    await answered(bot, "Tim", "reject broken", thread)


async def test_a_form_is_opened_by_a_button_of_the_answer(bot: Inside) -> None:
    number, thread = await card(bot, "2.5.2")
    tim = bot.world.person("Tim")
    said = await answered(bot, "Tim", "reject", thread)
    assert said.buttons == ("Open the form",)
    assert tim.modal is None
    await tim.click(said, "Open the form")
    assert tim.modal is not None
    await tim.fill(tim.modal, {"Reason": "log in is broken"}).submit()
    assert (await bot.world.release(number))["state"] == "rejected"
    start = await answered(bot, "Tim", "", None)
    await tim.click(start, "Open the form")
    assert tim.modal is not None
    assert tim.modal.content["callback_id"] == "start"
    await tim.close(tim.modal)


async def test_an_event_that_comes_again_acts_once(bot: Inside) -> None:
    number, thread = await card(bot, "2.5.3")
    slack, amita = bot.world.slack, bot.world.person("Amita")
    said = ChatMessage(CHANNEL, amita.user.id, f"<@{BOT}> approve", ts="1.2", thread_ts=thread)
    event = mention_json(slack.workspace, said)
    for _ in range(3):
        await slack.events.tell(event)
        slack.events.delivered -= 1
    slack.events.delivered += 1
    await bot.until(lambda: bool(private(bot, "Amita", thread)))
    await answered(bot, "Amita", "why", thread)
    assert await signed(bot, number) == ["U0AMITA"]
    assert len(private(bot, "Amita", thread)) == 2
    await answered(bot, "Tim", "reject broken", thread)


async def test_who_is_no_full_member_never_acts(bot: Inside) -> None:
    number, thread = await card(bot, "2.5.4")
    for name in ("Guest", "Stranger"):
        said = await answered(bot, name, "approve", thread)
        assert "full member" in said.text
        assert (await answered(bot, name, "status", thread)).text == said.text
        assert "website" not in said.text
    assert await signed(bot, number) == []
    await answered(bot, "Tim", "reject broken", thread)


SAID: Mapping[str, Mapping[str, Any]] = {
    "a bot": {"bot_id": "B0OTHER", "bot_profile": {"id": "B0OTHER"}},
    "a bot without a profile": {"user": "U0OT"},
    "a workflow": {"subtype": "bot_message", "bot_id": "B0WORK"},
    "a workflow with a user": {"user": "U0WO"},
    "an edited message": {"edited": {"user": "U0AMITA", "ts": "1700000000.000000"}},
    "a change of a message": {"subtype": "message_changed"},
    "a message of another app": {"user": BOT},
    "nobody": {"user": None},
}


@pytest.mark.parametrize("who", SAID)
async def test_nothing_but_what_a_person_posts_acts(bot: Inside, who: str) -> None:
    _, found = await bot.world.api("GET", "/api/v1/releases?service=website&state=waiting&limit=1")
    if not found:
        await card(bot, f"2.6.{[*SAID].index(who)}")
        _, found = await bot.world.api("GET", "/api/v1/releases?service=website&state=waiting&limit=1")
    number = int(found[0]["number"])
    card_shown = [each for each in bot.world.person("Tim").sees(CHANNEL) if f"r{number} website" in each.text]
    thread, slack = card_shown[0].ts, bot.world.slack
    said = ChatMessage(CHANNEL, "U0AMITA", f"<@{BOT}> approve", ts="1.2", thread_ts=thread)
    before = len(slack.calls)
    receipts = await slack.events.tell({**mention_json(slack.workspace, said), **SAID[who]})
    assert [receipt.ok for receipt in receipts] == [True]
    await answered(bot, "Irwin", "why", thread)
    assert await signed(bot, number) == []
    told = [each[1]["user"] for each in list(slack.calls)[before:] if each[0] == "chat.postEphemeral"]
    assert told == ["U0IRWIN"]


async def test_an_edit_does_not_act_after_the_message_did_not(bot: Inside) -> None:
    number, thread = await card(bot, "2.7.0")
    workspace, amita = bot.world.slack.workspace, bot.world.person("Amita")
    said = amita.says(CHANNEL, "looks good", thread)
    workspace.edit(replace(said, text=f"<@{BOT}> approve", edited="1700000000"))
    other = workspace.users["U0OT"]
    workspace.post(ChatMessage(CHANNEL, other.id, f"<@{BOT}> approve", thread_ts=thread))
    await answered(bot, "Irwin", "why", thread)
    assert await signed(bot, number) == []
    await answered(bot, "Tim", "reject broken", thread)
