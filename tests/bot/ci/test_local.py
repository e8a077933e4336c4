"""The `local` CI against real programs: what they see, how they end, and what is refused."""

import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ci.local.files import WRAPPER
from bot.ci.run import Accepted, Refused
from handlers.plan import Deploy
from tests.bot.ci.following import end_of
from tests.bot.ci.stage import Stage


@pytest.mark.parametrize(
    ("script", "state", "detail"),
    [
        ("exit 0", "succeeded", ""),
        ("echo fine >&2", "succeeded", ""),
        ("echo starting; echo 502 from web-3 >&2; echo; exit 1", "failed", '"502 from web-3" (exit 1)'),
        ("exit 7", "failed", "exit 7"),
        ("echo bye; kill -9 $$", "failed", '"bye" (killed by SIGKILL)'),
        ("kill -40 $$", "failed", "killed by signal 40"),
        ("echo pw hunter2-of-the-bot; exit 1", "failed", '"pw [redacted]" (exit 1)'),
    ],
)
async def test_how_a_command_ends(stage: Stage, script: str, state: str, detail: str) -> None:
    status = await stage.ended(script)
    assert (status.state, status.detail) == (state, detail)


async def test_the_tail_is_the_last_lines_of_both_streams(stage: Stage) -> None:
    status = await stage.ended("for i in $(seq 1000); do echo out $i; echo err $i >&2; done")
    assert status.tail.split("\n") == [f"{stream} {i}" for i in range(991, 1001) for stream in ("out", "err")]


async def test_a_long_output_takes_bounded_room_and_its_end_is_kept(stage: Stage) -> None:
    request = await stage.started(
        "head -c 20000000 /dev/zero | tr '\\0' 'x' | fold -w 99; echo; echo the end"
    )
    status = await end_of(stage.local, request)
    assert (status.state, status.tail.split("\n")[-1]) == ("succeeded", "the end")
    run = stage.around.state_directory / "runs" / request.correlation
    assert sum(file.stat().st_size for file in run.iterdir()) < 9 * 1024 * 1024


async def test_a_run_knows_when_it_began(stage: Stage) -> None:
    before = stage.around.clock.now()
    status = await stage.ended("exit 0")
    assert status.started_at is not None
    assert (
        before - timedelta(seconds=2) <= status.started_at <= stage.around.clock.now() + timedelta(seconds=2)
    )


async def test_a_command_sees_next_to_nothing_of_the_bot(stage: Stage) -> None:
    environ = {
        **os.environ,
        "LANG": "C",
        "KUBECONFIG": "/etc/kube",
        "API_TOKEN": "of-the-deploy",
        "VAULT": "innocent-looking",
        "SLACK_BOT_TOKEN": "x",
        "DATABASE_URL": "y",
        "OTHER": "z",
    }
    stage.around = replace(stage.around, environ=environ)
    stage.local = stage.connect(
        pass_env=["KUBECONFIG", "API_TOKEN", "VAULT", "SLACK_BOT_TOKEN", "DATABASE_URL", "GONE"]
    )
    request = stage.ask(Deploy("here", command=("env",)))
    assert isinstance(await stage.local.start(request), Accepted)
    seen = dict(line.split("=", 1) for line in (await end_of(stage.local, request)).tail.split("\n"))
    assert seen == {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C",
        "KUBECONFIG": "/etc/kube",
        "API_TOKEN": "[redacted]",
        "VAULT": "[redacted]",
        "SHIPROOM_SERVICE": "website",
        "SHIPROOM_ENVIRONMENT": "staging",
        "SHIPROOM_VERSION": "2.4.1",
        "SHIPROOM_SHA": request.sha,
        "SHIPROOM_DIGEST": "sha256:1",
        "SHIPROOM_BUILD_URL": "https://example.org/build/1",
        "SHIPROOM_RELEASE": "42",
        "SHIPROOM_CORRELATION_ID": request.correlation,
    }


def can_be_set(line: str) -> int:
    """The mask of a line of /proc/PID/status, without the signals that the C library keeps for itself and lets nobody set."""
    ours = sum(1 << (number - 1) for number in signal.valid_signals())
    return int(line.split()[1], 16) & ours


async def test_a_command_is_alone_in_a_place_of_its_own(stage: Stage) -> None:
    signals = "grep -E '^Sig(Ign|Blk)' /proc/self/status"
    look = f"pwd; umask; ulimit -c; cat; {signals}; readlink /proc/$$/fd/*; cut -d ' ' -f 1,5,6 /proc/$$/stat"
    with (stage.directory / "open").open("w", encoding="utf-8") as file:
        os.set_inheritable(file.fileno(), True)
        request = await stage.started(look)
    lines = (await end_of(stage.local, request)).tail.split("\n")
    *place, blocked, ignored, reading, writing, failing, ids = lines
    number, group, session = ids.split()
    assert place == [str(stage.directory), "0077", "0"]
    assert [can_be_set(blocked), can_be_set(ignored)] == [0, 0]
    assert reading == "/dev/null"
    assert writing == failing
    assert writing.startswith("pipe:")
    assert number == group
    assert int(session) not in {os.getsid(0), int(number)}


@pytest.mark.parametrize(
    ("command", "detail"),
    [
        ((), "there is no command to run"),
        (("./missing",), "no such command: ./missing (looked for in "),
        (("no-such-command-anywhere",), "no such command on PATH: no-such-command-anywhere"),
        (("./plain",), "it is not executable (chmod +x): ./plain"),
        (("./odd",), "it has no `#!` line such as #!/bin/sh: ./odd"),
        (("./windows",), "it has Windows line ends (CRLF): ./windows"),
        (("./python9",), "its interpreter /usr/bin/python9 was not found: ./python9"),
        (("true", "a\0b"), "the command could not be run: embedded null byte"),
        (("true", "x" * 3_000_000), "the command could not be run: Argument list too long"),
    ],
)
async def test_a_command_that_cannot_be_run_is_refused(
    stage: Stage, command: tuple[str, ...], detail: str
) -> None:
    stage.around = replace(stage.around, environ={"PATH": os.defpath})
    stage.local = stage.connect()
    (stage.directory / "plain").write_text("#!/bin/sh\n", encoding="utf-8")
    (stage.directory / "odd").write_text("echo odd\n", encoding="utf-8")
    (stage.directory / "windows").write_text("#!/bin/sh\r\nexit 0\r\n", encoding="utf-8", newline="")
    (stage.directory / "python9").write_text("#!/usr/bin/python9\n", encoding="utf-8")
    for script in ("odd", "windows", "python9"):
        (stage.directory / script).chmod(0o755)
    request = stage.ask(Deploy("here", command=command))
    answers = [await stage.local.start(request), await stage.local.start(request)]
    for answer in answers:
        assert isinstance(answer, Refused)
        assert not answer.transient
        assert answer.detail.startswith(detail)
    assert await stage.local.find(request.target, request.correlation) == []


async def test_a_missing_directory_is_refused(stage: Stage) -> None:
    stage.directory.rmdir()
    answer = await stage.local.start(stage.request("exit 0"))
    assert answer == Refused(transient=False, detail=f"its directory does not exist: {stage.directory}")


async def test_no_place_for_runs_is_refused(stage: Stage) -> None:
    stage.around = replace(stage.around, state_directory=Path(__file__))
    stage.local = stage.connect()
    request = stage.request("exit 0")
    answer = await stage.local.start(request)
    assert answer == Refused(
        transient=False, detail="no directory for the run could be made: Not a directory"
    )
    assert await stage.local.find(request.target, request.correlation) is None
    assert await stage.local.status(request.target, request.correlation, request.correlation) is None


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"version": "1\n2"}, "SHIPROOM_VERSION contains control characters"),
        ({"build_url": "\x1b[0m"}, "SHIPROOM_BUILD_URL contains control characters"),
        ({"correlation": "../up"}, "the run's id is not valid"),
    ],
)
async def test_odd_values_are_refused(stage: Stage, change: dict[str, str], detail: str) -> None:
    answer = await stage.local.start(replace(stage.request("exit 0"), **change))
    assert answer == Refused(transient=False, detail=detail)


async def test_a_second_start_adopts_the_run(stage: Stage) -> None:
    request = await stage.started("echo once >> ran")
    first = await end_of(stage.local, request)
    assert await stage.connect().start(request) == Accepted(request.correlation)
    assert await end_of(stage.local, request) == first
    assert (stage.directory / "ran").read_text(encoding="utf-8") == "once\n"


async def test_what_runs_on_in_the_background_keeps_nobody_waiting(stage: Stage) -> None:
    request = await stage.started("sleep 300 & echo up")
    assert (await end_of(stage.local, request)).state == "succeeded"
    assert (await stage.cancel(request)).state == "succeeded"
    left = set(stage.left(request)) - {stage.wrapper(request)}
    assert len(left) == 1
    os.kill(left.pop(), signal.SIGKILL)


async def test_old_runs_are_removed(stage: Stage) -> None:
    request = await stage.started("exit 0")
    await end_of(stage.local, request)
    assert await stage.local.prune() == 0
    run = stage.around.state_directory / "runs" / request.correlation
    then = (stage.around.clock.now() - timedelta(days=31)).timestamp()
    os.utime(run / WRAPPER, (then, then))
    assert await stage.local.prune() == 1
    status = await stage.local.status(request.target, request.correlation, request.correlation)
    assert status is not None
    assert status.state == "vanished"
