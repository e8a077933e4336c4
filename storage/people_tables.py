"""The tables about people: who is away, who was reminded when, who follows their changes, and who looks at Home."""

from sqlmodel import Field

from storage.columns import BIG, Row


class AbsenceRow(Row, table=True):
    """That a person is away, for one service: until when, since when, and who said so. Who is back has an end in the past."""

    service: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    until: int = Field(sa_type=BIG)
    since: int = Field(sa_type=BIG)
    by: str


class ReminderRow(Row, table=True):
    """When a person was reminded last of what waits for them, over all services."""

    user: str = Field(primary_key=True)
    at: int = Field(sa_type=BIG)


class FollowerRow(Row, table=True):
    """A person who wants to know when a change of theirs is live, and since when."""

    user: str = Field(primary_key=True)
    at: int = Field(sa_type=BIG)


class HomeRow(Row, table=True):
    """A person who looks at the app's Home: when they opened it last, and a digest of what it shows; "" if that is not known.

    `owner` is the process that draws it until `until`. Without an owner it is left alone until then.
    """

    user: str = Field(primary_key=True)
    opened_at: int = Field(sa_type=BIG)
    drawn: str
    owner: str
    until: int = Field(sa_type=BIG)
