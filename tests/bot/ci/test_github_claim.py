"""Who may claim on GitHub: a run of the workflow that deploys, dispatched on the branch of the policy, and no other."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace

import pytest

from bot.ci.github.provider import GitHub, connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Admission, Target, TemporarilyUnavailableError, UnauthenticatedError
from handlers.plan import Deploy
from handlers.policy import Connection
from tests.bot.ci.stage import Ask
from tests.bot.ci_api.issuer import Issuer, issuer, rsa_key

OURS = {
    "repository": "tailspin/space-game-web",
    "workflow_ref": "tailspin/space-game-web/.github/workflows/deploy.yml@refs/heads/main",
    "ref": "refs/heads/main",
    "ref_type": "branch",
    "event_name": "workflow_dispatch",
    "run_id": "30000000001",
    "run_attempt": "2",
    "actor": "mara-dev",
}
"""What a token says (GitHub's docs, "OpenID Connect reference")."""

HERE = "tailspin/space-game-web/.github/workflows"
MAIN = "refs/heads/main"


@dataclass
class Bench:
    ci: GitHub
    target: Target
    issuer: Issuer

    async def admitted(self, claims: Mapping[str, object], **target: str) -> Admission:
        token = self.issuer.token(self.issuer.claims(**{**OURS, **claims}))
        return await self.ci.admit(replace(self.target, **target), token)


@pytest.fixture
async def bench(around: ProviderContext, ask: Ask) -> AsyncIterator[Bench]:
    async with issuer(around.clock) as tokens:
        ci = connect(Connection("github", "github", {"token": "t", "oidc_issuer": tokens.url}), around)
        yield Bench(ci, ask(Deploy("github", workflow="deploy.yml")).target, tokens)
        await ci.close()


async def test_a_run_of_ours_may_claim(bench: Bench) -> None:
    assert bench.ci.takes_tokens
    assert await bench.admitted({}) == Admission("30000000001", 2)
    assert await bench.admitted({"actor": "somebody"}) == Admission("30000000001", 2)


@pytest.mark.parametrize(
    "target",
    [
        {"repository": "Tailspin/Space-Game-Web"},
        {"repository": "https://github.com/tailspin/space-game-web"},
        {"repository": "https://github.com/tailspin/space-game-web.git/"},
    ],
)
async def test_a_repository_is_known_however_it_is_written(bench: Bench, target: dict[str, str]) -> None:
    assert await bench.admitted({}, **target) == Admission("30000000001", 2)


@pytest.mark.parametrize(
    "claims",
    [
        {"repository": "tailspin/space-game-web-2"},
        {"repository": "mallory/space-game-web"},
        {"repository": None},
        {"repository": ["tailspin/space-game-web"]},
        {"workflow_ref": f"{HERE}/build.yml@{MAIN}"},
        {"workflow_ref": f"{HERE}/Deploy.yml@{MAIN}"},
        {"workflow_ref": f"{HERE}/deploy.yml@refs/heads/topic"},
        {"workflow_ref": f"{HERE}/deploy.yml@refs/tags/main"},
        {"workflow_ref": f"{HERE}/deploy.yml"},
        {"workflow_ref": f"mallory/space-game-web/.github/workflows/deploy.yml@{MAIN}"},
        {"workflow_ref": None},
        {"ref": "refs/heads/topic"},
        {"ref": "main"},
        {"ref": None},
        {"ref_type": "tag"},
        {"ref_type": None},
        {"event_name": "push"},
        {"event_name": "pull_request"},
        {"event_name": "repository_dispatch"},
        {"event_name": None},
        {"run_id": None},
        {"run_id": ""},
        {"run_id": "1 or 2"},
        {"run_id": 30000000001},
        {"run_attempt": None},
        {"run_attempt": "0"},
        {"run_attempt": "-1"},
        {"run_attempt": "\u0662"},
        {"aud": "somebody-else"},
        {"iss": "https://elsewhere.example.org"},
        {"exp": 1},
    ],
)
async def test_another_run_may_not(bench: Bench, claims: Mapping[str, object]) -> None:
    with pytest.raises(UnauthenticatedError):
        await bench.admitted(claims)


@pytest.mark.parametrize(
    "target", [{"repository": ""}, {"repository": "a/b"}, {"branch": "topic"}, {"branch": ""}]
)
async def test_a_run_may_not_claim_for_another_target(bench: Bench, target: dict[str, str]) -> None:
    with pytest.raises(UnauthenticatedError):
        await bench.admitted({}, **target)


async def test_a_token_that_somebody_else_signed_is_forged(bench: Bench) -> None:
    token = bench.issuer.token(bench.issuer.claims(**OURS), key=rsa_key("another"))
    with pytest.raises(UnauthenticatedError):
        await bench.ci.admit(bench.target, token)


async def test_while_the_keys_cannot_be_read_nothing_is_decided(bench: Bench) -> None:
    bench.issuer.status = 503
    with pytest.raises(TemporarilyUnavailableError):
        await bench.admitted({})


@pytest.mark.parametrize(
    ("url", "takes"),
    [
        ("", True),
        ("https://api.github.com", True),
        ("https://api.tailspin.ghe.com", True),
        ("https://github.example.org/api/v3", True),
        ("http://github.example.org/api/v3", False),
        ("https://[/api/v3", False),
    ],
)
async def test_tokens_count_only_where_their_keys_come_safely(
    around: ProviderContext, ask: Ask, url: str, takes: bool
) -> None:
    ci = connect(Connection("github", "github", {"token": "t", "url": url}), around)
    assert ci.takes_tokens is takes
    if not takes:
        with pytest.raises(UnauthenticatedError):
            await ci.admit(ask(Deploy("github", workflow="deploy.yml")).target, "a.b.c")
    await ci.close()
