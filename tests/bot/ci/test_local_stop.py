"""Stopping runs of the `local` CI: all of a run, nothing else, whoever died meanwhile."""

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from bot.ci.local.files import CANCELLED, WRAPPER, write_file
from bot.ci.local.identity import identity_of
from bot.ci.local.provider import Limits
from bot.ci.run import Accepted
from tests.bot.ci.following import end_of, until
from tests.bot.ci.stage import Stage

STUBBORN = 'trap "" TERM; sleep 300 & sleep 300 & echo up; wait; wait'


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ("echo up; sleep 300", "cancelled"),
        ("sleep 300 & echo up; wait", "cancelled"),
        (STUBBORN, "cancelled"),
        ("sh -c 'trap \"\" TERM; echo up; sleep 300' & wait", "cancelled"),
        ("trap 'exit 3' TERM; echo up; sleep 300 & wait", "cancelled"),
        ("trap 'exit 0' TERM; echo up; sleep 300 & wait", "succeeded"),
    ],
)
async def test_a_run_is_stopped_with_all_that_it_started(stage: Stage, script: str, state: str) -> None:
    request = await stage.started(script, until_said="up")
    status = await stage.cancel(request)
    assert status.state == state
    await until(lambda: stage.nothing_left(request))


async def test_a_run_that_takes_too_long_is_stopped_by_its_wrapper(stage: Stage) -> None:
    stage.local = stage.connect(Limits(grace=0.2, spare=0.5))
    request = stage.request("trap '' TERM; echo up; sleep 300", timeout=0)
    assert isinstance(await stage.local.start(request), Accepted)
    status = await end_of(stage.local, request)
    assert (status.state, status.detail) == ("timed_out", '"up" (stopped at its time limit)')
    await until(lambda: stage.nothing_left(request))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP])
async def test_a_stray_signal_to_the_wrapper_stops_nothing(stage: Stage, number: signal.Signals) -> None:
    request = await stage.started("echo up; while [ ! -e go ]; do sleep 0.05; done; exit 4", until_said="up")
    os.kill(stage.wrapper(request), number)
    (stage.directory / "go").touch()
    assert (await end_of(stage.local, request)).detail == '"up" (exit 4)'


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
async def test_a_command_is_ended_by_signals_that_a_shell_has_its_jobs_ignore(
    stage: Stage, number: signal.Signals
) -> None:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        request = await stage.started(f"echo up; kill -{number} $$; sleep 300", until_said="up")
    finally:
        signal.signal(number, before)
    assert (await end_of(stage.local, request)).detail == f'"up" (killed by {number.name})'


async def test_a_killed_wrapper_is_a_vanished_run_whose_rest_can_be_stopped(stage: Stage) -> None:
    request = await stage.started(STUBBORN, until_said="up")
    os.kill(stage.wrapper(request), signal.SIGKILL)
    status = await end_of(stage.local, request)
    assert (status.state, status.detail) == (
        "vanished",
        '"up" (its wrapper died, what it started still runs)',
    )
    assert (await stage.cancel(request)).state == "cancelled"
    await until(lambda: stage.nothing_left(request))


async def test_a_vanished_run_of_which_nothing_is_left_stays_vanished(stage: Stage) -> None:
    request = await stage.started("echo up; sleep 300", until_said="up")
    stage.kill_all(request)
    await until(lambda: stage.nothing_left(request))
    assert (await stage.cancel(request)).state == "vanished"


async def test_a_wrapper_that_does_not_answer_is_ended_too(stage: Stage) -> None:
    request = await stage.started(STUBBORN, until_said="up")
    os.kill(stage.wrapper(request), signal.SIGSTOP)
    assert (await stage.cancel(request)).state == "cancelled"
    await until(lambda: stage.nothing_left(request))


@pytest.mark.parametrize("wrapper_dies", [False, True])
async def test_a_restart_finishes_a_cancel_that_was_only_written_down(
    stage: Stage, wrapper_dies: bool
) -> None:
    request = await stage.started(STUBBORN, until_said="up")
    if wrapper_dies:
        os.kill(stage.wrapper(request), signal.SIGKILL)
    write_file(str(stage.around.state_directory / "runs" / request.correlation / CANCELLED), "")
    stage.local = stage.connect()
    assert (await end_of(stage.local, request)).state == "cancelled"
    await until(lambda: stage.nothing_left(request))


@pytest.fixture
def bystander() -> Iterator[int]:
    with subprocess.Popen(("/bin/sleep", "300")) as started:
        yield started.pid
        assert started.poll() is None
        started.kill()


@pytest.mark.parametrize(("field", "other"), [(1, "1"), (2, "another-boot")])
async def test_a_number_that_is_used_again_is_never_signalled(
    stage: Stage, bystander: int, field: int, other: str
) -> None:
    request = await stage.started("echo up; sleep 300", until_said="up")
    stage.kill_all(request)
    run = stage.around.state_directory / "runs" / request.correlation
    fields = identity_of(bystander).split()
    fields[field] = other
    write_file(str(run / WRAPPER), " ".join(fields))
    write_file(str(run / CANCELLED), "")
    assert (await end_of(stage.local, request)).state == "cancelled"
