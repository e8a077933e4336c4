"""Who may claim on GitLab: the job that deploys, in a pipeline of ours, the first time that it runs."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.ci.gitlab.provider import GitLab, connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Admission, Target, TemporarilyUnavailableError, UnauthenticatedError
from handlers.plan import Deploy
from handlers.policy import Connection
from tests.bot.ci.gitlab_fixture import gitlab
from tests.bot.ci.gitlab_server import PATH, GitLabServer, Job
from tests.bot.ci.stage import Ask
from tests.bot.ci_api.issuer import Issuer, issuer

RUN, FIRST, SECOND, OTHER = "61", "101", "103", "102"
"""A pipeline; its job that deploys, a retry of it, and another job."""


@dataclass
class Bench:
    server: GitLabServer
    ci: GitLab
    target: Target
    issuer: Issuer

    async def admitted(self, claims: Mapping[str, str | None], workflow: str = "") -> Admission:
        ours = {"project_path": PATH, "project_id": "20", "ref": "main", "ref_type": "branch"}
        own = {"pipeline_id": RUN, "job_id": FIRST, "pipeline_source": "api", "job_source": "web"}
        token = self.issuer.token(self.issuer.claims(**{**ours, **own, **claims}))
        target = replace(self.target, deploy=replace(self.target.deploy, workflow=workflow))
        return await self.ci.admit(target, token)


@pytest.fixture
async def bench(tmp_path: Path, around: ProviderContext, ask: Ask) -> AsyncIterator[Bench]:
    async with gitlab(tmp_path) as fixture, issuer(around.clock) as tokens:
        settings = {**fixture.connection.settings, "oidc_issuer": tokens.url}
        ci = connect(Connection("gitlab", "gitlab", settings), around)
        pipeline = fixture.server.add("x")
        assert str(pipeline.id) == RUN
        pipeline.jobs = [Job(int(FIRST)), Job(int(OTHER), "smoke"), Job(int(SECOND))]
        yield Bench(fixture.server, ci, ask(fixture.deploy("lasts")).target, tokens)
        await ci.close()


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({}, Admission(RUN, 1)),
        ({"job_id": OTHER}, Admission(RUN, 1)),
        ({"job_id": SECOND}, UnauthenticatedError),
        ({"project_path": "tailspin/other"}, UnauthenticatedError),
        ({"project_path": None}, UnauthenticatedError),
        ({"ref": "topic"}, UnauthenticatedError),
        ({"ref_type": "tag"}, UnauthenticatedError),
        ({"pipeline_source": "push"}, UnauthenticatedError),
        ({"pipeline_source": None}, UnauthenticatedError),
        ({"pipeline_id": None}, UnauthenticatedError),
        ({"pipeline_id": "61/../62"}, UnauthenticatedError),
        ({"job_id": "x"}, UnauthenticatedError),
        ({"job_id": "900"}, TemporarilyUnavailableError),
        ({"pipeline_id": "999"}, TemporarilyUnavailableError),
        ({"aud": "another"}, UnauthenticatedError),
        ({"iss": "https://gitlab.com"}, UnauthenticatedError),
    ],
)
async def test_each_claim_counts(
    bench: Bench, claims: dict[str, str | None], expected: Admission | type[Exception]
) -> None:
    if isinstance(expected, Admission):
        assert await bench.admitted(claims) == expected
        return
    with pytest.raises(expected):
        await bench.admitted(claims)


@pytest.mark.parametrize(
    ("job", "expected"),
    [(FIRST, Admission(RUN, 1)), (SECOND, Admission(RUN, 2)), (OTHER, UnauthenticatedError)],
)
async def test_where_the_job_is_named_its_starts_are_counted(
    bench: Bench, job: str, expected: Admission | type[Exception]
) -> None:
    if isinstance(expected, Admission):
        assert await bench.admitted({"job_id": job}, "deploy") == expected
        return
    with pytest.raises(expected):
        await bench.admitted({"job_id": job}, "deploy")


async def test_a_project_by_its_number(bench: Bench) -> None:
    bench.target = replace(bench.target, repository="20")
    assert await bench.admitted({}) == Admission(RUN, 1)
    with pytest.raises(UnauthenticatedError):
        await bench.admitted({"project_id": "21"})


@pytest.mark.parametrize(
    ("url", "issuer_url", "takes"),
    [
        ("https://gitlab.example.com/api/v4", "", True),
        ("http://gitlab.example.com", "", False),
        ("http://gitlab.example.com", "https://gitlab.example.com", True),
        ("", "", True),
    ],
)
async def test_tokens_need_an_issuer_that_nobody_can_stand_in_for(
    around: ProviderContext, url: str, issuer_url: str, takes: bool
) -> None:
    settings = {"url": url, "token": "t", "oidc_issuer": issuer_url}
    ci = connect(Connection("gitlab", "gitlab", settings), around)
    assert ci.takes_tokens is takes
    if not takes:
        with pytest.raises(UnauthenticatedError):
            await ci.admit(Target(Deploy("gitlab"), "website", "staging", PATH, "main"), "a.b.c")
    await ci.close()
