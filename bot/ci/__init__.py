"""The CI systems that Shiproom can drive, one module each."""

from collections.abc import Callable

from bot.ci import buildbot, generic, github, gitlab, jenkins, local
from bot.ci.provider import Provider, Surroundings
from handlers.plan import Connection

PROVIDERS: dict[str, Callable[[Connection, Surroundings], Provider]] = {
    buildbot.KIND: buildbot.connect,
    generic.KIND: generic.connect,
    github.KIND: github.connect,
    gitlab.KIND: gitlab.connect,
    jenkins.KIND: jenkins.connect,
    local.KIND: local.connect,
}
"""By the `kind` of a CI in the policy: what connects it."""
