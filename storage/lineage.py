"""Reads how builds relate, from what CIs told of two commits and from the order of builds in a branch."""

from dataclasses import replace

from sqlalchemy import Connection, and_, bindparam, select

from handlers.build import Build, Change
from handlers.environments import EnvironmentState
from handlers.facts import Facts
from handlers.lineage import Authorship, Comparison, Marks, Relation
from handlers.plan import Plan, unique
from handlers.release import Kind, Release
from storage import builds, environments, releases
from storage.codec import dumps, loads
from storage.dialects import insert_or_replace
from storage.prepared import Prepared, Value
from storage.tables import ComparisonRow, table
from storage.vouching import Rows, vouch

NEWEST_COMPARED = 5
"""How many of a service's newest builds are compared, beside those under way."""

_comparison = table(ComparisonRow)
_add = insert_or_replace(_comparison)
_get = Prepared(
    select(_comparison.c.body).where(
        and_(
            _comparison.c.service == bindparam("wanted"),
            _comparison.c.ci == bindparam("by"),
            _comparison.c.old == bindparam("before"),
            _comparison.c.new == bindparam("after"),
        )
    )
)


def save(connection: Connection, service: str, ci: str, commits: tuple[str, str], told: Comparison) -> Rows:
    """Save what a CI told of two commits, the old one and the new one; return the digest of the row."""
    row: dict[str, Value] = {"service": service, "ci": ci, "old": commits[0], "new": commits[1]}
    row["body"] = dumps(told)
    _add.change(connection, **row)
    return vouch(_comparison, row)


def comparison(connection: Connection, plan: Plan, old: str, new: str) -> Comparison | None:
    """Return what the service's source of changes told of two commits; None if it was not asked yet."""
    if old == new:
        return Comparison(contains=True)
    if not plan.changes_source:
        return None
    text = _get.scalar(connection, wanted=plan.service, by=plan.changes_source, before=old, after=new)
    return None if text is None else loads(Comparison, text)


def relation(connection: Connection, plan: Plan, build: Build, other: Build) -> Relation:
    """Return whether a build contains another one."""
    told = comparison(connection, plan, other.sha, build.sha)
    if told is not None and told.contains is not None:
        return Relation.CONTAINS if told.contains else Relation.LACKS
    if build.branch == other.branch and other.order and build.order:
        newer = (build.position, build.order) >= (other.position, other.order)
        return Relation.CONTAINS if newer else Relation.LACKS
    return Relation.CLAIMED if other.version in build.contains else Relation.UNKNOWN


def changes_since(
    connection: Connection, plan: Plan, build: Build, environment: str, live: Build | None
) -> tuple[Change, ...]:
    """List the known changes between what is live in an environment and a build, newest first, each commit once."""
    told = comparison(connection, plan, live.sha, build.sha) if live is not None else None
    if told is not None and told.complete:
        return told.changes
    same = live is not None and live.branch == build.branch and live.order
    since = live if same else builds.last_success(connection, plan.service, environment, build.branch)
    found = _above(connection, build, since)
    changes = {change.sha: change for each in found for change in each.changes or ()}
    return tuple(changes.values())


def authorship(connection: Connection, release: Release, environment: str) -> Authorship:
    """Return who wrote what a release would deploy to an environment.

    That is since the build that Shiproom itself deployed there last, whatever is live there by now. A CI that compares is
    believed where it gave a complete answer; another artifact of the same commit is by those whom it names. Without an answer
    all builds of the branch count, since the last of them that was deployed there. A rollback brings back what was signed.
    """
    plan, build = release.plan, release.build
    saved = builds.get(connection, build.service, build.version) or build
    own = None if saved.changes is None else _authors(saved.changes)
    if release.kind is Kind.ROLLBACK:
        return Authorship(own=own)
    since = builds.last_success(connection, plan.service, environment)
    told = comparison(connection, plan, since.sha, build.sha) if since is not None else None
    if told is not None and told.complete:
        same = since is not None and since.sha == build.sha and since.digest != build.digest
        return Authorship(unique((*_authors(told.changes), *((own or ()) if same else ()))), own=own)
    known = _authors(told.changes) if told is not None else ()
    if plan.changes_ci:
        return Authorship(known, (build.version,), own)
    last = builds.last_success(connection, plan.service, environment, build.branch)
    found = _above(connection, build, last)
    changes = tuple(change for each in found for change in each.changes or ())
    unknown = tuple(each.version for each in found if each.changes is None)
    if len(found) >= builds.MOST_BETWEEN:
        unknown = (*unknown, "older builds")
    return Authorship(tuple(dict.fromkeys((*known, *_authors(changes)))), unknown, own)


def marks(connection: Connection, plan: Plan, build: Build, state: EnvironmentState) -> Marks:
    """Return whether a build lacks, or may lack, what is live in an environment, and contains what was rolled back there."""
    live = state.live.build if state.live is not None else None
    related = relation(connection, plan, build, live) if live is not None else Relation.CONTAINS
    foreign = live is not None and live.branch != build.branch
    bad = (
        each
        for each in reversed(state.rolled_back)
        if relation(connection, plan, build, each.build) is Relation.CONTAINS
    )
    return Marks(
        lacks=live if related is Relation.LACKS else None,
        may_lack=live if related is Relation.UNKNOWN and foreign else None,
        contains=next(bad, None),
    )


def with_lineage(connection: Connection, facts: Facts, release: Release) -> Facts:
    """Add how builds relate, as far as the gates of the release's step, or a review, ask for it."""
    step, rules = release.step, release.rules(release.step)
    wanted = any(rule.bars_authors or (release.automatic and rule.bars_requester) for rule in rules)
    if wanted or release.kind is Kind.EMERGENCY:
        written = authorship(connection, release, step.environment)
        facts = replace(facts, authorship={step.environment: written})
    live = facts.environment_state(step.environment).live
    if release.environment.contains_live and live is not None:
        related = relation(connection, release.plan, release.build, live.build)
        facts = replace(facts, to_live={step.environment: related})
    return facts


def _above(connection: Connection, build: Build, since: Build | None) -> list[Build]:
    """List a build and those of its branch before it, back to one that was deployed; of none, all of the branch.

    A lower number proves that a build is in a later one only if the same counter gave both; what else arrived after the one
    that was deployed counts. A build that was numbered lower than that counts by itself.
    """
    after = since.position if since is not None else -1
    found = builds.between(connection, build.service, build.branch, after=after, upto=build.position)
    if since is not None and found:
        found += [each for each in builds.beside(connection, since) if not _is_before(each, since)]
    if found or (since is not None and since.version == build.version):
        return found
    saved = builds.get(connection, build.service, build.version)
    return [saved or build]


def _is_before(build: Build, other: Build) -> bool:
    """Return whether one counter gave a build a lower number than another one."""
    return bool(build.number) and build.numbered_by == other.numbered_by and build.number < other.number


def _authors(changes: tuple[Change, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(author for change in changes for author in change.authors))


def wanted_pairs(connection: Connection, plan: Plan) -> list[tuple[str, str]]:
    """List the pairs of commits, an old and a new one, of which the source of changes has not told everything.

    Each open release's build and the newest builds, against what is live and what Shiproom deployed last in each environment,
    what was rolled back there, and the builds of other branches that are under way; and against the build before it in its
    branch, if nobody has told its changes.
    """
    under_way = [each.build for each in releases.open_of_service(connection, plan.service)]
    new = [*under_way, *builds.newest(connection, plan.service, NEWEST_COMPARED)]
    old = [each.sha for each in _deployed(connection, plan)]
    pairs = [(sha, build.sha) for build in new for sha in old]
    pairs += [(each.sha, build.sha) for build in new for each in under_way if each.branch != build.branch]
    pairs += [(before.sha, build.sha) for build in new if (before := _before(connection, build)) is not None]
    asked = (pair for pair in dict.fromkeys(pairs) if all(pair))
    told = ((pair, comparison(connection, plan, *pair)) for pair in asked)
    return [pair for pair, known in told if known is None or not known.complete]


def _deployed(connection: Connection, plan: Plan) -> list[Build]:
    """List the builds that are live, were deployed last, or were rolled back, in any environment."""
    states, _ = environments.read(connection, plan.service)
    found: list[Build] = []
    for place in plan.environments:
        state = states.get(place.name) or EnvironmentState(place.name)
        last = builds.last_success(connection, plan.service, place.name)
        found += [
            each for each in (last, state.live.build if state.live is not None else None) if each is not None
        ]
        found += [each.build for each in state.rolled_back]
    return found


def _before(connection: Connection, build: Build) -> Build | None:
    """Find the build before one in its branch, if the changes of that one are not known."""
    saved = builds.get(connection, build.service, build.version)
    if saved is None or saved.changes is not None:
        return None
    found = builds.between(connection, build.service, build.branch, after=-1, upto=saved.position)
    return next((each for each in found if each.version != build.version), None)


def lacks_changes_since(connection: Connection, build: Build, old: str) -> bool:
    """Return whether nobody has told a build's changes, and the build before it in its branch is of a commit."""
    before = _before(connection, build)
    return before is not None and before.sha == old
