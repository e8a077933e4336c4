"""The `services:` part: each service becomes the plan that its releases freeze at their start."""

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from bot.policy.environments import WrittenEnvironment, complete, read_environments
from bot.policy.readers import Written
from bot.policy.references import References
from bot.policy.section import Section
from bot.policy.words import CHANNEL, URL, WORD
from handlers.plan import BuildSource, Plan


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
    section.close()
    return WrittenService(replace(plan, fingerprint=fingerprint(plan)), name, environments)


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
    for key in ("workflow", "version"):
        if key in section and "ci" not in section:
            section.findings.fault(
                section.key_place(key), f"`{key}` says how to read the builds of a CI: name that under `ci`"
            )
    section.close()
    return read
