"""What a Buildbot needs so that deployments can be started through it and found again, and builds can be seen."""

from collections.abc import Iterator, Sequence

from bot.ci_api.buildbot_reading import Reading
from bot.ci_api.inputs import CORRELATION, SECRET, SHA
from bot.ci_api.parts import listed, part, segment, text
from bot.ci_api.run import Source, Target

_OWN = frozenset({"reason", "owner", "username", "priority", "builderid", "builderNames"})
"""What `force` reads for itself (Buildbot's docs, "ForceScheduler Scheduler")."""


async def faults_of(reading: Reading, targets: Sequence[Target], sources: Sequence[Source]) -> list[str]:
    """Ask for all that the policy names; gives a sentence for each thing that is not as it has to be."""
    refusal = await reading.session.enter()
    if refusal is not None:
        return [f"Buildbot cannot be used: {refusal.why}."]
    found: list[str] = []
    for target in targets:
        found += await _of_target(reading, target)
    for source in sources:
        found += await _of_source(reading, source)
    return list(dict.fromkeys(found))


async def _of_target(reading: Reading, target: Target) -> list[str]:
    name = f"The force scheduler {target.deploy.workflow}"
    answer = await reading.session.read(f"/forceschedulers/{segment(target.deploy.workflow)}")
    if answer is None:
        return ["Buildbot cannot be read now."]
    if not answer.ok:
        return [f"{name} is not there, or this user may not see it: make it, or name another as `workflow`."]
    return [f"{name} {fault}." for fault in _faults(part(answer.json, "forceschedulers", 0), target)]


async def _of_source(reading: Reading, source: Source) -> list[str]:
    answer = await reading.session.read(f"/builders/{segment(source.builds.workflow)}")
    if answer is None:
        return ["Buildbot cannot be read now."]
    if answer.ok:
        return []
    where = f"The builder {source.builds.workflow}, of the builds of {source.service},"
    return [f"{where} is not there, or this user may not see it: make it, or name another as `workflow`."]


def _faults(scheduler: object, target: Target) -> Iterator[str]:
    fields = {text(field, "fullName"): field for field in _fields(scheduler)}
    if part(scheduler, "enabled") is False:
        yield "is switched off: enable it"
    if len(listed(scheduler, "builder_names")) != 1:
        yield "starts several builders at once: leave it one, or a deployment runs several times"
    if text(fields.get("reason"), "type") == "fixed":
        yield "has a fixed `reason`: let it be given, because runs are searched by it"
    for wanted in _wanted(target):
        if wanted in _OWN:
            yield f"reads `{wanted}` for itself: give that input another name"
        elif wanted not in fields:
            yield f"does not declare the property {wanted}: add a StringParameter, or Buildbot drops it"


def _wanted(target: Target) -> list[str]:
    sent = [f"shiproom_{name}" for name in target.deploy.send]
    claim = [SECRET] if target.deploy.claim else []
    return [CORRELATION, SHA, *sent, *claim, *(name for name, _ in target.deploy.inputs)]


def _fields(scheduler: object) -> Iterator[object]:
    """Give the fields of the form, also those within others."""
    waiting = listed(scheduler, "all_fields")
    while waiting:
        field, waiting = waiting[0], waiting[1:]
        yield field
        waiting = [*listed(field, "fields"), *waiting]
