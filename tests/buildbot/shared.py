"""One Buildbot for all tests of a session, because each takes some seconds to start."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.buildbot.server import BuildbotServer, free_port


@cache
def shared() -> BuildbotServer:
    """Start it at first use; its webhooks go to a port of this machine that a test may listen on."""
    directory = Path(tempfile.mkdtemp(prefix="shiproom-buildbot-"))
    server = BuildbotServer(directory, webhooks=f"http://127.0.0.1:{free_port()}/webhooks/buildbot")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    atexit.register(server.close)
    server.start()
    return server
