"""The `services:` part: each service becomes the plan that its releases freeze at their start."""

import json
import re
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from bot.policy.environments import WrittenEnvironment, complete, read_environments
from bot.policy.faults import shown
from bot.policy.readers import Written
from bot.policy.references import References
from bot.policy.section import Section
from bot.policy.words import CHANNEL, URL, WORD
from handlers.plan import BuildSource, Plan

VERSION_PLACEHOLDERS = ("run_number", "run_id", "sha", "short_sha")
"""What a version can be made of; a CI's run has all of them."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_STRAY = re.compile(r"[^A-Za-z0-9._+-]")


@dataclass(frozen=True, slots=True)
class WrittenService:
    """A service's plan, and where its parts are written."""

    plan: Plan
    name: Written
    environments: tuple[WrittenEnvironment, ...]


def read_services(root: Section, references: References) -> tuple[WrittenService, ...]:
    """Read the services."""
    section = root.section("services", "`services`")
    if section is None:
        return ()
    named = section.each_named("service")
    return tuple(_service(name, each, references) for name, each in named if each is not None)


def fingerprint(plan: Plan) -> str:
    """Name a plan by the SHA-256 of all the rest of it, as JSON that does not depend on the order of keys."""
    rest = {key: value for key, value in asdict(plan).items() if key != "fingerprint"}
    return sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _service(name: Written, section: Section, references: References) -> WrittenService:
    section.need(
        channel="the id of the Slack channel where its cards go, like C0RELEASES",
        starters="the teams that may start a release, like `[developers]`",
        operators="the teams that may also roll back, lock and settle, like `[ops]`",
        environments="where a build goes, first to last",
    )
    environments = read_environments(section, references)
    builds = _builds(section, references)
    plan = Plan(
        service=name.text,
        channel=section.text("channel", CHANNEL),
        starters=tuple(each.text for each in references.teams(section, "starters")),
        operators=tuple(each.text for each in references.teams(section, "operators")),
        environments=complete(environments, builds.branch),
        builds=builds,
        repository=section.text("repository", WORD),
        links=tuple((title.text, address) for title, address in section.pairs("links", URL)),
    )
    _need_repository(section, references, plan)
    section.close()
    return WrittenService(replace(plan, fingerprint=fingerprint(plan)), name, environments)


def _need_repository(section: Section, references: References, plan: Plan) -> None:
    named = (plan.builds.ci, *(each.deploy.ci for each in plan.environments))
    wanted = (kind.repository for ci in named if (kind := references.kind(ci)) is not None)
    hint = next(filter(None, wanted), "")
    if hint:
        section.need(repository=hint)


def _builds(service: Section, references: References) -> BuildSource:
    section = service.section("builds", "`builds`")
    if section is None:
        return BuildSource()
    ci, kind = references.connection(section)
    if kind is not None and not kind.announces:
        section.findings.fault(
            section.value_place("ci"),
            "builds cannot come from this kind of CI: remove it, and post them to /api/v1/builds",
        )
    read = BuildSource(
        branch=section.text("branch") or BuildSource().branch,
        ci=ci,
        workflow=section.text("workflow"),
        version=section.text("version"),
    )
    if kind is not None and kind.announces:
        section.need(workflow="what makes the builds, as the CI names it")
        _check_version(section, read.version)
    for key in ("workflow", "version"):
        if key in section and "ci" not in section:
            section.findings.fault(
                section.key_place(key), f"`{key}` says how to read the builds of a CI: name that under `ci`"
            )
    section.close()
    return read


def _check_version(section: Section, template: str) -> None:
    """A version names one build for ever, so something that differs from run to run has to be in it."""
    if "version" not in section:
        return
    found = set(_PLACEHOLDER.findall(template))
    known = ", ".join(f"`{{{each}}}`" for each in VERSION_PLACEHOLDERS)
    if not found or found - set(VERSION_PLACEHOLDERS) or _STRAY.search(_PLACEHOLDER.sub("", template)):
        section.findings.fault(
            section.value_place("version"),
            f"{shown(template)} does not name each build differently: use one of {known}, with letters, digits and . _ + -",
        )
