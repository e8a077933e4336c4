"""A change: a commit by its author, a build, and an announcement if it passed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.demo import announce
from bot.demo.announce import Announcer
from bot.demo.editor import Editor, Headline
from bot.demo.errors import DemoError
from tests.bot.demo.conftest import Sample

TOKEN = "builds"


@dataclass
class Listener:
    """A server that takes builds, or refuses the next ones with these statuses."""

    took: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    refusals: list[int] = field(default_factory=list[int])
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        if self.refusals:
            return web.json_response({"error": "no", "field": ""}, status=self.refusals.pop(0))
        self.took.append(await request.json())
        return web.json_response({}, status=201)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    found = Listener()
    app = web.Application()
    app.router.add_post("/api/v1/builds", found.take)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest.fixture
def editor(sample: Sample, listener: Listener) -> Editor:
    announcer = Announcer(listener.url, TOKEN, lambda number: f"http://127.0.0.1/demo/builds/{number}")
    return Editor(sample.repository, sample.builds, announcer)


async def test_a_change(sample: Sample, editor: Editor, listener: Listener) -> None:
    await editor.catch_up()
    built = await editor.change("Mara", Headline("#ffb454", 'Hello "you"'))
    assert built
    commit = (await sample.repository.commits("HEAD~1"))[0]
    assert (commit.author, commit.title) == ("Mara", 'Say "Hello "you"" in #ffb454')
    assert listener.took[-1] == {
        "service": "website",
        "version": "1.0.2",
        "sha": commit.sha,
        "branch": "main",
        "url": "http://127.0.0.1/demo/builds/2",
        "digest": built.digest,
        "changes": [{"sha": commit.sha, "author": "Mara", "title": commit.title}],
    }
    assert built.announced
    assert not await sample.repository.changed()


@pytest.mark.parametrize(
    ("headline", "title"),
    [
        (Headline("#ffb454", "Space Game"), "Colour the headline #ffb454"),
        (Headline("#7fd1ff", "Hello"), 'Say "Hello" in the headline'),
        (Headline("#7fd1ff", ""), "Say nothing in the headline"),
        (Headline("#ffb454", ""), "Say nothing in #ffb454"),
    ],
)
async def test_titles_say_what_was_changed(
    sample: Sample, editor: Editor, headline: Headline, title: str
) -> None:
    await editor.change("Andy", headline)
    assert [each.title for each in await sample.repository.commits("HEAD~1")] == [title]
    assert editor.headline() == headline


async def test_a_failed_build_is_not_announced(editor: Editor, listener: Listener) -> None:
    await editor.catch_up()
    failed = await editor.change("Andy", Headline("#0b1020", "Hidden"))
    assert failed
    assert "cannot be read" in failed.failure
    assert [each["version"] for each in listener.took] == ["1.0.1"]
    fixed = await editor.change("Mara", Headline("#ffffff", "Hidden"))
    assert fixed
    assert [each["version"] for each in listener.took] == ["1.0.1", "1.0.3"]
    assert [each["author"] for each in listener.took[-1]["changes"]] == ["Mara", "Andy"]


async def test_the_same_again_is_no_change(sample: Sample, editor: Editor) -> None:
    before = await sample.repository.head()
    assert await editor.change("Andy", editor.headline()) is None
    assert await sample.repository.head() == before


async def test_catching_up(editor: Editor, listener: Listener) -> None:
    first = await editor.catch_up()
    assert await editor.catch_up() == first
    assert [each["version"] for each in listener.took] == ["1.0.1"]


async def test_a_build_is_announced_when_the_bot_is_back(
    editor: Editor, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announce, "BETWEEN", 0.01)
    listener.refusals = [503, 500]
    await editor.catch_up()
    assert [each["version"] for each in listener.took] == ["1.0.1"]


async def test_a_build_that_was_not_announced_is_announced_later(
    editor: Editor, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announce, "BETWEEN", 0.01)
    monkeypatch.setattr(announce, "TRIES", 2)
    listener.refusals = [503, 503]
    with pytest.raises(DemoError, match=r"1\.0\.1 could not be announced"):
        await editor.catch_up()
    await editor.catch_up()
    assert [each["version"] for each in listener.took] == ["1.0.1"]


async def test_a_refused_build_raises(editor: Editor, listener: Listener) -> None:
    listener.refusals = [409]
    with pytest.raises(DemoError, match="refused the build"):
        await editor.catch_up()
