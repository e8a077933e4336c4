"""Heads kept outside the database: for the next start, in a file of anchors, and once a day in a channel."""

import asyncio
import json
import stat
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.anchor_file import add_anchors, read_anchor, read_anchors
from bot.heads_file import FILE, HeadsFile
from bot.state_directory import StateDirectory, StateError
from storage import anchors
from storage.history import Head
from tests.bot.inside import Inside, inside
from tests.profile import size
from tests.virtual_clock import VirtualClock, run_virtually
from tests.world import CHANNEL, POLICY

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HEAD = Head("website", 12, "ab" * 32)
DAYS = size((), (), (1, 3))
"""Days that go by: each has many timers."""

ANCHORED = POLICY.replace(
    "services:\n", "audit: {anchor: {channel: C0RELEASES, file: anchors.txt}}\nservices:\n"
)


def test_what_is_kept_for_the_next_start(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "state")
    HeadsFile(state, "one").write([(HEAD, AT)])
    path = tmp_path / "state" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert HeadsFile(state, "one").read() == ((HEAD, AT),)
    assert HeadsFile(state, "another database").read() == ()
    assert HeadsFile(StateDirectory(tmp_path / "nothing there"), "one").read() == ()


@pytest.mark.parametrize("value", ["12", "x:ab:1", "12:ab:x", "12:ab:9999999999999999999999"])
def test_a_file_that_is_damaged(tmp_path: Path, value: str) -> None:
    StateDirectory(tmp_path).write(FILE, {"database_id": "one", "head website": value})
    with pytest.raises(StateError, match="is damaged"):
        HeadsFile(StateDirectory(tmp_path), "one").read()


def test_anchors_are_added_and_read(tmp_path: Path) -> None:
    path = tmp_path / "anchors.txt"
    add_anchors(path, [str(HEAD)], AT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == f"website:12:{'ab' * 32} 2026-11-20T09:30:00Z\n"
    with path.open("a") as torn:
        torn.write("shop:3:12")
    add_anchors(path, [f"shop:4:{'cd' * 32}"], AT)
    path.write_text("# from elsewhere\n\nhead api:1:0123456789ab\n" + path.read_text())
    found = read_anchors(path)
    assert [str(each.row) for each in found.anchors] == ["1", "12", "4"]
    assert found.strange == (5,)


def posted(bot: Inside) -> list[str]:
    """Return the messages with heads."""
    seen = bot.world.person("Tim").sees(CHANNEL)
    return [each.text for each in seen if "The heads of all histories" in each.text]


async def locked(bot: Inside, words: str) -> str:
    """Change something; return the head after it."""
    await bot.world.says("Tim", words)
    [head] = await bot.app.engine.database.read(lambda connection: [*anchors.heads(connection)])
    return str(head[0])


def test_heads_are_anchored_as_they_change_and_posted_once_a_day(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path, ANCHORED, clock=VirtualClock()) as bot:
            await locked(bot, "lock staging now")
            await asyncio.sleep(70)
            assert len(posted(bot)) == 1
            second = await locked(bot, "unlock staging")
            await asyncio.sleep(70)
            assert (tmp_path / "anchors.txt").read_text().splitlines()[-1].startswith(f"{second} 20")
            assert len(posted(bot)) == 1, "the second message of a day"
            await bot.restart()
            await asyncio.sleep(70)
            assert len(posted(bot)) == 1, "a restart forgets the message"
            for days in DAYS:
                await asyncio.sleep(days * 86_400)
                assert (len(posted(bot)), second in posted(bot)[-1]) == (2, True)

    run_virtually(story())


async def test_one_message_a_day_and_only_of_what_changed(tmp_path: Path) -> None:
    async with inside(tmp_path) as bot:
        database = bot.app.engine.database

        async def post(days: int) -> bool:
            at = AT + timedelta(days=days)
            asked = partial(anchors.post_once, post=anchors.AnchorPost(CHANNEL, at.date()), now=at)
            return await database.write(asked)

        await locked(bot, "lock staging now")
        assert [await post(0), await post(0), await post(1)] == [True, False, False]
        head = await locked(bot, "unlock staging")
        assert [await post(0), await post(1), await post(1)] == [False, True, False]
        bot.app.wake()
        await bot.until(lambda: len(posted(bot)) == 2)
        assert f"`{head}`" in posted(bot)[-1]
        assert read_anchor(posted(bot)[-1].splitlines()[-1]) is not None


async def test_a_stop_keeps_what_was_decided_last(tmp_path: Path) -> None:
    async with inside(tmp_path, ANCHORED) as bot:
        head = await locked(bot, "lock staging now")
        await bot.restart()
        kept = json.loads((tmp_path / ".shiproom" / FILE).read_text())
        service, row, digest = head.split(":")
        assert kept[f"head {service}"].startswith(f"{row}:{digest}:")
        assert head in (tmp_path / "anchors.txt").read_text()


async def test_a_file_that_cannot_be_written_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    policy = ANCHORED.replace("file: anchors.txt", "file: nowhere/anchors.txt")
    async with inside(tmp_path, policy) as bot:
        await locked(bot, "lock staging now")
        await bot.until(lambda: "the anchors cannot be written" in caplog.text)
        assert "No such file or directory" in caplog.text
        (tmp_path / "nowhere").mkdir()
    assert "website:" in (tmp_path / "nowhere" / "anchors.txt").read_text()
