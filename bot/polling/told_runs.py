"""Notes what CIs list of services of which nothing is decided: an operator sees it beside what the database has."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.ci.run import ListedRun, Target
from bot.ci.target import step_of
from bot.engine import Engine
from bot.polling.run_targets import target_of_run
from handlers.environments import RunTold
from handlers.reports import UNDER_WAY
from storage import builds, releases
from storage.codec import UnreadableError
from storage.database import Connection


async def note_runs(engine: Engine, targets: tuple[Target, ...], runs: Sequence[ListedRun]) -> None:
    """Note the runs of a workflow, oldest first, that deployed or may be deploying where nothing is decided now."""
    held = [target for target in targets if target.service in engine.confirmed.behind]
    if held:
        counting = [run for run in runs if run.state == "succeeded" or run.state in UNDER_WAY]
        for service, environment, told in await engine.database.read(
            partial(_told, targets=targets, held=held, runs=counting)
        ):
            engine.told_runs.note(service, environment, told)


def _told(
    connection: Connection, targets: tuple[Target, ...], held: Sequence[Target], runs: Sequence[ListedRun]
) -> list[tuple[str, str, list[RunTold]]]:
    placed = [(run, _environment_of(connection, run, targets)) for run in runs]
    return [
        (
            target.service,
            target.environment,
            [
                _as_told(connection, target.service, run)
                for run, where in placed
                if where == (target.service, target.environment)
            ],
        )
        for target in held
    ]


def _environment_of(
    connection: Connection, run: ListedRun, targets: tuple[Target, ...]
) -> tuple[str, str] | None:
    """Return service and environment of a run: of the release that started it, if the database has it, else what it names."""
    number = releases.of_correlation(connection, run.correlation) if run.correlation else 0
    try:
        release = releases.get(connection, number) if number else None
    except UnreadableError:
        return None
    step = step_of(release, run.correlation) if release is not None else None
    if release is not None and step is not None:
        return release.service, step.environment
    named = target_of_run(replace(run, correlation=""), targets)
    only = targets[0] if named is None and run.correlation and len(targets) == 1 else named
    return None if only is None else (only.service, only.environment)


def _as_told(connection: Connection, service: str, run: ListedRun) -> RunTold:
    build = builds.of_commit(connection, service, run.sha) if run.sha else None
    version = build.version if build is not None else run.sha[:7] or "?"
    return RunTold(version, run.sha, run.id, run.url, run.ended_at, run.state in UNDER_WAY)
