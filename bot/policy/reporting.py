"""The `report:` part: where a report on the week is posted, and when."""

import re
from datetime import time
from typing import Annotated, ClassVar

from pydantic import Field

from bot.policy.dates import WEEK
from bot.schema.fields import text
from bot.schema.section import Section
from bot.schema.words import CHANNEL, TextFormat
from handlers.policy import Reporting

_DAY_AND_TIME = re.compile(rf"({'|'.join(WEEK)}) ((?:[01][0-9]|2[0-3]):[0-5][0-9])")
_EVERY = TextFormat("a day and a time like `Mon 09:00`", _DAY_AND_TIME)


class ReportSection(Section):
    """A report each week: what went live, where releases waited, and whether it is getting better."""

    noun: ClassVar[str] = "report"

    channel: Annotated[str, text(CHANNEL)] = Field(
        description="where it is posted: a channel id like `C0SHIP`"
    )
    every: Annotated[str, text(_EVERY)] = Field(
        description="when it is posted, about the seven days before, like `Mon 09:00`"
    )

    def reporting(self) -> Reporting | None:
        """Return what the policy keeps; None if a part of it was reported as wrong."""
        found = _DAY_AND_TIME.fullmatch(self.every)
        if found is None:
            return None
        return Reporting(self.channel, WEEK.index(found[1]), time.fromisoformat(found[2]))
