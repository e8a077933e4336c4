"""Records that somebody re-runs, at the CI, a deployment that had ended.

Nobody here started that, so nothing here stops it: people are told, and can.
"""

from handlers.draft import Draft
from handlers.outcome import Reply
from handlers.reports import UNDER_WAY, RunReported
from handlers.step import IN_FLIGHT, Step
from handlers.success import went_live


def is_rerun(step: Step, event: RunReported) -> bool:
    """Return whether a report is of a further attempt of a run that had ended, as far as Shiproom followed it.

    A further attempt of the run that a step in flight follows is followed with it.
    """
    if event.attempt < 2:  # noqa: PLR2004 - the first attempt is the one that was requested
        return False
    run = step.run
    current = step.intent is not None and event.correlation == step.intent.correlation
    if not current or run is None:
        return True
    return run.id == event.run_id and event.attempt > run.attempt and step.state not in IN_FLIGHT


def record_rerun(draft: Draft, step: Step, event: RunReported) -> Reply:
    """Tell operators of a re-run and how it ends; what it deploys is live."""
    state = "running" if event.state in UNDER_WAY else event.state
    key = f"{event.run_id}#{event.attempt}:{state}"
    if key in step.late or state == "vanished":
        return Reply("nothing_new")
    values = {
        "run": f"{event.run_id}#{event.attempt}",
        "environment": step.environment,
        "url": event.url,
        "version": draft.release.build.version,
        "state": state,
    }
    if state == "succeeded":
        went_live(draft, step.environment)
    elif state != "running":
        draft.change_environment(step.environment, failed=True)
    draft.notify("rerun", values, teams=draft.release.plan.operators)
    index = draft.release.steps.index(step)
    draft.release = draft.release.with_step(index, late=(*step.late, key))
    draft.show()
    return Reply("rerun", values)
