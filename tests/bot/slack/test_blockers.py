""" "Report a blocker" in the menu of a message, and lists that are longer than Slack's; over both transports."""

from pathlib import Path

import pytest

from bot.local_slack.model import ChatMessage
from tests.bot.inside import Inside, inside
from tests.bot.slack.test_mentions import card
from tests.local_slack.chat_user import ChatUser, Seen
from tests.local_slack.fault_injection import InjectedFault
from tests.world import CHANNEL, POLICY_WITHOUT_CHECKLIST

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET_WORDS = "the customer's password is swordfish"
MANY = 200


async def report(bot: Inside, name: str, about: ChatMessage, what: str, words: str = "") -> ChatUser:
    """Use the shortcut on a message, fill in the modal and submit it."""
    person = bot.world.person(name)
    await person.uses_shortcut(about)
    assert person.modal is not None
    await person.fill(person.modal, {"What to do": what, "Reason": words}).submit()
    return person


async def reason(bot: Inside) -> str:
    """Return the reason of the newest row of the history."""
    return str((await bot.rows())[-1])


async def test_no_release_is_open(bot: Inside) -> None:
    tim = bot.world.person("Tim")
    await tim.uses_shortcut(tim.says(CHANNEL, SECRET_WORDS))
    assert "No release is open" in tim.reads_modal()
    assert tim.modal is not None
    await tim.close(tim.modal)


async def test_a_message_in_the_thread_of_a_card_rejects_that_release(bot: Inside) -> None:
    number, thread = await card(bot, "3.0.0")
    amita, tim = bot.world.person("Amita"), bot.world.person("Tim")
    said = amita.says(CHANNEL, SECRET_WORDS, thread)
    await tim.uses_shortcut(said)
    assert tim.modal is not None
    shown = str(tim.modal.content)
    assert tim.modal.values["release"]["filled"]["selected_option"]["value"].startswith(
        f"r{number} #production/1/"
    )
    assert f"r{number} website 3.0.0 · production: waiting" in shown
    assert "The release ends" in shown
    assert "Nothing of it starts until it is let go on" in shown
    assert SECRET_WORDS not in shown
    await tim.close(tim.modal)

    await report(bot, "Tim", said, "Reject", "log in is broken")
    assert "is rejected" in tim.reads_modal()
    assert tim.modal is not None
    await tim.close(tim.modal)
    assert (await bot.world.release(number))["state"] == "rejected"
    link = f"{bot.world.slack.url}/archives/{CHANNEL}/p{said.ts.replace('.', '')}?thread_ts={thread}&cid={CHANNEL}"
    assert f"log in is broken\\n{link}" in await reason(bot)
    assert SECRET_WORDS not in str(await bot.rows())
    assert '"log in is broken" the message' in await bot.world.says("Irwin", f"history r{number}")
    told = await tim.until_sees(CHANNEL, "is rejected by Tim", thread=thread)
    assert f'"log in is broken" <{link.replace("&", "&amp;")}|the message>' in _written(told)


async def test_what_is_typed_never_links(bot: Inside) -> None:
    number, thread = await card(bot, "3.0.7")
    link = f"{bot.world.slack.url}/archives/{CHANNEL}/p1700000000000100"
    await bot.world.says("Tim", f"reject r{number} see\n{link}")
    assert f"see {link}" in await reason(bot)
    told = await bot.world.person("Tim").until_sees(CHANNEL, "is rejected by Tim", thread=thread)
    assert "archives" in _written(told)
    assert f"<{link}" not in _written(told)


async def test_a_hold_without_words_has_the_link_alone(bot: Inside) -> None:
    number, thread = await card(bot, "3.0.1")
    said = bot.world.person("Amita").says(CHANNEL, SECRET_WORDS)
    tim = await report(bot, "Tim", said, "Hold")
    assert "is held" in tim.reads_modal()
    assert tim.modal is not None
    await tim.close(tim.modal)
    link = f"{bot.world.slack.url}/archives/{CHANNEL}/p{said.ts.replace('.', '')}"
    assert f"'reason': '\\n{link}'" in (await reason(bot)).replace('"', "'").replace("\\\\n", "\\n")
    why = await bot.world.says("Irwin", f"why r{number}")
    assert "Tim holds it" in why
    await bot.world.says("Tim", f"reject r{number} over")
    del thread


async def test_a_refusal_is_shown_in_the_modal_which_stays(bot: Inside) -> None:
    number, thread = await card(bot, "3.0.2")
    said = bot.world.person("Amita").says(CHANNEL, "look", thread)
    irwin = await report(bot, "Irwin", said, "Reject", "no")
    assert irwin.modal is not None
    assert irwin.modal.content["callback_id"] == "report_blocker"
    assert "testers" in str(irwin.modal.errors)
    assert (await bot.world.release(number))["state"] == "waiting"
    await irwin.close(irwin.modal)

    amita = bot.world.person("Amita")
    await amita.uses_shortcut(said)
    await bot.world.says("Tim", f"reject r{number} first")
    await amita.fill(amita.modal, {"What to do": "Reject"}).submit()
    assert amita.modal is not None
    assert amita.modal.errors
    await amita.close(amita.modal)


async def test_the_message_of_a_release_that_has_ended_names_that(bot: Inside) -> None:
    ended, thread = await card(bot, "3.0.3")
    await bot.world.says("Tim", f"reject r{ended} over")
    number, _ = await card(bot, "3.0.4")
    tim = bot.world.person("Tim")
    await tim.uses_shortcut(tim.says(CHANNEL, "late", thread))
    assert f"r{ended}, which this message belongs to, has ended" in tim.reads_modal()
    assert tim.modal is not None
    await tim.close(tim.modal)
    await bot.world.says("Tim", f"reject r{number} over")


async def test_guests_and_strangers_open_nothing(bot: Inside) -> None:
    number, thread = await card(bot, "3.0.5")
    said = bot.world.person("Amita").says(CHANNEL, "look", thread)
    guest, stranger = bot.world.person("Guest"), bot.world.person("Stranger")
    await guest.uses_shortcut(said)
    await guest.until_sees(CHANNEL, "full member")
    assert (await stranger.uses_shortcut(said)).error == "invalid_shortcut"
    assert (guest.modal, stranger.modal) == (None, None)
    await bot.world.says("Tim", f"reject r{number} over")


async def test_slack_does_not_name_the_link(bot: Inside) -> None:
    number, thread = await card(bot, "3.0.6")
    said = bot.world.person("Amita").says(CHANNEL, "look", thread)
    bot.world.slack.faults.add(InjectedFault("chat.getPermalink", "error"))
    tim = await report(bot, "Tim", said, "Reject")
    assert tim.modal is not None
    await tim.close(tim.modal)
    assert (await bot.world.release(number))["state"] == "rejected"
    stamp = said.ts.replace(".", "")
    link = f"{bot.world.slack.url}/archives/{CHANNEL}/p{stamp}?thread_ts={thread}&cid={CHANNEL}"
    assert link in await reason(bot)


def _written(seen: Seen) -> str:
    """Return all that a message is made of."""
    return f"{seen.message.text} {seen.message.blocks}"


def services(count: int) -> str:
    """Return the policy with many services more; Tim may start none but the last of them."""
    head, _, own = POLICY_WITHOUT_CHECKLIST.partition("services:\n")
    more = [
        own.replace("website:", f"service-{number:03}:")
        .replace("C0RELEASES", f"C0S{number:03}")
        .replace(
            "starters: [developers, ops]", f"starters: [{'ops' if number == count - 1 else 'developers'}]"
        )
        .replace("operators: [ops]", f"operators: [{'ops' if number == count - 1 else 'developers'}]")
        for number in range(count)
    ]
    return f"{head}services:\n{own}{''.join(more)}"


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket mode"])
async def test_of_200_services_one_is_chosen_by_typing(tmp_path: Path, *, socket_mode: bool) -> None:
    async with inside(tmp_path, services(MANY), socket_mode=socket_mode) as bot:
        mara, tim = bot.world.person("Mara"), bot.world.person("Tim")
        for person in (mara, tim):
            await person.command("/release", "", person.direct().id)
        assert mara.modal is not None
        assert tim.modal is not None
        everything = await mara.suggested(mara.modal, "service", "")
        assert len(everything) == 100
        assert (await tim.suggested(tim.modal, "service", ""))[:2] == ["website", "service-199"]
        assert await mara.suggested(mara.modal, "service", "e-17") == [f"service-17{n}" for n in range(10)]
        assert await mara.suggested(mara.modal, "service", "nothing") == []
        assert (await mara.suggested(mara.modal, "service", "SERVICE-150")) == ["service-150"]
        await mara.choose(mara.modal, "service", "service-150")
        assert "No build of service-150 is ready yet." in mara.reads_modal()
        assert await mara.suggested(mara.modal, "service", "web") == ["website"]
        await mara.choose(mara.modal, "service", "website")
        assert not bot.world.slack.interactions.lists.refused
