"""Starts, kills and stops a real Buildbot, so that what its API does is seen and not imagined."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

USER, PASSWORD = "shiproom", "its-password"
WEBHOOK_SECRET = "a-secret-of-the-webhooks"
SCHEDULER = "force-deploy"
"""The force scheduler that deploys, which takes the inputs `outcome`, `region` and all of Shiproom's own."""

BUILD_SCHEDULER, BUILDER = "force-build", "build"
"""The force scheduler and the builder of builds; it takes `branch`, `revision` and `outcome`."""

SCRIPT = """\
case "$OUTCOME" in
  fails) echo 'fetching'; echo "502 from web-3"; exit 1 ;;
  lasts) echo 'on my way'; exec sleep 300 ;;
  *) echo "fine: $SHIPROOM_SHA" ;;
esac
"""
WORKERS, BUILDERS = 3, 3
"""How many deployments run at the same time, on workers that are in one process; and how many builders each worker has."""

_HERE = Path(__file__).parent
_PATIENCE = 40.0
_TAC = "buildbot.tac"


class BuildbotServer:
    """A Buildbot at `url`. `script` is what the builder `deploy` runs with /bin/sh in a worker's directory.

    Its environment has OUTCOME, REGION, RUN_ID (of the build) and SHIPROOM_<input> for each input of ours. With `webhooks`
    each build that begins or ends is posted there. Both processes end by themselves when the tests do.
    """

    def __init__(self, directory: Path, *, script: str = SCRIPT, webhooks: str = "") -> None:
        self.directory = directory
        self.script = directory / "deploy.sh"
        self.webhooks = webhooks
        self._web, self._workers = free_port(), free_port()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._said_before = 0
        self._write(script)

    @property
    def url(self) -> str:
        """Say where its web server is."""
        return f"http://127.0.0.1:{self._web}"

    def _write(self, script: str) -> None:
        for part in ("master", "worker"):
            (self.directory / part).mkdir(parents=True)
            shutil.copyfile(_HERE / f"{part}.tac", self.directory / part / _TAC)
        shutil.copyfile(_HERE / "master.cfg", self.directory / "master" / "master.cfg")
        self.script.write_text(script, encoding="utf-8")

    def start(self) -> None:
        """Start master and workers; comes back when the API answers and all workers are connected."""
        self._upgrade()
        self.start_master()
        self.start_workers()

    def start_master(self) -> None:
        """Start the master alone; comes back when its API answers."""
        self._said_before = len(self._log("master"))
        self._spawn("master")
        self._wait_for("/api/v2/masters", b'"active":true')

    def start_workers(self) -> None:
        """Start the workers; comes back when the master knows them as connected."""
        self._spawn("worker")
        self._wait_for_workers()

    def stop_master(self) -> None:
        """Stop the master in order, which stops what it builds."""
        self._end("master", signal.SIGTERM)

    def kill_master(self) -> None:
        """Kill the master as a power cut does."""
        self._end("master", signal.SIGKILL)

    def stop_workers(self) -> None:
        """Stop the workers, so that what is asked for stays in the queue."""
        self._end("worker", signal.SIGTERM)
        self._wait_until(lambda: self._attached() == 0 and self._connected() == 0)

    def pause_master(self) -> None:
        """Let the master answer nothing, though its machine takes connections."""
        self._running["master"].send_signal(signal.SIGSTOP)

    def resume_master(self) -> None:
        """Let it go on where it was paused."""
        self._running["master"].send_signal(signal.SIGCONT)

    def restart(self, *, kill: bool = False) -> None:
        """Stop or kill the master in the middle of what it does, and start it again; the workers come back by themselves."""
        (self.kill_master if kill else self.stop_master)()
        self.start_master()
        self._wait_for_workers()

    def close(self) -> None:
        """End both at once."""
        for part in list(self._running):
            self._end(part, signal.SIGKILL)

    def _upgrade(self) -> None:
        """Make the database, and leave the files alone that are there already."""
        command = [
            _program("buildbot"),
            "create-master",
            "--quiet",
            "--force",
            str(self.directory / "master"),
        ]
        subprocess.run(
            command, check=True, env=self._environment(), stdout=subprocess.DEVNULL, timeout=_PATIENCE
        )

    def _spawn(self, part: str) -> None:
        folder = self.directory / part
        command = [_program("twistd"), "--nodaemon", "--no_save", "--pidfile=", f"--python={_TAC}"]
        with (folder / "log.txt").open("ab") as log:
            self._running[part] = subprocess.Popen(
                command, cwd=folder, env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _environment(self) -> dict[str, str]:
        own = {
            "MASTER_WEB": str(self._web),
            "MASTER_WORKERS": str(self._workers),
            "MASTER_URL": f"{self.url}/",
            "MASTER_USER": USER,
            "MASTER_PASSWORD": PASSWORD,
            "DEPLOY_SCRIPT": str(self.script),
            "WEBHOOKS": self.webhooks,
            "WEBHOOK_SECRET": WEBHOOK_SECRET,
            "PYTHONWARNINGS": "ignore",
        }
        return {"PATH": os.environ["PATH"], "HOME": str(self.directory), "LANG": "C.UTF-8", **own}

    def _end(self, part: str, number: signal.Signals) -> None:
        running = self._running.pop(part, None)
        if running is None:
            return
        running.send_signal(signal.SIGCONT)
        running.send_signal(number)
        try:
            running.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait(_PATIENCE)

    def _wait_for(self, path: str, words: bytes) -> None:
        self._wait_until(lambda: words in self._read(path))

    def _wait_for_workers(self) -> None:
        """Wait until the workers are attached: who is stopped between connecting and that is taken for connected ever after."""
        self._wait_until(lambda: self._attached() == WORKERS * BUILDERS and self._connected() == WORKERS)

    def _connected(self) -> int:
        return self._read("/api/v2/workers").count(b'"connected_to":[{')

    def _attached(self) -> int:
        said = self._log("master")[self._said_before :]
        return said.count(b" attached to ") - said.count(b" detached from ")

    def _log(self, part: str) -> bytes:
        path = self.directory / part / "log.txt"
        return path.read_bytes() if path.is_file() else b""

    def _wait_until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + _PATIENCE
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(self.said())
            if any(each.poll() is not None for each in self._running.values()):
                raise RuntimeError(self.said())
            time.sleep(0.05)

    def _read(self, path: str) -> bytes:
        asking = HTTPConnection("127.0.0.1", self._web, timeout=5)
        with suppress(OSError, HTTPException), closing(asking):
            asking.request("GET", path, headers={"Accept": "application/json"})
            return asking.getresponse().read()
        return b""

    def said(self) -> str:
        """Give the end of both logs."""
        logs = [self.directory / part / "log.txt" for part in ("master", "worker")]
        return "\n".join(
            path.read_text(encoding="utf-8", errors="replace")[-3000:] for path in logs if path.is_file()
        )


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
