"""The `windows:` of an environment, and those at the top of the file, by name."""

from datetime import time, timedelta
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from bot.policy.dates import Days, EndOfDay, SomeTimeOfDay, TimeOfDay, is_midnight
from bot.schema.diagnostics import Diagnostics
from bot.schema.fields import SectionList, one_of, read_names
from bot.schema.json_shapes import name_schema
from bot.schema.section import Section, SectionContext
from handlers.calendar import Window

HOLIDAYS = "holidays"

_DAY = timedelta(days=1)


class HoursSection(Section):
    """Hours on some days of the week."""

    noun: ClassVar[str] = "window"

    days: Days = Field(description="the days on which it begins, like `Mon-Thu`, `Mon, Wed` or `daily`")
    begins: TimeOfDay = Field(alias="from", description='when it begins, like `"09:00"`')
    ends: EndOfDay = Field(
        alias="to", description='when it ends, like `"16:00"`; on the next day if that is before it begins'
    )

    def check(self, context: SectionContext) -> None:
        """Report hours that end when they begin."""
        if self.has("from") and self.has("to") and self.begins == self.ends and not self._ends_the_day():
            message = 'it ends when it begins: write another time, or `from: "00:00"` and `to: "24:00"`'
            context.diagnostics.error(self.key_position("to"), message)

    def _ends_the_day(self) -> bool:
        return is_midnight(self.node("to"))

    def lasts(self, until: time) -> timedelta:
        """Return how long it is from the beginning until a time of day, by the clock."""
        between = timedelta(minutes=_minute(until) - _minute(self.begins))
        return between if between > timedelta() else between + _DAY


class WindowSection(HoursSection):
    """Hours in which a deployment may start."""

    last_start: SomeTimeOfDay = Field(
        default=None, description='from when on nothing starts although it is open, like `"15:30"`'
    )
    not_on: Annotated[str, one_of((HOLIDAYS,))] = Field(
        default="", description="`holidays`: it does not open on those of the policy"
    )

    def check(self, context: SectionContext) -> None:
        """Report a last start outside of the window too."""
        super().check(context)
        last = self.last_start
        if last is None or not self.has("from") or not self.has("to"):
            return
        if last == self.begins or self.lasts(last) > self.lasts(self.ends):
            message = "nothing could start: it has to be after the window begins, and not after it ends"
            context.diagnostics.error(self.value_position("last_start"), message)

    def check_holidays(self, diagnostics: Diagnostics) -> None:
        """Report that no holidays are known."""
        if self.not_on:
            message = (
                "no holidays are known: name them at the top of the file, like `holidays: {country: DE}`"
            )
            diagnostics.error(self.key_position("not_on"), message)

    def window(self) -> Window:
        """Return the window."""
        return Window(self.days, self.begins, self.ends, self.last_start, bool(self.not_on))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


Windows = tuple[WindowSection, ...]

NamedWindows = Annotated[
    dict[str, SectionList[WindowSection]],
    BeforeValidator(read_names),
    Field(json_schema_extra={"propertyNames": name_schema(), "minProperties": 1}),
]
"""Lists of windows by the names that the file gives them."""
