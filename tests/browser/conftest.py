"""A running demo and a browser; skipped where no Chromium is installed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.demo.environment import DemoEnvironment, running_demo
from bot.demo.folder import DemoFolder
from tests.browser import chromium
from tests.browser.story import HOLD
from tests.profile import size

collect_ignore = size(["test_site.py"], ["test_site.py"], [])
"""tests/docs has the site without a browser; this looks at it with one."""

MISSING = "no Chromium is installed here; on Debian: apt-get install chromium"

PAUSES = "time.sleep(PAUSE)\n"
PAUSES_HERE = f"""\
time.sleep(0.4)
    while (ROOT.parent / "{HOLD}").exists():
        time.sleep(0.05)
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(not chromium.installed(), reason=MISSING))


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[DemoEnvironment]:
    """The demo, with deployments a little faster than people like to watch."""
    async with running_demo(DemoFolder(tmp_path / "demo"), 0, print) as running:
        running.slack.deadline = 30.0
        script = running.folder.repository / "deploy.py"
        script.write_text(script.read_text(encoding="utf-8").replace(PAUSES, PAUSES_HERE), encoding="utf-8")
        await running.editor.repository.commit("Andy", "Deploy faster, and wait where a test wants to look")
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium.browser() as started:
        yield started
