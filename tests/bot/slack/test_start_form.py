"""The form to start a release with: another service is chosen in it, and its builds and environments follow."""

from pathlib import Path

from bot.local_slack.forms import elements
from tests.bot.inside import inside
from tests.local_slack.chat_user import ChatUser
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service


def builds(person: ChatUser) -> list[str]:
    """List the builds that can be chosen in the form."""
    assert person.modal is not None
    inputs = {block["block_id"]: element for block, element in elements(person.modal.blocks)}
    return [
        option["value"] for name in inputs if name.startswith("build:") for option in inputs[name]["options"]
    ]


async def test_the_form_follows_the_service(tmp_path: Path) -> None:
    policy = HEAD + service("shop") + service("game")
    async with inside(tmp_path, policy, furnish=furnished("shop", "game")) as bot:
        shop, game = ServiceScenario(bot, "shop"), ServiceScenario(bot, "game")
        await shop.build("1.0")
        await game.build("7.0")
        mara = bot.world.person("Mara")
        assert await shop.types("Mara", "") == ""
        assert builds(mara) == ["1.0"]
        assert mara.modal is not None
        assert not (await mara.choose(mara.modal, "Service", "game")).error
        assert builds(mara) == ["7.0"]
        answer = await mara.fill(mara.modal, {"Environment": "staging"}).submit()
        assert (answer.error, mara.modal) == ("", None)
        release = await bot.world.release(1)
        assert (release["service"], release["build"]["version"]) == ("game", "7.0")


async def test_a_guest_reads_no_builds_in_the_form(tmp_path: Path) -> None:
    async with inside(tmp_path, HEAD + service("shop"), furnish=furnished("shop")) as bot:
        shop = ServiceScenario(bot, "shop")
        assert "Only full members of this workspace can start a release" in await shop.types("Guest", "")
        assert bot.world.person("Guest").modal is None


async def test_what_the_form_cannot_start_is_said_again(tmp_path: Path) -> None:
    """Another service is chosen that has no build, or that the person may not start: [Start] says so, and loses nothing."""
    own = service("game").replace("[developers, ops]", "[ops]")
    policy = HEAD + service("shop") + service("art") + own
    async with inside(tmp_path, policy, furnish=furnished("shop", "art", "game")) as bot:
        shop, game = ServiceScenario(bot, "shop"), ServiceScenario(bot, "game")
        await shop.build("1.0")
        await game.build("7.0")
        mara = bot.world.person("Mara")
        assert await shop.types("Mara", "") == ""
        for chosen, why in (("art", "No build of art is ready yet."), ("game", "can start a release")):
            assert mara.modal is not None
            assert not (await mara.choose(mara.modal, "Service", chosen)).error
            assert mara.modal is not None
            answer = await mara.fill(mara.modal, {}).submit()
            assert isinstance(answer.body, dict)
            assert why in answer.body["errors"]["service"]
