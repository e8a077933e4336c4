"""Releases of every shape, plans of every kind: what has to come back from a database as it went in."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from handlers.attempt import (
    Cancel,
    Failure,
    Intent,
    Run,
)
from handlers.build import Build, Change
from handlers.plan import BuildSource, Deploy, EnvironmentPlan, Plan, Tickets
from handlers.release import Ending, Kind, Release, ReleaseState
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff, Testing, Waiver
from handlers.step import Step, StepState

# What no JSON text can carry is refused at the edge: half a character of UTF-16.
texts = st.sampled_from(["", "plain", 'quote " and \\', "\0\n\u2028", "\U0001f680 ünï"]) | st.text(
    st.characters(exclude_categories=("Cs",)), max_size=4
)
names = st.sampled_from(["a", "staging", "production", "eu-1", "testers", "ops"])
keys = st.integers(0, 2**128).map(lambda count: f"{count:032x}")
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zoned by `timezones`
counts = st.integers(0, 10**9)
users = st.sampled_from(["U0AMITA", "U0TIM", "W1", ""])


def some(of: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | of


def few(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=2).map(tuple)


pairs = st.tuples(texts, texts)
rules = st.builds(
    SignOffRule, names, st.integers(1, 9), few(texts), st.booleans(), st.booleans(), st.booleans()
)
deploys = st.builds(Deploy, names, counts, few(texts), texts, few(pairs), few(names), st.booleans(), texts)
environments = st.builds(
    EnvironmentPlan,
    names,
    deploys,
    texts,
    st.booleans(),
    few(texts),
    st.sampled_from(["automatic", "on_request"]),
    few(names),
    few(rules),
    few(rules),
    st.booleans(),
)
sources = st.builds(BuildSource, texts, names, texts, texts, few(texts))
plans = st.builds(
    Plan,
    names,
    texts,
    few(names),
    few(names),
    st.lists(environments, min_size=1, max_size=2).map(tuple),
    sources,
    texts,
    few(pairs),
    st.none() | st.builds(Tickets, texts, texts),
    keys,
    names,
)
changes = st.builds(Change, texts, texts, texts, few(texts))
builds = st.builds(
    Build,
    service=names,
    version=texts,
    sha=texts,
    branch=texts,
    order=counts,
    position=counts,
    number=counts,
    numbered_by=texts,
    url=texts,
    digest=texts,
    changes=some(few(changes)),
    contains=few(texts),
    ready_at=some(times),
)
sign_offs = st.builds(
    SignOff, names, users, times, texts, st.sampled_from(["yes", "no"]), st.booleans(), users
)
intents = st.builds(
    Intent,
    keys,
    times,
    some(times),
    st.integers(0, 5),
    some(times),
    st.booleans(),
    texts,
    texts,
    st.booleans(),
)
runs = st.builds(
    Run,
    ci=names,
    id=texts,
    attempt=st.integers(1, 9),
    url=texts,
    state=texts,
    seen_at=some(times),
    started_at=some(times),
    idle_since=some(times),
    waits_for=texts,
    queue_told=st.booleans(),
    provisional=st.booleans(),
    log_url=texts,
)
waivers = st.builds(Waiver, users, times, texts, few(texts), few(texts), texts)
cancels = st.builds(Cancel, users, st.sampled_from(["asked", "timed_out"]), times, texts)
steps = st.builds(
    Step,
    environment=names,
    state=st.sampled_from(StepState),
    attempt=counts,
    requested=st.booleans(),
    requested_by=users,
    unrequested_by=texts,
    waiting_since=some(times),
    queued_since=some(times),
    holding=st.booleans(),
    testing=few(st.builds(Testing, users, times)),
    sign_offs=few(sign_offs),
    waivers=few(waivers),
    may_have_deployed=st.booleans(),
    voided=few(texts),
    late=few(texts),
    intent=some(intents),
    run=some(runs),
    failure=some(st.builds(Failure, texts, texts)),
    cancel=some(cancels),
    ended_at=some(times),
)
endings = st.builds(Ending, st.sampled_from(ReleaseState), users, times, texts, counts)
releases = st.builds(
    Release,
    number=st.integers(1, 10**9),
    kind=st.sampled_from(Kind),
    build=builds,
    plan=plans,
    requesters=few(users),
    created_at=times,
    steps=st.lists(steps, min_size=1, max_size=2).map(tuple),
    note=texts,
    ending=some(endings),
    superseded_by=counts,
)
