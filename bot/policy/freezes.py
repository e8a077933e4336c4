"""The `freezes:` of the file and of a service: times in which nothing starts."""

from datetime import tzinfo
from typing import Annotated, ClassVar

from pydantic import Field

from bot.policy.dates import Moment
from bot.schema.fields import Text, located_texts
from bot.schema.readers import LocatedText
from bot.schema.section import Section, SectionContext
from bot.schema.words import TEXT
from handlers.calendar import Freeze
from handlers.time_words import instant


class FreezeSection(Section):
    """A freeze of one service."""

    noun: ClassVar[str] = "freeze"

    name: Text = Field(description="what people read of it, like `year end`")
    begins: Moment = Field(
        alias="from", description="its first day, like `2026-12-14`, or `2026-12-14 18:00`"
    )
    ends: Moment = Field(
        alias="to", description="the day on which it is over, like `2027-01-04`, or `2027-01-04 08:00`"
    )
    reason: Text = Field(default="", description="why, for whoever waits")
    environments: Annotated[tuple[LocatedText, ...], located_texts(TEXT)] = Field(
        default=(), description="the environments that it is for; all of them by default"
    )

    def check(self, context: SectionContext) -> None:
        """Report a freeze that is over before it begins."""
        if self.begins is not None and self.ends is not None and self.ends <= self.begins:
            message = "it would be over before it begins: it ends with the first moment of `to`"
            context.diagnostics.error(self.key_position("to"), message)

    def freeze(self, zone: tzinfo, services: tuple[str, ...]) -> Freeze | None:
        """Return the freeze of some services, with its moments in UTC; None if one of these could not be read."""
        if self.begins is None or self.ends is None:
            return None
        environments = tuple(each.text for each in self.environments)
        moments = instant(self.begins, zone), instant(self.ends, zone)
        return Freeze(self.name, *moments, self.reason, services, environments)


class SharedFreezeSection(FreezeSection):
    """A freeze of several services."""

    services: Annotated[tuple[LocatedText, ...], located_texts(TEXT)] = Field(
        default=(), description="the services that it is for; all of them by default"
    )
