"""The examples of docs/api.md, run as a reader runs them: by bash with curl, against a running bot."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.bot.http.outside import LOCKER, outside
from tests.bot.inside import Inside
from tests.house.tree import ROOT
from tests.policy_ci.reviews import run
from tests.world import API_TOKEN

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    async with outside(tmp_path_factory.mktemp("bot")) as running:
        yield running


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 6


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: str(text).split("/", 3)[-1][:20])
async def test_an_example_works_as_it_is(bot: Inside, example: str, tmp_path: Path) -> None:
    assert "http://127.0.0.1:3000" in example
    written = example.replace("http://127.0.0.1:3000", bot.world.url)
    environ = {"SHIPROOM_API_TOKEN": API_TOKEN, "INCIDENT_TOKEN": LOCKER, "PATH": os.environ["PATH"]}
    ended = await run("bash", "-e", "-c", written, cwd=tmp_path, environ=environ)
    assert ended.status == 0, ended.said
    assert ended.said
