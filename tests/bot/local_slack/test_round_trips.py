"""All interactions reach a real bolt app and return, over HTTP and Socket Mode."""

import pytest
from slack_bolt.async_app import AsyncApp

from tests.bot.local_slack.tiny_bot import CHANNEL
from tests.local_slack.slack import SlackForTests

pytestmark = pytest.mark.usefixtures("bot")
TICKS = {"Checklist": True}


@pytest.fixture(autouse=True)
def the_bot(bot: AsyncApp) -> AsyncApp:
    return bot


async def test_answer_to_a_command_is_for_one_person(slack: SlackForTests) -> None:
    andy, amita = slack.person("Andy"), slack.person("Amita")
    await andy.command("/release", "status <now> & here", CHANNEL)
    (seen,) = andy.sees(CHANNEL)
    assert (seen.text, seen.private) == ("You said status <now> & here", True)
    assert amita.sees(CHANNEL) == []


async def test_answer_in_blocks(slack: SlackForTests) -> None:
    andy = slack.person("Andy")
    await andy.command("/release", "blocks", CHANNEL)
    assert [(seen.text, seen.push) for seen in andy.sees(CHANNEL)] == [("*in* blocks", "fallback")]


async def test_card_thread_and_update(slack: SlackForTests) -> None:
    andy, amita = slack.person("Andy"), slack.person("Amita")
    await andy.command("/release", "card", CHANNEL)
    card, broadcast = amita.sees(CHANNEL)
    assert card.text == "r1 waits\n[Sign off for testers] [More] [⋯ Why · Cancel r1]"
    assert (broadcast.text, broadcast.message.thread_ts) == ("@Andy started it", card.ts)
    declined = await amita.click(card, "Sign off", confirm=False)
    assert declined.confirm
    assert (declined.confirm.text, declined.delivered) == ("2.4.1 for *production*", False)
    assert amita.sees(CHANNEL)[0] == card
    await amita.click(card, "Sign off")
    assert amita.sees(CHANNEL)[0].text == "signed by @Amita: approve r1"
    assert [seen.ts for seen in amita.sees(CHANNEL, card.ts)] == [card.ts, broadcast.ts]


async def test_a_menu_sends_the_chosen_option_and_keeps_no_state(slack: SlackForTests) -> None:
    andy = slack.person("Andy")
    await andy.command("/release", "card", CHANNEL)
    await andy.click(andy.sees(CHANNEL)[0], "Cancel")
    assert (await andy.until_sees(CHANNEL, "overflow")).text == "overflow: Cancel r1, {}"
    assert andy.sees(CHANNEL)[0].menu == ("Why", "Cancel r1")
    await andy.click(andy.sees(CHANNEL)[0], "Why")
    assert (await andy.until_sees(CHANNEL, "overflow: Why")).private
    with pytest.raises(LookupError, match="Roll back"):
        await andy.click(andy.sees(CHANNEL)[0], "Roll back")


async def test_a_click_on_a_card_as_it_was_still_arrives(slack: SlackForTests) -> None:
    amita = slack.person("Amita")
    await amita.command("/release", "card", CHANNEL)
    old = amita.sees(CHANNEL)[0]
    await amita.click(old, "Sign off")
    assert (await amita.click(old, "Sign off")).delivered


async def test_answers_through_a_response_url(slack: SlackForTests) -> None:
    andy, amita = slack.person("Andy"), slack.person("Amita")
    await andy.command("/release", "later", CHANNEL)
    await andy.until_sees(CHANNEL, "public, later")
    assert [seen.text for seen in andy.sees(CHANNEL)] == ["private, later", "public, later"]
    assert [seen.text for seen in amita.sees(CHANNEL)] == ["public, later"]


async def test_an_ephemeral_message_is_taken_back(slack: SlackForTests) -> None:
    andy = slack.person("Andy")
    await andy.command("/release", "card", CHANNEL)
    await andy.click(andy.sees(CHANNEL)[0], "more")
    private = await andy.until_sees(CHANNEL, "more, for you")
    assert private.private
    await andy.click(private, "More")
    assert private.ts not in [seen.ts for seen in andy.sees(CHANNEL)]


async def test_a_filled_modal(slack: SlackForTests) -> None:
    andy = slack.person("Andy")
    await andy.command("/release", "modal", CHANNEL)
    assert andy.reads_modal().startswith("Start a release")
    answer = await andy.fill(
        andy.modal, {"Build": "2.4.1", "note": "go & see", "Checklist": ["Board"]}
    ).submit()
    assert (answer.error, andy.modal) == ("", None)
    assert andy.sees(CHANNEL)[-1].text == "2.4.1 by @Andy: go & see, ['Board']"


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"Build": "2.4.1"}, "Please complete this required field."),
        ({"Build": "2.4.1", "Note": "n" * 21, **TICKS}, "Must be at most 20 characters."),
    ],
)
async def test_what_slack_itself_refuses(
    slack: SlackForTests, values: dict[str, str], complaint: str
) -> None:
    andy = slack.person("Andy")
    await andy.command("/release", "modal", CHANNEL)
    answer = await andy.fill(andy.modal, values).submit()
    assert answer.error == "incomplete"
    assert complaint in andy.reads_modal()
    assert andy.sees(CHANNEL) == []


async def test_answers_to_a_modal(slack: SlackForTests) -> None:
    andy = slack.person("Andy")
    await andy.command("/release", "modal", CHANNEL)
    await andy.fill(andy.modal, {"Build": "2.4.1", "Note": "errors", **TICKS}).submit()
    assert "Say why" in andy.reads_modal()
    await andy.fill(andy.modal, {"Note": "update"}).submit()
    assert "Say why" not in andy.reads_modal()
    assert andy.reads_modal().startswith("Changed")
    await andy.fill(andy.modal, {"Note": "push"}).submit()
    await andy.fill(andy.modal, {"Build": "2.4.0", "Note": "push", **TICKS}).submit()
    assert len(slack.workspace.modals.stack("U0ANDY")) == 3
    await andy.fill(andy.modal, {"Build": "2.4.0", "Note": "push", **TICKS}).submit()
    assert "We had some trouble connecting" in andy.reads_modal()
    await andy.fill(andy.modal, {"Note": "clear"}).submit()
    assert andy.modal is None


async def test_a_modal_that_changes_while_it_is_filled_in(slack: SlackForTests) -> None:
    andy = slack.person("Andy")
    await andy.command("/release", "pick", CHANNEL)
    assert andy.modal
    await andy.choose(andy.modal, "Service", "api")
    assert "Service: api" in andy.reads_modal()
    await andy.click(andy.modal, "One more")
    pushed = slack.workspace.modals.stack("U0ANDY")[-1]
    assert (len(slack.workspace.modals.stack("U0ANDY")), "Service: again" in andy.reads_modal()) == (2, True)
    await andy.close(pushed)
    await andy.fill(andy.modal, {"Where": "prod"}).submit()
    assert andy.modal is None
    assert andy.sees(CHANNEL)[-1].text == "api to production: why none"


@pytest.mark.parametrize("everything", [True, False])
async def test_a_closed_modal(slack: SlackForTests, everything: bool) -> None:
    andy = slack.person("Andy")
    await andy.command("/release", "modal", CHANNEL)
    assert andy.modal
    await andy.close(andy.modal, everything=everything)
    assert andy.modal is None
    assert [seen.text for seen in andy.sees(andy.direct().id)] == [f"closed, cleared: {everything}"]


async def test_a_failing_bot_is_seen(slack: SlackForTests) -> None:
    andy = slack.person("Andy")
    slack.deadline = 0.2
    answer = await andy.command("/release", "fail", CHANNEL)
    assert answer.error in {"dispatch_failed", "operation_timeout"}
    assert [seen.text for seen in andy.sees(CHANNEL)] == [
        f'`/release` failed with the error "{answer.error}"'
    ]
