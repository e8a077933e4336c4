"""The `waive:` of a service: who lets gates pass although something is not known of a build."""

from typing import Annotated

from pydantic import Field

from bot.policy.quorum import persons_of
from bot.policy.references import References, TeamNames
from bot.schema.fields import read_by
from bot.schema.json_shapes import count_schema
from bot.schema.readers import read_count
from bot.schema.section import Section, SectionContext
from handlers.sign_offs import Waiving

_MOST = 99


class WaiveSection(Section):
    """Who waives what is not known of a build."""

    by: TeamNames = Field(description="the teams that waive, like `[risk]`, instead of operators")
    needs: Annotated[
        int,
        read_by(lambda node, diagnostics: read_count(node, diagnostics, 1, _MOST), count_schema(1, _MOST)),
    ] = Field(default=1, description="how many distinct people have to waive it; 1 by default")

    def check(self, context: SectionContext) -> None:
        """Report more people than the teams have."""
        if not isinstance(context, References):
            return
        groups = [persons_of(team.text, context.directory) for team in self.by]
        people = {person for group in groups if group is not None for person in group}
        if groups and None not in groups and len(people) < self.needs:
            there = (
                "there is only one person" if len(people) == 1 else f"there are only {len(people)} persons"
            )
            message = f"{self.needs} have to waive, and {there}: add members, or lower `needs`"
            context.diagnostics.error(self.value_position("needs"), message)

    def waiving(self) -> Waiving:
        """Return what the plan keeps."""
        return Waiving(tuple(team.text for team in self.by), self.needs)
