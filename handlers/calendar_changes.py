"""Compares the windows and freezes of two policies: what lets something start at more times is weaker."""

from collections.abc import Iterator, Mapping

from handlers.calendar import Calendar
from handlers.policy import Policy

Change = tuple[str, Mapping[str, str], bool]
"""A stable code with its values, and whether it makes the policy weaker."""


def calendar_changes(service: str, old: Policy, new: Policy) -> Iterator[Change]:
    """List what differs in the calendars of a service's environments that both policies have."""
    before, after = old.calendars.get(service, {}), new.calendars.get(service, {})
    for environment in before:
        if environment in after:
            values = {"environment": environment}
            yield from _of_windows(before[environment], after[environment], values)
            yield from _of_freezes(before[environment], after[environment], values)


def _of_windows(old: Calendar, new: Calendar, values: Mapping[str, str]) -> Iterator[Change]:
    if old.key == new.key:
        return
    if not new.windows:
        yield "windows_removed", values, True
    elif not old.windows:
        yield "windows_added", values, False
    else:
        same = (old.zone, old.rule) == (new.zone, new.rule)
        yield "windows_changed", values, not (same and set(new.windows) <= set(old.windows))


def _of_freezes(old: Calendar, new: Calendar, values: Mapping[str, str]) -> Iterator[Change]:
    """A freeze is known by its name: one that begins later or ends earlier is shorter."""
    for freeze in old.freezes:
        left = [each for each in new.freezes if each.name == freeze.name]
        if not left:
            yield "freeze_removed", {**values, "name": freeze.name}, True
        elif not any(each.begins <= freeze.begins and freeze.ends <= each.ends for each in left):
            yield "freeze_shorter", {**values, "name": freeze.name}, True
    names = {each.name for each in old.freezes}
    for freeze in new.freezes:
        if freeze.name not in names:
            yield "freeze_added", {**values, "name": freeze.name}, False
