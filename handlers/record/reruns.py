"""Records that somebody re-runs, at the CI, a deployment that had ended.

Nobody here started that, so nothing here stops it: people are told, and can.
"""

from handlers.draft import Draft
from handlers.outcome import Reply
from handlers.reports import UNDER_WAY, RunReported
from handlers.step import ENDED, IN_FLIGHT, Step, rerun_key
from handlers.success import went_live


def is_rerun(step: Step, event: RunReported) -> bool:
    """Return whether a report is of a run that runs once more, after it had ended.

    A further attempt of the run that a step in flight follows, or of one that it still searches for, is followed with it.
    """
    if f"{event.run_id}:{ENDED}" in step.late:
        return True
    run = step.run
    other = run is not None and not run.provisional and run.id != event.run_id
    if other and step.state not in IN_FLIGHT and event.correlation not in step.voided:
        return True
    if event.attempt < 2:  # noqa: PLR2004 - the first attempt is the one that was requested
        return False
    if step.intent is None or event.correlation != step.intent.correlation:
        return True
    if run is None or run.provisional:
        return step.state not in IN_FLIGHT
    return run.id != event.run_id or (event.attempt > run.attempt and step.state not in IN_FLIGHT)


def record_rerun(draft: Draft, step: Step, event: RunReported) -> Reply:
    """Tell operators of a re-run and how it ends; what it deploys is live."""
    state = "running" if event.state in UNDER_WAY else event.state
    named = f"{event.run_id}#{event.attempt}"
    key = rerun_key(named, event.correlation, state)
    known = {each.rpartition(":")[2] for each in step.late if each.startswith(f"{named}@")}
    repeated = f"{event.run_id}:{ENDED}" in step.late and event.attempt < 2 and not known  # noqa: PLR2004 - the first
    if key in step.late or state == "vanished" or (known if state == "running" else repeated):
        return Reply("nothing_new")
    values = {
        "run": named,
        "environment": step.environment,
        "url": event.url,
        "version": draft.release.build.version,
        "state": state,
    }
    if state == "succeeded":
        went_live(draft, step.environment)
    elif state in {"failed", "timed_out"} or (state == "cancelled" and "running" in known):
        draft.change_environment(step.environment, failed=True)
    if state != "cancelled" or "running" in known:
        draft.change_environment(step.environment, touched=True)
    draft.warn("rerun", values, draft.release.plan.operators)
    index = draft.release.steps.index(step)
    draft.release = draft.release.with_step(index, late=(*step.late, key))
    draft.show()
    return Reply("rerun", values)
