"""The settings of `generic`: any CI with an HTTP API, described by its requests and responses.

docs/ci-generic.yml is an example with every setting.
"""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import ConfigDict, Field

from bot.ci.generic.described_requests import (
    Cancel,
    DescribedRequest,
    RunLink,
    Search,
    Status,
    Trigger,
    Webhook,
)
from bot.ci.generic.templates import headers_with, refusal, secrets_in
from bot.ci.settings import CiSettings, Poll, WebhookSecret
from bot.schema.diagnostics import Diagnostics
from bot.schema.fields import Part, texts
from bot.schema.nodes import ScalarNode
from bot.schema.section import SectionContext
from bot.schema.words import TextFormat

_HOST = TextFormat(
    "the name or the numeric address of a host, in lowercase and without a port",
    re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*"),
)
_PARTS = ("trigger", "status", "cancel", "search", "webhook")


class GenericSettings(CiSettings):
    """The requests, and the hosts that they may go to.

    Everything is returned as plain values with secrets filled in.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["hosts"]}, {"required": ["private_hosts"]}],
            "dependentRequired": {"webhook": ["webhook_secret"]},
        }
    )

    trigger: Part[Trigger] = Field(description="the request that starts a run")
    status: Part[Status] = Field(description="the request that asks about a run, and its states")
    private_hosts: Annotated[tuple[str, ...], texts(_HOST)] = Field(
        default=(), description="hosts of a private network that requests may go to"
    )
    hosts: Annotated[tuple[str, ...], texts(_HOST)] = Field(
        default=(), description="hosts that requests may go to, like `[deploy.example.org]`"
    )
    search: Part[Search] = Field(
        default=None, description="the request that lists runs, to find a start again"
    )
    poll: Poll = Field(
        default=15, description="how often a run is asked about, from 2s to 300s; 15s by default"
    )
    headers: Annotated[dict[str, str], headers_with(())] = Field(
        default_factory=dict[str, str], description="headers of every request"
    )
    page: RunLink = Field(default="", description="the address of a run's page, for people")
    cancel: Part[Cancel] = Field(default=None, description="the request that stops a run")
    webhook_secret: WebhookSecret = Field(default="", description="what signs the webhooks, as `${NAME}`")
    webhook: Part[Webhook] = Field(
        default=None, description="where a webhook has its signature and its values"
    )

    def check(self, context: SectionContext) -> None:
        """Report hosts that are not allowed, runs that cannot be found, and unsigned webhooks."""
        diagnostics = context.diagnostics
        if not self._hosts:
            self.need("hosts", "where requests may go, like `[deploy.example.org]`", diagnostics)
        for part in (self.trigger, self.status, self.search, self.cancel):
            self._check_host(part, diagnostics)
        if self.trigger and not self.trigger.id and not self.search:
            message = "a started run cannot be found: set `id` under `trigger`, or describe a `search`"
            diagnostics.error(self.position, message)
        if self.webhook and not self.has("webhook_secret"):
            message = "a webhook is verified with `webhook_secret`: set it too"
            diagnostics.error(self.webhook.position, message)

    def _check_host(self, part: Trigger | Status | Search | Cancel | None, diagnostics: Diagnostics) -> None:
        node = part.node("url") if part else None
        if part and part.url and isinstance(node, ScalarNode) and not node.opaque:
            problem = refusal(part.url, self._hosts, self.private_hosts)
            if problem:
                diagnostics.error(node.position, problem)

    @property
    def _hosts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.hosts, *self.private_hosts]))

    def mapping(self) -> Mapping[str, object]:
        """Return what the provider reads, with the secrets that no output may show."""
        parts: dict[str, DescribedRequest | None] = {name: getattr(self, name) for name in _PARTS}
        described = ("headers", "page", *_PARTS)
        return {
            **self.model_dump(exclude={"kind", *_PARTS}),
            **{name: part.mapping() if part else {} for name, part in parts.items()},
            "hosts": list(self._hosts),
            "private_hosts": list(self.private_hosts),
            "secrets": sorted({each for name in described for each in secrets_in(self.node(name))}),
        }
