"""Says for what a run waits at GitHub: a reviewer of an environment, or its wait timer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.ci.github.api import GitHubApi, Missing
from bot.ci.http.json_access import listed, moment, number, one_line, text

UNKNOWN = "an approval on its page"
"""What is said if GitHub does not say what it waits for."""


async def what_it_waits_for(api: GitHubApi, path: str, now: datetime) -> str:
    """Return what a run waits for, in words.

    GitHub's docs, "Get pending deployments for a workflow run".
    """
    read = await api.read(f"{path}/pending_deployments", lambda value: tuple(_pending(value)), optional=True)
    if read is None or isinstance(read, Missing) or not read:
        return UNKNOWN
    return one_line("; ".join(_sentence(each, now) for each in read))


class _Pending:
    """A deployment that waits: its environment, who may let it go on, and its wait timer in minutes."""

    __slots__ = ("environment", "minutes", "reviewers", "since")

    def __init__(self, value: object) -> None:
        self.environment = text(value, "environment", "name")
        self.reviewers = [name for each in listed(value, "reviewers") if (name := _reviewer(each))]
        self.minutes = number(value, "wait_timer")
        self.since = moment(value, "wait_timer_started_at")

    def is_timed(self, now: datetime) -> bool:
        """Return whether its wait timer still runs."""
        return self.minutes > 0 and (self.since is None or now < self.since + timedelta(minutes=self.minutes))


def _pending(value: object) -> Sequence[_Pending]:
    return [_Pending(each) for each in listed(value)]


def _reviewer(value: object) -> str:
    if text(value, "type") == "Team":
        name = text(value, "reviewer", "slug") or text(value, "reviewer", "name")
        return f"team {name}" if name else ""
    return text(value, "reviewer", "login")


def _sentence(pending: _Pending, now: datetime) -> str:
    where = f'its environment "{pending.environment}"'
    timer = f"the wait timer of {where} ({pending.minutes} min)"
    if pending.is_timed(now) and not pending.reviewers:
        return timer
    named = f" ({', '.join(pending.reviewers)})" if pending.reviewers else ""
    return f"a reviewer of {where}{named}" + (f", and {timer}" if pending.is_timed(now) else "")
