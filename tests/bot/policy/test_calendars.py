"""Windows, freezes and holidays of a policy: what is read of them, and every fault with its place."""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.policy import PolicyResult, read_policy
from handlers.calendar import Calendar, Freeze, Window
from tests.bot.policy.against_schema import too_strict
from tests.bot.policy.drafts import Change, changed, lines

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
HOURS = 'from: "09:00", to: "16:00"'
OFFICE = f"{{days: Mon-Thu, {HOURS}}}"


def read(folder: Path, text: str, now: datetime = NOW) -> PolicyResult:
    path = folder / "shiproom.yml"
    path.write_text(text, encoding="utf-8")
    result = read_policy(path, None, now)
    assert result.policy is None or not (found := too_strict(text)), found
    return result


def top(written: str) -> Change:
    return "version: 1\n", f"version: 1\n{written}\n"


def production(written: str) -> Change:
    return "      - name: production\n", f"      - name: production\n        {written}\n"


def service(written: str) -> Change:
    return "    operators: [ops]\n", f"    operators: [ops]\n    {written}\n"


def calendar(folder: Path, *changes: Change, environment: str = "production") -> Calendar:
    found = read(folder, changed(*changes))
    assert not found.errors, found.errors
    assert found.policy is not None
    return found.policy.calendar("website", environment)


@pytest.mark.parametrize(
    ("days", "named"),
    [
        ("Mon-Thu", [0, 1, 2, 3]),
        ("Wed", [2]),
        ('"Mon, Wed"', [0, 2]),
        ('"Mon,Wed-Thu, Sun"', [0, 2, 3, 6]),
        ("[Mon, Wed-Thu]", [0, 2, 3]),
        ("Fri-Mon", [0, 4, 5, 6]),
        ("Mon-Mon", [0]),
        ("daily", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_days_of_a_window_are_read(tmp_path: Path, days: str, named: list[int]) -> None:
    found = calendar(tmp_path, production(f"windows: [{{days: {days}, {HOURS}}}]"))
    assert found.windows == (Window(frozenset(named), time(9), time(16)),)


def test_a_window_is_read_with_all_that_it_has(tmp_path: Path) -> None:
    found = calendar(
        tmp_path,
        top("time_zone: Europe/Berlin\nholidays: {country: DE}"),
        production(
            'windows: [{days: Sat, from: "22:00", to: "24:00", last_start: "23:30", not_on: holidays}, '
            '{days: Sun, from: "00:00", to: "24:00"}]'
        ),
    )
    late = Window(frozenset({5}), time(22), time(0), time(23, 30), not_on_holidays=True)
    assert found.windows == (late, Window(frozenset({6}), time(0), time(0)))
    assert str(found.zone) == "Europe/Berlin"
    assert found.opens_at(datetime(2026, 11, 28, 21, tzinfo=UTC)) == datetime(2026, 11, 28, 21, tzinfo=UTC)


def test_windows_are_named_once_and_used_often(tmp_path: Path) -> None:
    changes = (
        top(f"windows:\n  office:\n    - {OFFICE}"),
        ("      - name: staging\n", "      - name: staging\n        windows: office\n"),
        production("windows: office"),
    )
    staging = calendar(tmp_path, *changes, environment="staging")
    assert (
        staging.windows
        == calendar(tmp_path, *changes).windows
        == (Window(frozenset(range(4)), time(9), time(16)),)
    )


def test_without_windows_it_is_open_in_the_zone_of_the_policy(tmp_path: Path) -> None:
    found = calendar(tmp_path, top("time_zone: Europe/Berlin"))
    assert (found.windows, found.freezes, str(found.zone)) == ((), (), "Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "days", "others"),
    [
        ("{country: DE}", ["2026-12-25", "2035-12-25", "2025-12-25"], ["2026-12-24", "2026-03-08"]),
        ("{country: DE, subdivision: BE}", ["2026-03-08"], ["2026-01-06"]),
        ("{country: DE, also: [2026-12-24], not: [2026-12-26]}", ["2026-12-24"], ["2026-12-26"]),
        ('{country: "NO"}', ["2026-05-17"], ["2026-10-03"]),
    ],
)
def test_holidays_are_those_of_the_country_and_ones_own(
    tmp_path: Path, written: str, days: list[str], others: list[str]
) -> None:
    found = calendar(tmp_path, top(f"holidays: {written}"))
    assert found.known_until == date(2035, 12, 31)
    assert {date.fromisoformat(each) for each in days} <= found.holidays
    assert not {date.fromisoformat(each) for each in others} & found.holidays


def test_the_rule_of_holidays_is_the_same_in_another_year(tmp_path: Path) -> None:
    text = changed(
        top("holidays: {country: DE, also: [2026-12-24, 2026-06-01]}"),
        production(f"windows: [{{days: Mon-Thu, {HOURS}, not_on: holidays}}]"),
    )
    keys = set[str]()
    for year in (2026, 2028):
        found = read(tmp_path, text, NOW.replace(year=year)).policy
        assert found is not None
        keys.add(found.calendar("website", "production").key)
    assert len(keys) == 1


def test_freezes_are_moments_in_the_zone_of_the_policy(tmp_path: Path) -> None:
    changes = (
        top(
            "time_zone: Europe/Berlin\nfreezes:\n"
            "  - {name: year end, from: 2026-12-14, to: 2027-01-04, reason: accounts, environments: [production]}\n"
            '  - {name: fair, from: 2027-03-02 18:00, to: "2027-03-05 08:00", services: [website]}\n'
            "  - {name: old, from: 2026-01-01, to: 2026-11-28}"
        ),
        service("freezes: [{name: sale, from: 2027-07-01, to: 2027-07-02}]"),
    )
    year_end = Freeze(
        "year end",
        datetime(2026, 12, 13, 23, tzinfo=UTC),
        datetime(2027, 1, 3, 23, tzinfo=UTC),
        "accounts",
        environments=("production",),
    )
    found = calendar(tmp_path, *changes).freezes
    assert found[0] == year_end
    assert [each.name for each in found] == ["year end", "fair", "old", "sale"]
    assert found[1].begins == datetime(2027, 3, 2, 17, tzinfo=UTC)
    assert (found[1].services, found[3].services) == (("website",), ("website",))
    assert [each.name for each in calendar(tmp_path, *changes, environment="staging").freezes] == [
        "fair",
        "old",
        "sale",
    ]


FAULTS: list[tuple[Change, str]] = [
    # Windows.
    (production("windows: [{days: Mon}]"), "19:19: this window lacks `from`: when it begins"),
    (production("windows: []"), "the list is empty"),
    (production("windows: {days: Mon}"), "a mapping is not a list"),
    (production("windows: office"), "19:18: `office` is not described under `windows`; there is none"),
    (production(f"windows: [{{days: Mo, {HOURS}}}]"), "19:26: `Mo` is no day, like"),
    (production(f"windows: [{{days: monday-Fri, {HOURS}}}]"), "did you mean `Mon`?"),
    (production(f"windows: [{{days: mon, {HOURS}}}]"), "did you mean `Mon`?"),
    (production(f"windows: [{{days: dayly, {HOURS}}}]"), "did you mean `daily`?"),
    (production(f"windows: [{{days: Mon-Wed-Fri, {HOURS}}}]"), "`Mon-Wed-Fri` is no day"),
    (production(f'windows: [{{days: "Mon,", {HOURS}}}]'), "`` is no day"),
    (production(f"windows: [{{days: [Mon-Wed, Tue], {HOURS}}}]"), "19:36: `Tue` is named twice"),
    (
        production('windows: [{days: Mon, from: "9:00", to: "10:00"}]'),
        '`9:00` is not a time of day like "09:00"',
    ),
    (production('windows: [{days: Mon, from: 16:00, to: "17:00"}]'), 'quote it ("16:00")'),
    (production('windows: [{days: Mon, from: "24:00", to: "01:00"}]'), "`24:00` is not a time of day"),
    (
        production('windows: [{days: Mon, from: "09:00", to: "24:30"}]'),
        '`24:30` is not a time of day like "16:00" or',
    ),
    (production('windows: [{days: Mon, from: "09:00", to: "09:00"}]'), "it ends when it begins"),
    (production('windows: [{days: Mon, from: "00:00", to: "00:00"}]'), "it ends when it begins"),
    (production(f'windows: [{{days: Mon, {HOURS}, last_start: "09:00"}}]'), "nothing could start"),
    (production(f'windows: [{{days: Mon, {HOURS}, last_start: "16:30"}}]'), "nothing could start"),
    (production(f'windows: [{{days: Mon, {HOURS}, last_start: "08:00"}}]'), "nothing could start"),
    (production(f"windows: [{{days: Mon, {HOURS}, not_on: holiday}}]"), "did you mean `holidays`?"),
    (production(f"windows: [{{days: Mon, {HOURS}, not_on: holidays}}]"), "no holidays are known: name them"),
    (production(f"windows: [{{day: Mon, {HOURS}}}]"), "did you mean `days`?"),
    (top(f"windows: {{Office: [{OFFICE}]}}"), "2:11: `Office` is not a name"),
    (top(f"windows: {{lock: [{OFFICE}]}}"), "is a word of `/release`"),
    (top("windows: {}"), "`windows` has nothing in it"),
    (top(f"windows: {{office: {OFFICE}}}"), "a mapping is not a list"),
    (top(f"windows: {{office: [{{days: Mon, {HOURS}, not_on: holidays}}]}}"), "no holidays are known"),
    # Holidays.
    (top("holidays: {subdivision: BE}"), "2:1: `holidays` lacks `country`: the two letters"),
    (
        top("holidays: {country: Germany}"),
        "2:21: `Germany` is no country here, like `DE`; did you mean `DE`?",
    ),
    (top("holidays: {country: United Kingdom}"), "did you mean `GB`?"),
    (top("holidays: {country: DEU}"), "did you mean `DE`?"),
    (top("holidays: {country: de}"), "did you mean `DE`?"),
    (top("holidays: {country: Atlantis}"), "nothing is called like that"),
    (top("holidays: {country: NO}"), "YAML reads `NO` as true or false"),
    (
        top("holidays: {country: DE, subdivision: BER}"),
        "2:38: `BER` is no part of `DE` with holidays of its own; did you",
    ),
    (
        top("holidays: {country: CZ, subdivision: DE}"),
        "`DE` is no part of `CZ` with holidays of its own; there is none",
    ),
    (top("holidays: {country: DE, also: [24.12.2026]}"), "2:32: `24.12.2026` is not a date like 2027-01-04"),
    (top("holidays: {country: DE, also: [2026-02-30]}"), "`2026-02-30` is no day of that year"),
    (top("holidays: {country: DE, also: [2026-12-24 08:00]}"), "is not a date"),
    (top("holidays: {country: DE, not: [2026-12-24, 2026-12-24]}"), "2:43: this is in the list already"),
    (top("holidays: {country: DE, except: [2026-12-24]}"), "`except` is not a setting of `holidays`"),
    # Freezes.
    (top("freezes: [{name: fair, from: 2027-01-04}]"), "2:11: freeze `fair` lacks `to`: the day on which"),
    (
        top("freezes: [{name: fair, from: 2027-01-04, to: 2027-01-04}]"),
        "2:42: it would be over before it begins",
    ),
    (top("freezes: [{name: fair, from: 2027-01-04, to: 2027-01-03}]"), "it would be over before it begins"),
    (
        top("freezes: [{name: fair, from: monday, to: 2027-01-03}]"),
        "`monday` is not a date like 2027-01-04, or with",
    ),
    (top("freezes: [{name: fair, from: 0001-01-01, to: 2027-01-03}]"), "`0001-01-01` is not a date"),
    (
        top("freezes: [{name: fair, from: 2027-01-04, to: 2027-01-05, services: [web]}]"),
        "2:69: `web` is not a service here; did you mean `website`?",
    ),
    (
        top("freezes: [{name: fair, from: 2027-01-04, to: 2027-01-05, environments: [productoin]}]"),
        "2:73: `productoin` is not an environment here; did you mean `production`?",
    ),
    (
        service("freezes: [{name: fair, from: 2027-01-04, to: 2027-01-05, environments: [producton]}]"),
        "`producton` is not an environment here; did you mean `production`?",
    ),
    (
        service("freezes: [{name: fair, from: 2027-01-04, to: 2027-01-05, services: [website]}]"),
        "`services` is not a setting of freeze `fair`",
    ),
]


@pytest.mark.parametrize(("change", "fault"), FAULTS, ids=lambda each: each if isinstance(each, str) else "")
def test_a_fault_is_named_at_its_place(tmp_path: Path, change: Change, fault: str) -> None:
    found = read(tmp_path, changed(change))
    assert found.policy is None
    assert any(fault in line.removeprefix("shiproom.yml:") for line in lines(found.errors)), found.errors


def warnings(folder: Path, *changes: Change) -> list[str]:
    found = read(folder, changed(*changes))
    assert not found.errors, found.errors
    return [line.removeprefix("shiproom.yml:") for line in lines(found.warnings)]


def test_what_is_sound_is_not_warned_of(tmp_path: Path) -> None:
    changes = (
        top(
            f"holidays: {{country: DE, not: [2026-12-26]}}\nwindows: {{office: [{OFFICE}]}}\n"
            "freezes: [{name: fair, from: 2027-01-04, to: 2027-01-05}]"
        ),
        production("windows: office"),
    )
    assert warnings(tmp_path, *changes) == []


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        (
            top("freezes: [{name: fair, from: 2026-01-04, to: 2026-01-05}]"),
            "2:11: the freeze `fair` is over since 2026-01-05 00:00: remove it",
        ),
        (top(f"windows: {{office: [{OFFICE}]}}"), "2:11: no service names `office` of `windows`"),
        (
            top("holidays: {country: DE, not: [2026-12-24]}"),
            "2:25: 2026-12-24 is no public holiday of `DE`: remove it from `not`",
        ),
        (
            production('windows: [{days: Mon, from: "09:00", to: "09:30"}]'),
            (
                "19:19: the window lasts 30m, and a deployment to `production` may take 1h: "
                "make it longer, or lower the `timeout`"
            ),
        ),
        (
            production('windows: [{days: Mon, from: "23:30", to: "00:15"}]'),
            (
                "19:19: the window lasts 45m, and a deployment to `production` may take 1h: "
                "make it longer, or lower the `timeout`"
            ),
        ),
    ],
)
def test_what_is_probably_not_meant_is_warned_of(tmp_path: Path, change: Change, warning: str) -> None:
    assert warnings(tmp_path, change) == [warning]


def test_a_window_that_never_opens_is_warned_of(tmp_path: Path) -> None:
    thursdays = ", ".join(f"{date(2026, 11, 26) + timedelta(weeks=week)}" for week in range(60))
    found = warnings(
        tmp_path,
        top(f"holidays: {{country: DE, also: [{thursdays}]}}"),
        production(f"windows: [{{days: Thu, {HOURS}, not_on: holidays}}]"),
    )
    assert found == ["20:9: `production`: none of its windows ever opens, so nothing would be deployed there"]


SHOP = """\
  shop:
    channel: C0SHOP
    starters: [developers]
    operators: [ops]
    environments: [{name: shop-floor, protected: false, deploy: {ci: here, command: [./deploy.sh]}}]
"""


def test_a_service_without_the_frozen_environments_is_warned_of(tmp_path: Path) -> None:
    found = warnings(
        tmp_path,
        top(
            "freezes: [{name: fair, from: 2027-01-04, to: 2027-01-05, services: [website, shop], "
            "environments: [production]}]"
        ),
        (
            "services:\n",
            "services:\n" + SHOP,
        ),
    )
    assert found == ["2:78: `shop` has none of these environments, so nothing of it is frozen"]


def test_the_package_of_holidays_is_imported_only_where_a_country_is_named(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.policy import read_policy; "
        f"read_policy(Path({str(tmp_path / 'shiproom.yml')!r}), None); print('holidays' in sys.modules)"
    )
    told = list[str]()
    for text in (changed(), changed(top("holidays: {country: DE}"))):
        (tmp_path / "shiproom.yml").write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        told.append(done.stdout.strip())
    assert told == ["False", "True"]
