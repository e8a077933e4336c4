"""What Slack does between user and bot: refusals, deadlines, limits and errors."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from bot.local_slack.model import BOT, ChatMessage
from tests.bot.local_slack.tiny_bot import CHANNEL, MODAL, card, picker
from tests.local_slack.slack import SlackForTests
from tests.virtual_clock import ManualClock


@asynccontextmanager
async def answering(answer: web.Response | None) -> AsyncGenerator[str]:
    """Run a bot that answers everything alike, or (None) not before it is stopped."""
    stopped = asyncio.Event()

    async def receive(_: web.Request) -> web.Response:
        if answer is None:
            await stopped.wait()
            return web.Response()
        return web.Response(status=answer.status, text=answer.text, content_type=answer.content_type)

    application = web.Application()
    application.router.add_post("/slack/events", receive)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        stopped.set()
        await runner.cleanup()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(status=500), "dispatch_failed"),
        (web.Response(status=204), "dispatch_failed"),
        (web.Response(text="{", content_type="application/json"), "dispatch_failed"),
        (web.json_response({"blocks": [{"type": "x"}]}), "invalid_blocks"),
        (None, "operation_timeout"),
    ],
)
async def test_a_person_sees_what_went_wrong(
    slack: SlackForTests, answer: web.Response | None, error: str
) -> None:
    andy = slack.person("Andy")
    slack.deadline = 0.2
    card_seen = slack.workspace.post(ChatMessage(CHANNEL, BOT.id, "card", tuple(card("card"))))
    async with answering(answer) as slack.bot_url:
        assert (await andy.command("/release", "staging", CHANNEL)).error == error
        await andy.click(card_seen, "More")
        andy.workspace.modals.open("U0ANDY", MODAL)
        await andy.fill(andy.modal, {"Build": "2.4.1", "Checklist": True}).submit()
    notes = [seen.text for seen in andy.sees(CHANNEL) if seen.private]
    assert notes[0] == f'`/release` failed with the error "{error}"'
    assert notes[1:] == ([] if error == "invalid_blocks" else [f'"More" failed with the error "{error}"'])
    assert "We had some trouble connecting" in andy.reads_modal()


@pytest.mark.parametrize("bot_url", [None, "http://127.0.0.1:9"])
async def test_nobody_listens(slack: SlackForTests, bot_url: str | None) -> None:
    slack.bot_url = bot_url
    assert (await slack.person("Andy").command("/release", "staging", CHANNEL)).error == "dispatch_failed"


@pytest.mark.parametrize("body", ["", "ok"])
async def test_answers_in_plain_text(slack: SlackForTests, body: str) -> None:
    andy = slack.person("Andy")
    async with answering(web.Response(text=body)) as slack.bot_url:
        await andy.command("/release", "staging", CHANNEL)
    assert [seen.text for seen in andy.sees(CHANNEL)] == ([body] if body else [])


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {}},
        {"response_action": "dance"},
    ],
)
async def test_answers_to_a_modal_that_slack_does_not_take(
    slack: SlackForTests, answer: dict[str, object]
) -> None:
    andy = slack.person("Andy")
    slack.workspace.modals.open("U0ANDY", MODAL)
    async with answering(web.json_response(answer)) as slack.bot_url:
        await andy.fill(andy.modal, {"Build": "2.4.1", "Checklist": True}).submit()
    assert "We had some trouble connecting" in andy.reads_modal()


@pytest.mark.parametrize(
    ("name", "line", "thread", "note"),
    [
        ("Andy", "/dance now", None, "`/dance` is not a valid command."),
        ("Olga", "/release staging", None, "`/release` is not a valid command."),
        ("Andy", "/release staging", "1.0", "`/release` is not supported in threads. Sorry!"),
    ],
)
async def test_commands_that_never_reach_the_bot(
    slack: SlackForTests, name: str, line: str, thread: str | None, note: str
) -> None:
    person = slack.person(name)
    command, _, words = line.partition(" ")
    await person.command(command, words, CHANNEL, thread)
    assert [seen.text for seen in person.sees(CHANNEL, thread)] == [note]


async def test_a_response_url_works_five_times(slack: SlackForTests) -> None:
    name = slack.interactions.triggers.new_response_url("U0ANDY", CHANNEL)
    async with ClientSession() as session:
        for expected in (200, 200, 200, 200, 200, 404):
            async with session.post(f"{slack.url}/response/{name}", json={"text": "hello"}) as response:
                assert response.status == expected
    assert len(slack.person("Andy").sees(CHANNEL)) == 5


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [('{"text": "late"}', 404, "expired_url"), ("{", 400, "invalid_payload"), ("{}", 400, "no_text")],
)
async def test_response_urls_refuse(
    slack: SlackForTests, clock: ManualClock, body: str, status: int, text: str
) -> None:
    name = slack.interactions.triggers.new_response_url("U0ANDY", CHANNEL)
    clock.advance(60 * (31 if "late" in body else 29))
    async with (
        ClientSession() as session,
        session.post(f"{slack.url}/response/{name}", data=body) as response,
    ):
        assert response.status == status
        assert text in await response.text()


@pytest.mark.parametrize(
    ("body", "public"),
    [
        ({"text": "new", "replace_original": True}, ["new"]),
        ({"text": "new", "response_type": "in_channel"}, ["old", "new"]),
        ({"text": "new", "response_type": "in_channel", "thread_ts": "TS"}, ["new"]),
        (
            {"text": "new", "response_type": "in_channel", "thread_ts": "TS", "replace_original": False},
            ["old", "new"],
        ),
        ({"text": "new"}, ["old"]),
        ({"delete_original": True}, []),
    ],
)
async def test_what_a_response_url_does_to_the_message(
    slack: SlackForTests, body: dict[str, object], public: list[str]
) -> None:
    old = slack.workspace.post(ChatMessage(CHANNEL, BOT.id, "old"))
    name = slack.interactions.triggers.new_response_url("U0ANDY", CHANNEL, old.ts)
    sent = {key: old.ts if value == "TS" else value for key, value in body.items()}
    async with (
        ClientSession() as session,
        session.post(f"{slack.url}/response/{name}", json=sent) as response,
    ):
        assert response.status == 200
    assert [message.text for message in slack.workspace.messages(CHANNEL)] == public


async def test_a_click_in_a_modal_that_fails_is_seen(slack: SlackForTests) -> None:
    andy = slack.person("Andy")
    view = slack.workspace.modals.open("U0ANDY", picker("website"))
    async with answering(web.Response(status=500)) as slack.bot_url:
        assert (await andy.click(view, "One more")).error == "dispatch_failed"
    assert "We had some trouble connecting" in andy.reads_modal()


async def test_what_people_read(slack: SlackForTests) -> None:
    text = "<@U0ANDY> <@U0NONE> <#C0RELEASES> <!subteam^S0OPS> <!here> <https://x.org|log> <!date^1^{time}|10:07> &lt;3"
    fields = [{"type": "mrkdwn", "text": text}, {"type": "plain_text", "text": "<plain>"}]
    image = {"type": "image", "image_url": "https://example.org/x.png", "alt_text": "A chart"}
    blocks = ({"type": "section", "fields": fields}, image, {"type": "divider"})
    slack.workspace.post(ChatMessage(CHANNEL, BOT.id, "push", blocks))
    (seen,) = slack.person("Andy").sees(CHANNEL)
    assert seen.text == "@Andy @U0NONE #releases @ops @here log 10:07 <3 <plain>\nA chart"


async def test_people_can_only_use_what_they_see(slack: SlackForTests) -> None:
    andy = slack.person("Andy")
    posted = slack.workspace.post(ChatMessage(CHANNEL, BOT.id, "card", tuple(card("card"))))
    with pytest.raises(LookupError, match="only \\['Sign off for testers', 'More'\\]"):
        await andy.click(posted, "Reject")
    with pytest.raises(LookupError, match="no modal open"):
        andy.fill(andy.modal, {})
    with pytest.raises(KeyError):
        slack.person("Nobody")
    assert slack.person("Gil").sees("C0ELSE") == []
