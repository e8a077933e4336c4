"""Values come back from their text as they went in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handlers.build import Build
from handlers.effects import Notify, PostToThread, ShowCard
from handlers.plan import Plan
from handlers.release import Release
from handlers.reports import Reevaluated
from storage import codec
from tests.storage import strategies


@given(strategies.releases, st.integers(0, 9))
def test_release_comes_back(release: Release, revision: int) -> None:
    again = codec.load_release(codec.dump_release(release), release.plan, revision)
    assert again == Release(**{name: getattr(release, name) for name in fields(release)}, revision=revision)


def fields(release: Release) -> list[str]:
    return [name for name in Release.__slots__ if name != "revision"]


@given(strategies.plans)
def test_plan_comes_back(plan: Plan) -> None:
    assert codec.load_plan(codec.dump_plan(plan), plan.fingerprint) == plan


@given(strategies.builds)
def test_build_comes_back(build: Build) -> None:
    assert codec.loads(Build, codec.dumps(build)) == build


@given(strategies.times)
def test_time_comes_back(time: datetime) -> None:
    assert codec.moment(codec.micros(time)) == time


@pytest.mark.parametrize("hours", [-11, 0, 2, 14])
def test_time_of_any_zone_is_kept_in_utc(hours: int) -> None:
    local = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=hours)))
    assert codec.moment(codec.micros(local)) == local
    assert codec.moment(codec.micros(local)).tzinfo is UTC


@pytest.mark.parametrize("text", ["", "null", "[]", '{"number":1}', '{"steps":3}'])
def test_foreign_shape_is_noticed(text: str) -> None:
    with pytest.raises((ValidationError, ValueError)):
        codec.loads(Release, text)


def test_internal_event_is_named_by_its_public_name() -> None:
    assert codec.effect_kind(Notify(Reevaluated(4))) == "notify:reevaluated"
    assert codec.effect_kind(ShowCard(4)) == "show_card"
    assert codec.loads(Reevaluated, codec.dump_effect(Notify(Reevaluated(4)))) == Reevaluated(4)
    said = PostToThread(4, "signed", {"by": "U0TIM"}, users=("U0TIM",))
    assert codec.loads(PostToThread, codec.dump_effect(said)) == said
