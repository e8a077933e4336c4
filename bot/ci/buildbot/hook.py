"""Reads what HttpStatusPush sends: the build that it is about."""

from bot.ci.buildbot.build import read_build
from bot.ci.http.json_access import correlation_in, text
from bot.ci.inputs import CORRELATION
from bot.ci.run import Hint
from bot.outside_json import read_json


def hint_in(body: bytes) -> Hint:
    """Return what a webhook suggests to poll."""
    try:
        event: object = read_json(body)
    except (ValueError, RecursionError):
        return Hint("nothing")
    build = read_build(event)
    if build is None:
        return Hint("nothing")
    correlation = correlation_in(build.property_text(CORRELATION))
    if build.state == "succeeded" and not correlation:
        return Hint("build", workflow=text(event, "builder", "name"))
    scheduler = build.property_text("scheduler") if correlation else ""
    return Hint("run", str(build.id), correlation, workflow=scheduler)
