"""What is said of a Jenkins that cannot carry out a policy: each sentence says what to do."""

from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.ci.jenkins.provider import connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Source, Target
from handlers.plan import BuildSource, Deploy
from handlers.policy import Connection
from tests.bot.ci.jenkins_fixture import jenkins
from tests.bot.ci.jenkins_server import DEPLOYS
from tests.bot.ci.loopback import Trouble, served

TARGET = Target(Deploy("jenkins", workflow=DEPLOYS, inputs=(("outcome", "x"),)), "website", "staging")
ABSENT = (
    "does not exist for this user: name it with its folders, like `folder/job`, and give the user Job/Read"
)


def undeclared(*names: str) -> list[str]:
    return [
        f"the job {DEPLOYS} declares no parameter `{name}`, and Jenkins drops what is not declared: "
        "add it as a string parameter"
        for name in names
    ]


@pytest.mark.parametrize(
    ("deploy", "builds", "expected"),
    [
        ({}, DEPLOYS, []),
        ({"send": ("version",)}, DEPLOYS, undeclared("shiproom_version")),
        ({"claim": True}, DEPLOYS, undeclared("shiproom_claim_secret")),
        ({"inputs": (("TO", "x"),)}, DEPLOYS, undeclared("TO")),
        ({"workflow": "website/gone"}, DEPLOYS, [f"the job website/gone {ABSENT}"]),
        ({"workflow": ""}, DEPLOYS, [f"the job (none) {ABSENT}"]),
        ({}, "website/build", [f"the job website/build {ABSENT}"]),
    ],
)
async def test_what_jenkins_lacks(
    tmp_path: Path, around: ProviderContext, deploy: dict[str, object], builds: str, expected: list[str]
) -> None:
    target = replace(TARGET, deploy=replace(TARGET.deploy, **deploy))
    source = Source("website", "", BuildSource("main", "jenkins", builds))
    async with jenkins(tmp_path) as fixture:
        ci = connect(fixture.connection, around)
        assert list(await ci.check([target, target], [source])) == expected
        await ci.close()


async def test_a_job_that_is_disabled_or_takes_nothing(tmp_path: Path, around: ProviderContext) -> None:
    async with jenkins(tmp_path) as fixture:
        job = fixture.server.jobs[DEPLOYS]
        job.buildable, job.declared = False, set()
        ci = connect(fixture.connection, around)
        assert await ci.check([TARGET], []) == [
            f"the job {DEPLOYS} is disabled: enable it",
            *undeclared("shiproom_sha", "shiproom_correlation_id", "outcome"),
        ]
        await ci.close()


async def test_a_token_that_is_refused_and_a_jenkins_that_is_not_there(
    tmp_path: Path, around: ProviderContext
) -> None:
    async with jenkins(tmp_path) as fixture:
        bad = connect(Connection("j", "jenkins", {**fixture.connection.settings, "token": "old"}), around)
        assert await bad.check([TARGET], []) == [
            "Jenkins refuses `user` and `token`: make an API token on that user's page and set it"
        ]
    assert await bad.check([TARGET], []) == ["Jenkins does not answer now: check its `url`, and try again"]
    await bad.close()


async def test_what_is_no_jenkins(around: ProviderContext) -> None:
    async with served(web.Application(), Trouble()) as url:
        ci = connect(
            Connection("j", "jenkins", {"url": url, "user": "bot", "token": "no-such-token"}), around
        )
        assert await ci.check([TARGET], []) == [
            "this is not a Jenkins: write the address of its start page as `url`"
        ]
        await ci.close()
