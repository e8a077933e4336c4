"""Says who is testing a release."""

from bot.blocks.names import Names, listing
from handlers.step import Step


def are_testing(step: Step, names: Names) -> str:
    """Return who is testing still, as "Amita is"; empty if nobody is. Who has signed since is not waited for."""
    people = [names.user(each.user) for each in step.still_testing]
    return f"{listing(people)} {'are' if len(people) > 1 else 'is'}" if people else ""
