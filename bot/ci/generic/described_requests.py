"""The parts of the settings of `generic`: each request, and where its response has its values."""

import re
from typing import Annotated

from pydantic import Field

from bot.ci.generic.templates import (
    HEADER,
    IN_A_BODY,
    OF_A_RUN,
    OF_A_START,
    OF_A_TARGET,
    headers_with,
    link_with,
    placeholders_in,
    tree_with,
)
from bot.schema.diagnostics import Diagnostics, shown
from bot.schema.fields import Flag, one_of, read_by, read_entries, read_in, text
from bot.schema.json_shapes import SECONDS, choice_schema, list_schema, text_schema
from bot.schema.nodes import Node, SequenceNode
from bot.schema.readers import read_choice, read_seconds, read_text, read_texts
from bot.schema.section import Entry, Section, SectionContext
from bot.schema.words import TextFormat

STATES = ("queued", "waits", "running", "succeeded", "failed", "cancelled", "timed_out")
"""What a state of the CI can be mapped to."""

LONGEST_GRACE = 600

_PATH = TextFormat(
    "a path into an answer, like `run.id` or `items.0.id`", re.compile(r"[^\s.{}]+(?:\.[^\s.{}]+)*")
)
_WRITES = ("POST", "PUT", "PATCH", "DELETE")


def _read_paths(node: Node, diagnostics: Diagnostics) -> list[str]:
    """Read one path, or a list of paths whose values are joined."""
    if isinstance(node, SequenceNode):
        return [each.text for each in read_texts(node, _PATH, diagnostics)]
    written = read_text(node, _PATH, diagnostics)
    return [written] if written else []


def _read_states(context: SectionContext, entry: Entry) -> dict[str, str]:
    diagnostics = context.diagnostics
    entries = read_entries(entry, diagnostics)
    names = [read_text(key, TextFormat("a state"), diagnostics) for key, _ in entries]
    meant = [read_choice(each.node, STATES, diagnostics) for _, each in entries]
    if entries and not {"succeeded", "failed"} <= set(meant):
        diagnostics.error(entry.position, "one state has to mean `succeeded` and one `failed`: name them")
    return dict(zip(names, meant, strict=True))


def _read_grace(node: Node, diagnostics: Diagnostics) -> int:
    seconds = read_seconds(node, diagnostics)
    if seconds > LONGEST_GRACE:
        diagnostics.error(node.position, f"people wait for that long: at most {LONGEST_GRACE // 60}m")
    return seconds


def _read_field(node: Node, diagnostics: Diagnostics) -> str:
    return read_text(node, HEADER, diagnostics).lower()


_PATHS_SHAPE = {"anyOf": [text_schema(_PATH), list_schema(text_schema(_PATH))]}
_STATES_SHAPE = {
    "type": "object",
    "propertyNames": {"minLength": 1},
    "additionalProperties": choice_schema(STATES),
    "minProperties": 2,
}

ResponsePath = Annotated[str, text(_PATH)]
RunLink = Annotated[str, link_with(OF_A_RUN)]


class DescribedRequest(Section):
    """A section that describes a request."""

    def mapping(self) -> dict[str, object]:
        """Return what the provider reads; `json` only if there is a body."""
        return self.model_dump(by_alias=True, exclude=set() if self.has("json") else {"body"})

    def require_placeholder(self, name: str, url: str, diagnostics: Diagnostics) -> None:
        """Report an address without the placeholder that says which run it is about."""
        if url and name not in placeholders_in(url):
            message = f"the address does not say which one: put {shown('{{' + name + '}}')} into it"
            diagnostics.error(self.value_position("url"), message)


class Trigger(DescribedRequest):
    """The request that starts a run."""

    method: Annotated[str, one_of(_WRITES[:3], "POST")] = Field(
        default="POST", description="the method of the request; POST by default"
    )
    url: Annotated[str, link_with(OF_A_START)] = Field(description="the address to start a run")
    headers: Annotated[dict[str, str], headers_with(("correlation_id",))] = Field(
        default_factory=dict[str, str], description="further headers of this request"
    )
    body: Annotated[object, tree_with(IN_A_BODY)] = Field(
        default=None, alias="json", description="the body of the request, as JSON"
    )
    id: ResponsePath = Field(default="", description="where the answer has the id of the run")

    def check(self, context: SectionContext) -> None:
        """Report a request after which its run cannot be found again."""
        if not (placeholders_in(self.body) | placeholders_in(self.url)) & {"correlation_id", "inputs"}:
            message = "nothing here contains `{{correlation_id}}`: without it no run can be found again"
            context.diagnostics.error(self.position, message)


class Status(DescribedRequest):
    """The request that reads a run, and where the response has its values."""

    url: RunLink = Field(description="the address to read a run")
    state: Annotated[list[str], read_by(_read_paths, _PATHS_SHAPE)] = Field(
        description="where the answer has its state, like `run.state`"
    )
    map: Annotated[dict[str, str], read_in(_read_states, _STATES_SHAPE)] = Field(
        description="what its states mean, like `{SUCCESS: succeeded, FAILURE: failed}`"
    )
    attempt: ResponsePath = Field(default="", description="where the answer has the number of the attempt")
    detail: ResponsePath = Field(default="", description="where the answer says why it failed")
    log_url: ResponsePath = Field(default="", description="where the answer has the address of the log")

    def check(self, context: SectionContext) -> None:
        """Report an address that names no run."""
        self.require_placeholder("run_id", self.url, context.diagnostics)


class Cancel(DescribedRequest):
    """The request that stops a run."""

    method: Annotated[str, one_of(_WRITES, "POST")] = Field(
        default="POST", description="the method of the request; POST by default"
    )
    url: RunLink = Field(description="the address to stop a run")
    body: Annotated[object, tree_with(OF_A_RUN)] = Field(
        default=None, alias="json", description="the body of the request, as JSON"
    )

    def check(self, context: SectionContext) -> None:
        """Report a request that names no run."""
        if "run_id" not in placeholders_in(self.url) | placeholders_in(self.body):
            context.diagnostics.error(
                self.position, "nothing here contains `{{run_id}}`: it would stop any run"
            )


class Search(DescribedRequest):
    """The request that lists runs, and where a listed run has its values."""

    url: Annotated[str, link_with(OF_A_TARGET)] = Field(description="the address to list runs")
    items: ResponsePath = Field(default="", alias="list", description="where the answer has the list of runs")
    correlation: ResponsePath = Field(
        description="where a run of the list has what carries the correlation id, like `inputs.id`"
    )
    id: ResponsePath = Field(description="where a run of the list has its id")
    oldest_first: Flag = Field(default=False, description="whether the list begins with the oldest run")
    authoritative: Flag = Field(default=False, description="whether a run that is not listed does not exist")
    grace: Annotated[int, read_by(_read_grace, SECONDS)] = Field(
        default=120, description="how long a new run may be missing from the list, up to 10m"
    )

    def check(self, context: SectionContext) -> None:
        """Report a search that is called authoritative but does not ask for one run."""
        if self.authoritative:
            self.require_placeholder("correlation_id", self.url, context.diagnostics)


class Webhook(DescribedRequest):
    """Where a webhook has its signature and its values."""

    header: Annotated[str, read_by(_read_field, text_schema(HEADER))] = Field(
        default="x-signature-256", description="the header that has the signature"
    )
    id: ResponsePath = Field(default="", description="where the body has the id of the run")
    correlation: ResponsePath = Field(default="", description="where the body has the correlation id")
