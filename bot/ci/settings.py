"""The base model of every CI's settings, and the types of secrets."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, PlainValidator

from bot.schema.diagnostics import Diagnostics, shown
from bot.schema.fields import Text, read_by, read_in
from bot.schema.json_shapes import SECONDS, SECRET, text_schema
from bot.schema.nodes import Node, ScalarNode
from bot.schema.readers import read_seconds, read_text
from bot.schema.section import Entry, Section
from bot.schema.words import TEXT, URL
from bot.weak_secrets import weak_secret

SHORTEST_POLL = 2
LONGEST_POLL = 300


def secret(*, ours: bool = False) -> PlainValidator:
    """Return the type of a secret, written as `${NAME}` to keep it out of files.

    One of `ours` is chosen by people, and must not be guessable.
    """
    return read_in(lambda context, entry: _read_secret(entry, context.diagnostics, ours=ours), SECRET)


def _read_secret(entry: Entry, diagnostics: Diagnostics, *, ours: bool) -> str:
    node, key = entry.node, entry.key.written if entry.key else ""
    text = read_text(node, TEXT, diagnostics)
    if not isinstance(node, ScalarNode) or node.opaque:
        return text
    if "${" not in node.written:
        message = f"a secret stands in the policy under {shown(key)}: write `${{NAME}}` and set NAME"
        diagnostics.error(node.position, message)
    elif ours and (weakness := weak_secret(text)):
        diagnostics.error(node.position, f"the secret {weakness}")
    return text


def _read_poll(node: Node, diagnostics: Diagnostics) -> int:
    seconds = read_seconds(node, diagnostics)
    if not SHORTEST_POLL <= seconds <= LONGEST_POLL:
        message = f"a CI is polled every {SHORTEST_POLL} s to {LONGEST_POLL} s: choose a value between"
        diagnostics.error(node.position, message)
    return seconds


def _read_root(node: Node, diagnostics: Diagnostics) -> str:
    return read_text(node, URL, diagnostics).rstrip("/")


Secret = Annotated[str, secret()]
WebhookSecret = Annotated[str, secret(ours=True)]
Poll = Annotated[int, read_by(_read_poll, SECONDS)]
"""How many seconds are left between two polls of a run."""

RootUrl = Annotated[str, read_by(_read_root, text_schema(URL))]


class CiSettings(Section):
    """The settings of one CI."""

    noun: ClassVar[str] = "CI"

    kind: Text = Field(description="the kind of CI")

    def mapping(self) -> Mapping[str, object]:
        """Return what the provider reads."""
        return self.model_dump(by_alias=True, exclude={"kind"})


class RemoteSettings(CiSettings):
    """What every remote CI has: its API's address, its poll interval, and its webhook secret.

    An empty secret means that it has no webhooks.
    """

    url: RootUrl = Field(default="", description="the address of its API or pages")
    poll: Poll = Field(
        default=15, description="how often a run is asked about, from 2s to 300s; 15s by default"
    )
    webhook_secret: WebhookSecret = Field(
        default="", description="what it signs webhooks with, as `${NAME}`; without it its webhooks are 404"
    )
