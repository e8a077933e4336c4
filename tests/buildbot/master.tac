"""Runs the master, and ends it when the tests that started it are gone."""

import os

from buildbot.master import BuildMaster
from twisted.application import internet, service
from twisted.internet import reactor

started_by = os.getppid()


def end_when_alone():
    if os.getppid() != started_by:
        reactor.stop()


application = service.Application("buildmaster")
BuildMaster(os.getcwd(), "master.cfg", None).setServiceParent(application)
internet.TimerService(1, end_when_alone).setServiceParent(application)
