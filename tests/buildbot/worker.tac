"""Runs the worker, and ends it when the tests that started it are gone."""

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
Worker("127.0.0.1", port, "worker", "its-password", os.getcwd(), keepalive=60, maxdelay=1).setServiceParent(application)
internet.TimerService(1, end_when_alone).setServiceParent(application)
