"""Checks on GitHub what a policy needs; starts nothing, returns one sentence per problem."""

import base64
from collections.abc import Sequence
from http import HTTPStatus

from bot.ci.github.api import GitHubApi, error_message, file_path, full_name, repository_path, workflow_path
from bot.ci.github.compatibility import build_misfits, misfits
from bot.ci.github.workflow import Workflow, read_workflow
from bot.ci.http.json_access import part, segment, text
from bot.ci.http.response import CiResponse
from bot.ci.run import Source, Target

_NO_RUN = 0


class GitHubCheck:
    """Checks with one connection's token; `is_server` means an Enterprise Server."""

    def __init__(self, api: GitHubApi, *, is_server: bool) -> None:
        self._api = api
        self._is_server = is_server

    async def problems(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Return what is missing.

        Repositories come first, because nothing else can be checked in one that cannot be seen.
        """
        deploying = {target.repository for target in targets}
        repositories = dict.fromkeys((*deploying, *(source.repository for source in sources)))
        problems, seen = list[str](), set[str]()
        for repository in repositories:
            found = await self._repository(repository)
            if not found:
                seen.add(repository)
                found = await self._permissions(repository, writes=repository in deploying)
            problems += found
        for target in targets:
            if target.repository in seen:
                where = f"{target.service}/{target.environment}"
                problems += [f"{where}: {problem}" for problem in await self._target(target)]
        for source in sources:
            if source.repository in seen:
                problems += [f"{source.service}: {problem}" for problem in await self._source(source)]
        return list(dict.fromkeys(problems))

    async def _repository(self, repository: str) -> list[str]:
        path = repository_path(repository)
        if not path:
            return [f"`{repository}` is not a repository on GitHub: write `owner/name` under `repository`"]
        answer = await self._api.client.read(path)
        if answer is None:
            return ["GitHub cannot be read now: check `url` and the network, then try again"]
        problem = _refusal(answer, full_name(repository))
        problem = problem or _moved(answer, full_name(repository))
        if not problem and text(answer.json, "full_name") == "":
            problem = "`url` is not the address of GitHub's API: that of an Enterprise Server ends in /api/v3"
        if not problem and part(answer.json, "archived") is True:
            problem = (
                f"{full_name(repository)} is archived, and nothing runs in it: name another or unarchive it"
            )
        return [problem] if problem else []

    async def _permissions(self, repository: str, *, writes: bool) -> list[str]:
        """Try a harmless request of each kind; 403 means the token lacks the permission."""
        path = repository_path(repository)
        reads = {"Actions: read": f"{path}/actions/runs", "Contents: read": f"{path}/contents/"}
        answers = {name: await self._api.client.read(each) for name, each in reads.items()}
        lacking = [name for name, answer in answers.items() if _forbidden(answer)]
        if writes and not lacking and _forbidden(await self._cancel_nothing(path)):
            lacking = ["Actions: write"]
        return [
            f"the token lacks the permission `{name}` for {full_name(repository)}: add it" for name in lacking
        ]

    async def _cancel_nothing(self, path: str) -> CiResponse | None:
        """Test the write permission on a run that cannot exist."""
        sent = await self._api.client.send("POST", f"{path}/actions/runs/{_NO_RUN}/cancel")
        return sent if isinstance(sent, CiResponse) else None

    async def _target(self, target: Target) -> list[str]:
        if not target.deploy.workflow:
            return ["no workflow is named: write the name of its file under `workflow`"]
        found = await self._workflow(target.repository, target.deploy.workflow, target.branch)
        if isinstance(found, str):
            return [found]
        return list(misfits(target, found, is_server=self._is_server))

    async def _source(self, source: Source) -> list[str]:
        found = await self._workflow(source.repository, source.builds.workflow, source.builds.branch)
        return [found] if isinstance(found, str) else list(build_misfits(source.builds.workflow, found))

    async def _workflow(self, repository: str, file: str, branch: str) -> Workflow | str:
        """Read a workflow as it is on a branch; return a sentence if it cannot run."""
        name = full_name(repository)
        known = await self._api.client.read(workflow_path(repository, file))
        if known is None or not known.ok:
            return (
                f"{name} has no workflow `{file}`: put the file into .github/workflows on the default branch"
            )
        state = text(known.json, "state")
        if state != "active":
            return f"the workflow `{file}` of {name} is not active ({state}): enable it on its page under Actions"
        at = await self._api.client.read(f"{repository_path(repository)}/branches/{segment(branch)}")
        if at is not None and at.status == HTTPStatus.NOT_FOUND:
            return f"{name} has no branch `{branch}`: name another under `builds: branch`"
        written = await self._api.client.read(file_path(repository, file), params={"ref": branch})
        if written is None or not written.ok:
            return f"the branch `{branch}` of {name} has no .github/workflows/{file}: merge it there"
        workflow = read_workflow(_content(written))
        return workflow or f"`{file}` on the branch `{branch}` of {name} is not a readable workflow: fix it"


def _refusal(answer: CiResponse, name: str) -> str:
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return "GitHub does not know the token: it may have expired, so make a new one and set it as `token`"
    if answer.status == HTTPStatus.NOT_FOUND:
        return f"{name} does not exist, or the token may not see it: check the name, and give the token access to it"
    return "" if answer.ok else f"GitHub refuses to show {name}: {error_message(answer) or answer.status}"


def _moved(answer: CiResponse, name: str) -> str:
    """Return that a repository has another name now, to which reads are redirected."""
    now = text(answer.json, "full_name")
    if not now or now.casefold() == name.casefold():
        return ""
    return (
        f"{name} has moved, and GitHub starts nothing under its old name: give the new one under `repository`"
    )


def _forbidden(answer: CiResponse | None) -> bool:
    return answer is not None and answer.status == HTTPStatus.FORBIDDEN


def _content(answer: CiResponse) -> str:
    """Decode a file's text (GitHub's docs, "Get repository content": base64 up to 1 MB)."""
    try:
        return base64.b64decode(text(answer.json, "content")).decode("utf-8", "replace")
    except ValueError:
        return ""
