"""Looks at GitHub for all that a policy needs of it; nothing is started, and each thing that is missing is one sentence."""

import base64
from collections.abc import Sequence
from http import HTTPStatus

from bot.ci_api.answer import Answer
from bot.ci_api.github_api import GitHubApi, file_path, full_name, repository_path, said, workflow_path
from bot.ci_api.github_fit import build_misfits, misfits
from bot.ci_api.github_workflow import Workflow, read_workflow
from bot.ci_api.parts import part, segment, text
from bot.ci_api.run import Source, Target

_MOVED = frozenset({301, 302, 307, 308})
_NO_RUN = 0


class Check:
    """Asks with one connection's token. `is_server` says that it is an Enterprise Server."""

    def __init__(self, api: GitHubApi, *, is_server: bool) -> None:
        self._api = api
        self._is_server = is_server

    async def findings(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Say what is missing; repositories first, since nothing else can be looked at where one cannot be seen."""
        deploying = {target.repository for target in targets}
        repositories = dict.fromkeys((*deploying, *(source.repository for source in sources)))
        faults, seen = list[str](), set[str]()
        for repository in repositories:
            found = await self._repository(repository)
            if not found:
                seen.add(repository)
                found = await self._permissions(repository, writes=repository in deploying)
            faults += found
        for target in targets:
            if target.repository in seen:
                where = f"{target.service}/{target.environment}"
                faults += [f"{where}: {fault}" for fault in await self._target(target)]
        for source in sources:
            if source.repository in seen:
                faults += [f"{source.service}: {fault}" for fault in await self._source(source)]
        return list(dict.fromkeys(faults))

    async def _repository(self, repository: str) -> list[str]:
        path = repository_path(repository)
        if not path:
            return [f"`{repository}` is no repository on GitHub: write `owner/name` under `repository`"]
        answer = await self._api.client.read(path)
        if answer is None:
            return ["GitHub cannot be read now: look at `url` and at the network, then check again"]
        fault = _refusal(answer, full_name(repository))
        if not fault and text(answer.json, "full_name") == "":
            fault = "`url` is not the address of GitHub's API: that of an Enterprise Server ends in /api/v3"
        if not fault and part(answer.json, "archived") is True:
            fault = f"{full_name(repository)} is archived, so that nothing runs in it: name another or unarchive it"
        return [fault] if fault else []

    async def _permissions(self, repository: str, *, writes: bool) -> list[str]:
        """Ask for a harmless thing of each kind; GitHub says 403 for what the token may not do."""
        path = repository_path(repository)
        reads = {"Actions: read": f"{path}/actions/runs", "Contents: read": f"{path}/contents/"}
        asked = {name: await self._api.client.read(each) for name, each in reads.items()}
        lacking = [name for name, answer in asked.items() if _forbidden(answer)]
        if writes and not lacking and _forbidden(await self._cancel_nothing(path)):
            lacking = ["Actions: write"]
        return [
            f"the token lacks the permission `{name}` for {full_name(repository)}: add it" for name in lacking
        ]

    async def _cancel_nothing(self, path: str) -> Answer | None:
        """Try the permission to write on a run that cannot be."""
        sent = await self._api.client.send("POST", f"{path}/actions/runs/{_NO_RUN}/cancel")
        return sent if isinstance(sent, Answer) else None

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
        """Read a workflow as a branch has it; gives the sentence that says why it cannot run."""
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
        return (
            workflow
            or f"`{file}` on the branch `{branch}` of {name} is no workflow that can be read: mend it"
        )


def _refusal(answer: Answer, name: str) -> str:
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return "GitHub does not know the token: it may have expired, so make a new one and set it as `token`"
    if answer.status in _MOVED:
        return f"{name} has moved, and GitHub starts nothing under its old name: give the new one under `repository`"
    if answer.status == HTTPStatus.NOT_FOUND:
        return f"{name} is not there, or the token may not see it: look at the name, and give the token access to it"
    return "" if answer.ok else f"GitHub refuses to show {name}: {said(answer) or answer.status}"


def _forbidden(answer: Answer | None) -> bool:
    return answer is not None and answer.status == HTTPStatus.FORBIDDEN


def _content(answer: Answer) -> str:
    """Read a file's text (GitHub's docs, "Get repository content": in base64 up to 1 MB)."""
    try:
        return base64.b64decode(text(answer.json, "content")).decode("utf-8", "replace")
    except ValueError:
        return ""
