"""The `holidays:` part: the public holidays of a country, and days of one's own.

The package that knows them takes a while to import, so that it is imported only for a policy that names a country.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from pydantic import Field

from bot.policy.dates import Dates
from bot.schema.diagnostics import Diagnostics, shown, suggest
from bot.schema.fields import Text
from bot.schema.section import Section, SectionContext

YEARS_KNOWN = 10


@dataclass(frozen=True, slots=True)
class Holidays:
    """The holidays up to and with a day; `rule` says which they are, whatever the year."""

    days: frozenset[date]
    known_until: date
    rule: str


class HolidaysSection(Section):
    """Which days are holidays."""

    country: Text = Field(description="the two letters of a country, like `DE`")
    subdivision: Text = Field(default="", description="a part of the country, like `BE`")
    also: Dates = Field(default=(), description="days that are holidays too, like `[2026-12-24]`")
    excluded: Annotated[Dates, Field(alias="not")] = Field(
        default=(), alias="not", description="public holidays that are none here, like `[2026-10-31]`"
    )

    def check(self, context: SectionContext) -> None:
        """Report a country, or a part of it, that is not known."""
        if not self.country:
            return
        parts = _countries().get(self.country)
        if parts is None:
            message = f"{shown(self.country)} is no country here, like `DE`; {_meant(self.country)}"
            context.diagnostics.error(self.value_position("country"), message)
        elif self.subdivision and self.subdivision not in parts:
            message = (
                f"{shown(self.subdivision)} is no part of {shown(self.country)} with holidays of its own"
            )
            context.diagnostics.error(
                self.value_position("subdivision"), f"{message}; {suggest(self.subdivision, parts)}"
            )

    def holidays(self, today: date) -> Holidays:
        """Return those from the year before until ten years are over."""
        last = today.year + YEARS_KNOWN - 1
        public = _public(self.country, self.subdivision, today.year - 1, last)
        written = (self.country, self.subdivision, *_dates("+", self.also), *_dates("-", self.excluded))
        return Holidays(
            (public | frozenset(self.also)) - frozenset(self.excluded), date(last, 12, 31), " ".join(written)
        )

    def advise(self, today: date, diagnostics: Diagnostics) -> None:
        """Warn of days that are said to be none, and would be none anyhow."""
        found = self.holidays(today)
        public = _public(self.country, self.subdivision, today.year - 1, found.known_until.year)
        for day in self.excluded:
            if day not in public and abs(day - today) < timedelta(days=365):
                message = f"{day} is no public holiday of {shown(self.country)}: remove it from `not`"
                diagnostics.warn(self.key_position("not"), message)


def _dates(sign: str, days: Iterable[date]) -> list[str]:
    return [f"{sign}{day}" for day in sorted(days)]


@cache
def _public(country: str, subdivision: str, first: int, last: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - the reason stands above

    years = range(first, last + 1)
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=years))


@cache
def _countries() -> dict[str, list[str]]:
    """Return the countries with their parts."""
    import holidays  # noqa: PLC0415 - the reason stands above

    return holidays.list_supported_countries(include_aliases=False)


def _meant(word: str) -> str:
    """Return a hint about which country was meant: its name, three letters, or the wrong case."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - the reason stands above

    known, wanted = _countries(), word.lower().replace(" ", "_")
    codes = {
        alias.lower(): code
        for name, (_, *aliases) in COUNTRIES.items()
        if (code := next((each for each in aliases if each in known), ""))
        for alias in (name, *aliases)
    }
    near = get_close_matches(wanted, codes, n=1, cutoff=0.8)
    return f"did you mean `{codes[near[0]]}`?" if near else suggest(word, known)
