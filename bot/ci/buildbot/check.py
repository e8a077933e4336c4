"""Checks that Buildbot can start deployments, find them again, and list builds."""

from collections.abc import Iterator, Sequence

from bot.ci.buildbot.queries import BuildbotQueries
from bot.ci.http.json_access import listed, part, segment, text
from bot.ci.inputs import CORRELATION, SECRET, SHA
from bot.ci.run import Source, Target

_OWN = frozenset({"reason", "owner", "username", "priority", "builderid", "builderNames"})
"""Parameters that `force` reads itself (Buildbot's docs, "ForceScheduler Scheduler")."""


async def problems_of(
    queries: BuildbotQueries, targets: Sequence[Target], sources: Sequence[Source]
) -> list[str]:
    """Check everything that the policy names; return a sentence for each problem."""
    refusal = await queries.session.log_in()
    if refusal is not None:
        return [f"Buildbot cannot be used: {refusal.why}."]
    found: list[str] = []
    for target in targets:
        found += await _of_target(queries, target)
    for source in sources:
        found += await _of_source(queries, source)
    return list(dict.fromkeys(found))


async def _of_target(queries: BuildbotQueries, target: Target) -> list[str]:
    name = f"The force scheduler {target.deploy.workflow}"
    answer = await queries.session.read(f"/forceschedulers/{segment(target.deploy.workflow)}")
    if answer is None:
        return ["Buildbot cannot be read now."]
    if not answer.ok:
        return [
            f"{name} does not exist, or this user may not see it: make it, or name another as `workflow`."
        ]
    return [f"{name} {problem}." for problem in _problems(part(answer.json, "forceschedulers", 0), target)]


async def _of_source(queries: BuildbotQueries, source: Source) -> list[str]:
    answer = await queries.session.read(f"/builders/{segment(source.builds.workflow)}")
    if answer is None:
        return ["Buildbot cannot be read now."]
    if answer.ok:
        return []
    where = f"The builder {source.builds.workflow}, of the builds of {source.service},"
    return [f"{where} does not exist, or this user may not see it: make it, or name another as `workflow`."]


def _problems(scheduler: object, target: Target) -> Iterator[str]:
    fields = {text(field, "fullName"): field for field in _fields(scheduler)}
    if part(scheduler, "enabled") is False:
        yield "is disabled: enable it"
    if len(listed(scheduler, "builder_names")) != 1:
        yield "starts several builders at once: leave it one, or a deployment runs several times"
    if text(fields.get("reason"), "type") == "fixed":
        yield "has a fixed `reason`: make it a parameter, because runs are searched by it"
    for wanted in _wanted(target):
        if wanted in _OWN:
            yield f"reads `{wanted}` itself: rename that input"
        elif wanted not in fields:
            yield f"does not declare the property {wanted}: add a StringParameter, or Buildbot drops it"


def _wanted(target: Target) -> list[str]:
    sent = [f"shiproom_{name}" for name in target.deploy.send]
    claim = [SECRET] if target.deploy.claim else []
    return [CORRELATION, SHA, *sent, *claim, *(name for name, _ in target.deploy.inputs)]


def _fields(scheduler: object) -> Iterator[object]:
    """Return the fields of the form, nested ones included."""
    waiting = listed(scheduler, "all_fields")
    while waiting:
        field, waiting = waiting[0], waiting[1:]
        yield field
        waiting = [*listed(field, "fields"), *waiting]
