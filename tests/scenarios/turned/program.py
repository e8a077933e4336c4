"""The program that bots are forked from: it has imported all of the product, and starts one bot per line that it reads.

Nothing of the product knows of this. `bot.lifetime.run` takes any clock, and its `shiproom run` gives it the machine's; here
it gets one that a test turns (`tests.virtual_clock.SharedClock`: real time plus an offset in a file), and an event loop whose
timers go by it. A setting or a variable for that would be a way to deceive a bot that is in use, so there is none.
A bot is a process of its own, so that it can be killed as by a power cut and started again while the clock goes on.
"""

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import clockwork
from tests.crash.fork_server import import_all, run, write_to
from tests.scenarios.turned.dates import date_runs
from tests.virtual_clock import SharedClock, SharedLoop, SharedOffset


def live(order: Mapping[str, Any]) -> None:
    """Be a bot until the end."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        write_to(Path(order["log"]))
        os.environ.clear()
        os.environ.update(order["environment"])
        offset = SharedOffset(Path(order["offset"]))
        clock = SharedClock(order["wall"], order["origin"], offset)
        clockwork.share(clock)
        date_runs(clock)
        run(clock, lambda: SharedLoop(offset))
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, it is the end of this bot and belongs into its log
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    """Fork a bot for each order, and leave none behind when nobody gives orders any more."""
    import_all()
    gc.collect()
    gc.freeze()
    # Whoever has ended is gone at once, and whoever wants to know looks whether it is there.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    begun: list[int] = []
    for line in sys.stdin.buffer:
        pid = os.fork()
        if pid == 0:
            live(json.loads(line))
        begun.append(pid)
        os.write(1, b"%d\n" % pid)
    for pid in begun:
        if _is_ours(pid):
            os.kill(pid, signal.SIGKILL)
    os._exit(0)  # what was imported need not be taken apart


def _is_ours(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


if __name__ == "__main__":
    main()
