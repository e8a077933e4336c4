"""What is said of a GitLab that cannot carry out a policy: each sentence says what to do."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.ci.gitlab.check import definition_problems
from bot.ci.gitlab.provider import connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Source, Target
from handlers.plan import BuildSource, Deploy
from handlers.policy import Connection
from tests.bot.ci.gitlab_fixture import gitlab
from tests.bot.ci.gitlab_server import DEFINITION, PATH, GitLabServer

TARGET = Target(
    Deploy("gitlab", workflow="deploy", inputs=(("outcome", "x"),)), "website", "staging", PATH, "main"
)
NAMED = f"website: .gitlab-ci.yml on main of {PATH}"


async def faults(
    tmp_path: Path, around: ProviderContext, change: Callable[[GitLabServer], object], target: Target = TARGET
) -> list[str]:
    source = Source("website", PATH, BuildSource("main", "gitlab"))
    async with gitlab(tmp_path) as fixture:
        change(fixture.server)
        ci = connect(fixture.connection, around)
        found = await ci.check([target, target], [source])
        await ci.close()
    return list(found)


@pytest.mark.parametrize(
    ("changes", "target", "expected"),
    [
        ({}, TARGET, []),
        (
            {"scopes": ["read_api"]},
            TARGET,
            ["the token has only read_api: make one with the scope `api`"],
        ),
        (
            {"role": 20},
            TARGET,
            [
                f"website: the project {PATH}: the token may not run pipelines: give it the role Developer or more"
            ],
        ),
        (
            {"branches": set[str]()},
            TARGET,
            [f"{PATH} has no branch main: make it, or name another under `builds`"],
        ),
        ({"definition": ""}, TARGET, [f"{NAMED} does not exist: write the pipeline that deploys"]),
        ({"definition": "a: ["}, TARGET, [f"{NAMED} is not YAML: fix it"]),
        (
            {},
            replace(TARGET, repository="t/gone"),
            [
                "website: the project t/gone does not exist for this token: name it as in its address, and grant access"
            ],
        ),
        ({}, replace(TARGET, repository="20"), []),
    ],
)
async def test_what_gitlab_lacks(
    tmp_path: Path,
    around: ProviderContext,
    changes: dict[str, object],
    target: Target,
    expected: list[str],
) -> None:
    def change(server: GitLabServer) -> None:
        for name, value in changes.items():
            setattr(server, name, value)

    assert await faults(tmp_path, around, change, target) == expected


async def test_a_token_that_is_refused_and_a_gitlab_that_is_not_there(
    tmp_path: Path, around: ProviderContext
) -> None:
    async with gitlab(tmp_path) as fixture:
        bad = connect(Connection("gitlab", "gitlab", {"url": fixture.url, "token": "old"}), around)
        assert await bad.check([TARGET], []) == [
            "GitLab refuses the token: make a new one with the scope `api` and set it"
        ]
    assert await bad.check([TARGET], []) == ["GitLab does not answer now: check its `url`, and try again"]
    await bad.close()


NAME = (
    "does not name its pipelines by the correlation id: "
    'add `workflow: {name: "shiproom $[[ inputs.shiproom_correlation_id ]]"}`'
)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (DEFINITION, []),
        (f"---\n{DEFINITION}", []),
        (
            DEFINITION.replace("    shiproom_sha:\n", ""),
            ["declares no input `shiproom_sha`: add it under `spec: inputs:`"],
        ),
        (
            DEFINITION.replace("    outcome:\n", ""),
            ["declares no input `outcome`: add it under `spec: inputs:`"],
        ),
        (DEFINITION.replace("shiproom $[[ inputs.shiproom_correlation_id ]]", "Deploy"), [NAME]),
        (
            DEFINITION.replace("deploy:", "release:"),
            ["has no job `deploy`: name the job that deploys under `workflow`"],
        ),
        (DEFINITION.replace("workflow:", "include: x.yml\nworkflow2:").replace("\ndeploy:", "\nother:"), []),
        (
            "deploy: {script: x}",
            [
                *(
                    f"declares no input `{name}`: add it under `spec: inputs:`"
                    for name in ("shiproom_sha", "shiproom_correlation_id", "outcome")
                ),
                NAME,
            ],
        ),
    ],
)
def test_what_a_definition_lacks(definition: str, expected: list[str]) -> None:
    assert definition_problems(definition, TARGET, tokens=True) == expected


@pytest.mark.parametrize("definition", ["", "[]", "spec: [x]\n---\n[y]", "1\n---\n2"])
def test_what_is_no_definition(definition: str) -> None:
    assert len(definition_problems(definition, TARGET, tokens=True)) == 5


def test_no_yaml() -> None:
    with pytest.raises(yaml.YAMLError):
        definition_problems("a: [", TARGET, tokens=True)


CLAIMS = replace(TARGET, deploy=replace(TARGET.deploy, claim=True))
NO_TOKEN = (
    "has no job that can claim: "
    "add `id_tokens: {SHIPROOM_CLAIM_TOKEN: {aud: shiproom}}` to the one that deploys"
)


@pytest.mark.parametrize(
    ("added", "tokens", "expected"),
    [
        ("", True, [NO_TOKEN]),
        ("  id_tokens: {T: {aud: vault}}\n", True, [NO_TOKEN]),
        ("  id_tokens: {T: {aud: shiproom}}\n", True, []),
        ("  id_tokens: {V: {aud: vault}, T: {aud: [vault, shiproom]}}\n", True, []),
        ("", False, ["declares no input `shiproom_claim_secret`: add it under `spec: inputs:`"]),
    ],
)
def test_what_a_claim_needs(added: str, tokens: bool, expected: list[str]) -> None:
    assert definition_problems(DEFINITION + added, CLAIMS, tokens=tokens) == expected


@pytest.mark.parametrize(
    ("job", "optional"),
    [
        ("{script: x}", False),
        ("{script: x, when: on_success, allow_failure: false}", False),
        ("{script: x, when: manual}", True),
        ("{script: x, rules: [{if: $CI, when: manual}]}", True),
        ("{script: x, allow_failure: true}", True),
        ("{script: x, allow_failure: {exit_codes: 137}}", True),
        ("{script: x, rules: [{if: $CI, allow_failure: true}]}", True),
    ],
)
def test_a_job_that_a_success_can_do_without(job: str, optional: bool) -> None:
    definition = DEFINITION.partition("deploy:")[0] + f"deploy: {job}\n"
    unnamed = replace(TARGET, deploy=replace(TARGET.deploy, workflow=""))
    expected = ["succeeds without `deploy`: name the job that deploys under `workflow`"] * optional
    assert definition_problems(definition, unnamed, tokens=True) == expected
    assert definition_problems(definition, TARGET, tokens=True) == []
