"""The pages that "Changes" and "Build" lead to."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import ClientSession

from bot.demo.code_host import CodeHost
from tests.bot.demo.conftest import Sample

Look = Callable[[str], Awaitable[tuple[int, str]]]


@pytest.fixture
async def look(sample: Sample) -> AsyncIterator[Look]:
    host = CodeHost(sample.repository, sample.builds)
    await host.server.start()
    async with ClientSession() as session:

        async def read(path: str) -> tuple[int, str]:
            async with session.get(f"{host.repository_url}/{path}") as answer:
                return answer.status, await answer.text()

        yield read
    await host.server.stop()


async def test_a_comparison_lists_authors_and_what_changed(sample: Sample, look: Look) -> None:
    old = await sample.repository.head()
    (sample.repository.folder / "site" / "note.html").write_text("<b>new</b>\n", encoding="utf-8")
    new = await sample.repository.commit("Mara", "Say <something> new")
    status, page = await look(f"compare/{old}...{new}")
    assert status == 200
    assert "1 commit between" in page
    assert "Say &lt;something&gt; new" in page
    assert "Mara" in page
    assert '<span class="added">+&lt;b&gt;new&lt;/b&gt;</span>' in page
    status, page = await look(f"commit/{new[:7]}")
    assert (status, "Say &lt;something&gt; new" in page, "note.html" in page) == (200, True, True)


async def test_a_build_has_its_commits_its_diff_and_its_log(sample: Sample, look: Look) -> None:
    first = await sample.built()
    sample.builds.store(first)
    (sample.repository.folder / "theme.json").write_text('{"colour": "red", "words": "x"}', encoding="utf-8")
    await sample.repository.commit("Andy", "Colour it red")
    failed = await sample.built()
    status, page = await look("builds/1")
    assert (status, "All tests passed" in page, first.digest in page) == (200, True, True)
    assert "Testing website 1.0.1" in page
    status, page = await look("builds/2")
    assert (status, f"Failed: {failed.failure}" in page, "Colour it red" in page) == (200, True, True)
    assert "+{&quot;colour&quot;: &quot;red&quot;" in page


@pytest.mark.parametrize(
    "path",
    ["builds/9", "builds/x", "commit/0000000", "commit/--output", f"compare/{'0' * 40}...{'1' * 40}", "x"],
)
async def test_what_is_not_there(look: Look, path: str) -> None:
    assert (await look(path))[0] == 404
