"""Runs the workers, and ends them when the tests that started them are gone.

A builder makes one build at a time on a worker, so that there are several.
"""

import os

from buildbot_worker.bot import Worker
from twisted.application import internet, service
from twisted.internet import reactor

started_by = os.getppid()


def end_when_alone():
    if os.getppid() != started_by:
        reactor.stop()


application = service.Application("buildbot-worker")
port = int(os.environ["MASTER_WORKERS"])
for name in ("one", "two", "three"):
    os.makedirs(name, exist_ok=True)
    worker = Worker("127.0.0.1", port, name, "its-password", os.path.abspath(name), keepalive=60, maxdelay=1)
    worker.setServiceParent(application)
internet.TimerService(1, end_when_alone).setServiceParent(application)
