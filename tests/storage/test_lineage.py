"""How builds relate: who wrote what a step would deploy, what a build lacks, and what a CI still has to be asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from handlers.build import Build, Change
from handlers.environments import EnvironmentState, Live, RolledBack
from handlers.lineage import Authorship, Comparison, Relation
from handlers.plan import BuildSource, Plan
from handlers.release import Kind
from storage import builds, environments, lineage, releases
from storage.codec import dump_release, micros, with_fingerprint
from storage.database import Connection, Database
from tests.handlers import builders
from tests.handlers.builders import NOW, SERVICE

PRODUCTION = "production"
ON_HUB = with_fingerprint(builders.plan(builds=BuildSource("main", "hub", "build.yml")))
POSTED = builders.plan()
TOLD_BY_HUB = with_fingerprint(builders.plan(changes_ci="hub"))


def made(place: int, author: str | None, branch: str = "main", **fields: Any) -> Build:  # noqa: ANN401 - as dataclasses.replace
    """Return a build that one person wrote; None if nobody has told who."""
    changes = None if author is None else (Change(f"c{place}", author, f"Change {place}"),)
    build = replace(builders.build(place), order=0, branch=branch, changes=changes)
    return replace(build, **fields)


@dataclass(frozen=True, slots=True)
class Story:
    """What happened before: builds became ready, some were deployed, a CI told of some pairs of commits.

    `deployed` are places in `ready`, of what Shiproom itself deployed, oldest first. `told` maps such places (old, new) to what
    the CI told. The release is of the build at the place `of`.
    """

    ready: tuple[Build, ...]
    deployed: tuple[int, ...] = ()
    told: tuple[tuple[int, int, Comparison], ...] = ()
    of: int = -1
    plan: Plan = ON_HUB
    kind: Kind = Kind.NORMAL


def told(*authors: str, contains: bool | None = True, complete: bool = True) -> Comparison:
    changes = tuple(Change(f"t{place}", author, "Told") for place, author in enumerate(authors))
    return Comparison(contains, changes, complete)


def happen(story: Story) -> Callable[[Connection], list[Build]]:
    """Return the transaction that lets a story happen."""

    def write(connection: Connection) -> list[Build]:
        added = [builds.add(connection, each) for each in story.ready]
        for place in story.deployed:
            builds.succeeded(connection, added[place], PRODUCTION, 1, NOW)
        for old, new, comparison in story.told:
            lineage.save(connection, SERVICE, "hub", (added[old].sha, added[new].sha), comparison)
        return added

    return write


MARA, ANDY, RITA, DORA = "mara", "andy", "rita", "dora"
WITH_HELP = (Change("c1", MARA, "Pair", (ANDY,)), Change("c1", RITA, "The same commit again"))

AUTHORS: dict[str, tuple[Story, Authorship]] = {
    "since the last that was deployed": (
        Story((made(1, MARA), made(2, ANDY), made(3, RITA)), deployed=(0,)),
        Authorship((RITA, ANDY), (), (RITA,)),
    ),
    "nothing deployed yet: all of the branch": (
        Story((made(1, MARA), made(2, ANDY)), plan=POSTED),
        Authorship((ANDY, MARA), (), (ANDY,)),
    ),
    "nothing deployed yet, and the first build is unknown": (
        Story((made(1, None), made(2, ANDY))),
        Authorship((ANDY,), ("2.1.0",), (ANDY,)),
    ),
    "posted without changes": (
        Story((made(1, MARA), made(2, None)), deployed=(0,), plan=POSTED),
        Authorship((), ("2.2.0",), None),
    ),
    "an unknown build between": (
        Story((made(1, MARA), made(2, None), made(3, RITA)), deployed=(0,)),
        Authorship((RITA,), ("2.2.0",), (RITA,)),
    ),
    "posted with no changes at all": (
        Story((made(1, MARA), made(2, MARA, changes=())), deployed=(0,), plan=POSTED),
        Authorship((), (), ()),
    ),
    "co-authors, and one commit told twice": (
        Story((made(1, MARA), made(2, MARA, changes=WITH_HELP)), deployed=(0,)),
        Authorship((MARA, ANDY, RITA), (), (MARA, ANDY, RITA)),
    ),
    "a hotfix between, which is no base for main": (
        Story((made(1, MARA), made(2, RITA), made(3, DORA, "hotfix/x"), made(4, DORA)), deployed=(0, 2)),
        Authorship((DORA, RITA), (), (DORA,)),
    ),
    "a hotfix between, compared": (
        Story(
            (made(1, MARA), made(2, RITA), made(3, DORA, "hotfix/x"), made(4, DORA)),
            deployed=(0, 2),
            told=((2, 3, told(RITA, DORA)),),
        ),
        Authorship((RITA, DORA), (), (DORA,)),
    ),
    "ready before the hotfix went live": (
        Story((made(1, MARA), made(2, ANDY), made(3, DORA, "hotfix/x")), deployed=(0, 2), of=1),
        Authorship((ANDY,), (), (ANDY,)),
    ),
    "first build of a branch of which nothing was deployed": (
        Story((made(1, MARA), made(2, RITA), made(3, DORA, "hotfix/x")), deployed=(0,), plan=POSTED),
        Authorship((DORA,), (), (DORA,)),
    ),
    "first build of a branch, compared with what is live": (
        Story(
            (made(1, MARA), made(2, RITA), made(3, None, "hotfix/x")),
            deployed=(0,),
            told=((0, 2, told(RITA, DORA)),),
        ),
        Authorship((RITA, DORA), (), None),
    ),
    "a cut comparison is unknown, and names whom it can": (
        Story((made(1, MARA), made(2, None)), deployed=(0,), told=((0, 1, told(RITA, complete=False)),)),
        Authorship((RITA,), ("2.2.0",), None),
    ),
    "a cut comparison, where every build has told its own": (
        Story((made(1, MARA), made(2, ANDY)), deployed=(0,), told=((0, 1, told(RITA, complete=False)),)),
        Authorship((RITA, ANDY), (), (ANDY,)),
    ),
    "an author without a name": (
        Story((made(1, MARA), made(2, None)), deployed=(0,), told=((0, 1, told("", RITA)),)),
        Authorship(("", RITA), (), None),
    ),
    "only the named connection counts": (
        Story((made(1, MARA), made(2, ANDY)), deployed=(0,), plan=TOLD_BY_HUB),
        Authorship((), ("2.2.0",), (ANDY,)),
    ),
    "the named connection tells": (
        Story((made(1, MARA), made(2, ANDY)), deployed=(0,), told=((0, 1, told(RITA)),), plan=TOLD_BY_HUB),
        Authorship((RITA,), (), (ANDY,)),
    ),
    "what another connection told does not count": (
        Story(
            (made(1, MARA), made(2, ANDY)),
            deployed=(0,),
            told=((0, 1, told()),),
            plan=with_fingerprint(builders.plan(changes_ci="lab")),
        ),
        Authorship((), ("2.2.0",), (ANDY,)),
    ),
    "a late build with a smaller number counts by itself": (
        Story(
            (made(1, MARA, number=5, numbered_by="ci"), made(2, RITA, number=4, numbered_by="ci")),
            deployed=(0,),
            plan=POSTED,
        ),
        Authorship((RITA,), (), (RITA,)),
    ),
    "a late build has nothing of the newer ones": (
        Story(
            (
                made(1, MARA, number=3, numbered_by="ci"),
                made(2, RITA, number=5, numbered_by="ci"),
                made(3, DORA, number=4, numbered_by="ci"),
            ),
            deployed=(0,),
            plan=POSTED,
        ),
        Authorship((DORA,), (), (DORA,)),
    ),
    "the same commit once more": (
        Story((made(1, MARA), made(2, None, sha=builders.build(1).sha)), deployed=(0,)),
        Authorship((), (), None),
    ),
    "another artifact of the same commit": (
        Story((made(1, MARA), made(2, ANDY, sha=builders.build(1).sha)), deployed=(0,), plan=POSTED),
        Authorship((ANDY,), (), (ANDY,)),
    ),
    "a build in a place that was taken before": (
        Story(
            (
                made(1, MARA, number=100, numbered_by="api"),
                made(2, ANDY),
                made(3, RITA, number=101, numbered_by="api"),
                made(4, DORA, number=102, numbered_by="api"),
            ),
            deployed=(0, 1),
            plan=POSTED,
        ),
        Authorship((DORA, RITA), (), (DORA,)),
    ),
    "a number that comes twice": (
        Story(
            (
                made(1, MARA, number=100, numbered_by="api"),
                made(2, ANDY, number=100, numbered_by="api"),
                made(3, RITA, number=101, numbered_by="api"),
            ),
            deployed=(0,),
            plan=POSTED,
        ),
        Authorship((RITA, ANDY), (), (RITA,)),
    ),
    "the same build again, after a rollback": (
        Story((made(1, MARA), made(2, RITA)), deployed=(0, 1, 0), of=1),
        Authorship((RITA,), (), (RITA,)),
    ),
    "a rollback brings back what was signed": (
        Story((made(1, MARA), made(2, RITA)), deployed=(0, 1), of=0, kind=Kind.ROLLBACK),
        Authorship((), (), (MARA,)),
    ),
    "a rollback to a build that nobody told of": (
        Story((made(1, None), made(2, RITA)), deployed=(0, 1), of=0, kind=Kind.ROLLBACK, plan=TOLD_BY_HUB),
        Authorship((), (), None),
    ),
}


@pytest.mark.parametrize("name", AUTHORS)
async def test_authors_are_those_since_shiproom_deployed_there_last(opened: Database, name: str) -> None:
    story, wanted = AUTHORS[name]
    added = await opened.write(happen(story))
    of = builders.release(build=added[story.of], plan=story.plan, kind=story.kind)
    found = await opened.read(partial(lineage.authorship, release=of, environment=PRODUCTION))
    assert (sorted(found.authors), found.unknown, found.own) == (
        sorted(wanted.authors),
        wanted.unknown,
        wanted.own,
    )


async def test_a_very_long_branch_is_unknown(opened: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builds, "MOST_BETWEEN", 2)
    added = await opened.write(happen(Story((made(1, MARA), made(2, ANDY)), plan=POSTED)))
    of = builders.release(build=added[-1], plan=POSTED)
    found = await opened.read(partial(lineage.authorship, release=of, environment=PRODUCTION))
    assert found.unknown == ("older builds",)


RELATIONS = {
    "the same commit": (
        made(2, MARA, "x", sha=builders.build(1).sha),
        made(1, MARA),
        None,
        Relation.CONTAINS,
    ),
    "newer in its branch": (made(2, MARA), made(1, MARA), None, Relation.CONTAINS),
    "older in its branch": (made(1, MARA), made(2, MARA), None, Relation.LACKS),
    "another branch": (made(2, MARA, "x"), made(1, MARA), None, Relation.UNKNOWN),
    "another branch, claimed": (
        made(2, MARA, "x", contains=("2.1.0",)),
        made(1, MARA),
        None,
        Relation.CLAIMED,
    ),
    "another branch, told": (made(2, MARA, "x"), made(1, MARA), True, Relation.CONTAINS),
    "another branch, told that not": (made(2, MARA, "x"), made(1, MARA), False, Relation.LACKS),
    "claimed, and told that not": (
        made(2, MARA, "x", contains=("2.1.0",)),
        made(1, MARA),
        False,
        Relation.LACKS,
    ),
    "the CI does not say": (made(2, MARA, "x"), made(1, MARA), "silent", Relation.UNKNOWN),
    "its branch was written anew": (made(2, MARA), made(1, MARA), False, Relation.LACKS),
    "live from outside, of an unknown build": (made(2, MARA), made(9, None, ""), None, Relation.UNKNOWN),
}


@pytest.mark.parametrize("name", RELATIONS)
async def test_a_build_contains_another_if_that_is_known(opened: Database, name: str) -> None:
    build, other, answer, wanted = RELATIONS[name]

    def relate(connection: Connection) -> Relation:
        pair = [
            each if each.branch == "" else builds.add(connection, each)
            for each in sorted((build, other), key=_number)
        ]
        new, old = (next(one for one in pair if one.version == each.version) for each in (build, other))
        if answer is not None:
            contains = None if answer == "silent" else bool(answer)
            lineage.save(connection, SERVICE, "hub", (old.sha, new.sha), Comparison(contains))
        return lineage.relation(connection, ON_HUB, new, old)

    assert await opened.write(relate) is wanted


def _number(build: Build) -> str:
    return build.version


async def test_changes_are_those_told_else_those_of_the_branch(opened: Database) -> None:
    ready = (made(1, MARA), made(2, RITA), made(3, DORA, "hotfix/x"), made(4, ANDY))
    added = await opened.write(happen(Story(ready, deployed=(0, 2), told=((2, 3, told(RITA, ANDY)),))))
    since = partial(lineage.changes_since, plan=ON_HUB, build=added[3], environment=PRODUCTION)
    assert [each.author for each in await opened.read(partial(since, live=added[2]))] == [RITA, ANDY]
    assert [each.sha for each in await opened.read(partial(since, live=added[0]))] == ["c4", "c2"]
    outside = Build(SERVICE, "c0ffee0", "c0ffee0", "main")
    assert [each.sha for each in await opened.read(partial(since, live=outside))] == ["c4", "c2"]
    assert [each.sha for each in await opened.read(partial(since, live=None))] == ["c4", "c2"]


async def test_marks_name_what_is_lacking_and_what_was_rolled_back(opened: Database) -> None:
    ready = (made(1, MARA), made(2, RITA), made(3, DORA, "hotfix/x"), made(4, ANDY))
    added = await opened.write(happen(Story(ready, told=((2, 3, Comparison(contains=False)),))))
    bad = RolledBack(added[1], NOW, "502 everywhere", 7)
    state = EnvironmentState(PRODUCTION, live=Live(added[2], 5, NOW), rolled_back=(bad,))
    marks = partial(lineage.marks, plan=ON_HUB, state=state)
    found = await opened.read(partial(marks, build=added[3]))
    assert (found.lacks, found.contains) == (added[2], bad)
    older = await opened.read(partial(marks, build=added[0]))
    assert (older.lacks, older.may_lack, older.contains) == (None, added[2], None), "nobody compared them"
    state = EnvironmentState(PRODUCTION, live=Live(added[0], 5, NOW))
    newer = await opened.read(partial(lineage.marks, plan=ON_HUB, state=state, build=added[1]))
    assert (newer.lacks, newer.may_lack) == (None, None), (
        "of one branch the newer one has what the older one has"
    )


async def test_pairs_that_were_not_asked_about_are_wanted_once(opened: Database) -> None:
    ready = (made(1, MARA), made(2, RITA), made(3, DORA, "hotfix/x"), made(4, None))
    added = await opened.write(happen(Story(ready, deployed=(0,))))

    def begin(connection: Connection) -> None:
        under_way = builders.release(number=1, build=added[2], plan=ON_HUB)
        releases.insert_release(connection, under_way, dump_release(under_way), None)
        states, head = environments.lock(connection, SERVICE)
        live = EnvironmentState(PRODUCTION, live=Live(added[1], 0, NOW))
        body, _ = environments.change(connection, SERVICE, states, {PRODUCTION: live}, micros(NOW))
        environments.save(connection, head, body)

    await opened.write(begin)
    found = await opened.read(partial(lineage.wanted_pairs, plan=ON_HUB))
    sha = [each.sha for each in added]
    wanted = {(sha[0], new) for new in sha[1:]} | {(sha[1], new) for new in (sha[0], *sha[2:])}
    wanted |= {(sha[2], new) for new in (sha[0], sha[1], sha[3])} | {(sha[1], sha[3])}
    assert set(found) == wanted
    assert len(found) == len(set(found))

    def tell(connection: Connection) -> None:
        for pair in found:
            lineage.save(connection, SERVICE, "hub", pair, Comparison(contains=None))

    await opened.write(tell)
    assert await opened.read(partial(lineage.wanted_pairs, plan=ON_HUB)) == []
