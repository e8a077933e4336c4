"""Checks that a workflow accepts what Shiproom sends; each problem is a sentence with its fix."""

from collections.abc import Iterator, Mapping

from bot.ci.github.runs import BUILD_EVENTS
from bot.ci.github.workflow import Input, Workflow, WorkflowJob
from bot.ci.inputs import CORRELATION, SHA
from bot.ci.run import Target
from handlers.plan import Deploy

_MOST_INPUTS = {False: 25, True: 10}
"""By whether it is an Enterprise Server (up to 3.19) or github.com: GitHub's docs, "Create a workflow dispatch event"."""


def misfits(target: Target, workflow: Workflow, *, is_server: bool) -> Iterator[str]:
    """Yield what keeps a workflow from deploying to a target."""
    file, sent = f"`{target.deploy.workflow}`", _sent(target.deploy)
    if "workflow_dispatch" not in workflow.events:
        yield f"{file} cannot be started from outside: add `workflow_dispatch` under its `on`"
        return
    if f"inputs.{CORRELATION}" not in workflow.run_name:
        wanted = f"run-name: Deploy [${{{{ inputs.{CORRELATION} }}}}]"
        yield f"{file} does not show the correlation id, so its runs cannot be found again: write `{wanted}` into it"
    yield from _unfit_inputs(file, workflow.inputs, sent)
    if len(sent) > _MOST_INPUTS[is_server]:
        yield f"{file} is sent {len(sent)} inputs and GitHub takes {_MOST_INPUTS[is_server]}: shorten `inputs` or `send`"
    if target.deploy.claim and not workflow.has_token:
        yield f"{file} gets no token for its claim: write `permissions: {{id-token: write}}` into the job that claims"
    yield from _unfit_job(file, workflow.jobs, target.deploy.job)


def _unfit_job(file: str, jobs: Mapping[str, WorkflowJob], wanted: str) -> Iterator[str]:
    """Yield why it would not be known from a run whether it deployed."""
    names = ", ".join(f"`{job.name}`" for job in jobs.values())
    if not wanted and len(jobs) > 1:
        yield f"{file} has the jobs {names}, and succeeds without the one that deploys: name that one under `job`"
    if not wanted or any(job.calls or job.may_be(wanted) for job in jobs.values()):
        return
    own = jobs.get(wanted)
    if own is not None:
        yield f"{file} shows its job `{wanted}` as `{own.name}`: write that under `job`"
    else:
        yield f"{file} has no job `{wanted}`: name one of {names or 'its jobs'} under `job`"


def _sent(deploy: Deploy) -> Mapping[str, str | None]:
    """Return the inputs of a dispatch by name, with the values that are known in advance."""
    known: dict[str, str | None] = dict(deploy.inputs)
    return known | dict.fromkeys((SHA, CORRELATION, *(f"shiproom_{name}" for name in deploy.send)))


def _unfit_inputs(file: str, declared: Mapping[str, Input], sent: Mapping[str, str | None]) -> Iterator[str]:
    for name, value in sent.items():
        own = declared.get(name)
        if own is None:
            yield f"{file} does not declare the input `{name}`: add it under `on: workflow_dispatch: inputs`"
        elif value is not None and own.choices and value not in own.choices:
            yield f"{file} does not offer `{value}` for the input `{name}`: choose one of {', '.join(own.choices)}"
    for name, own in declared.items():
        if own.required and name not in sent:
            yield f"{file} requires the input `{name}`, which it is not sent: give it under `inputs` or a default"


def build_misfits(file: str, workflow: Workflow) -> Iterator[str]:
    """Yield what keeps a workflow's runs from counting as builds."""
    if not workflow.events & BUILD_EVENTS:
        yield f"`{file}` never builds what is on the branch: add `push` under its `on`"
