"""The `deploy:` of an environment: which CI carries it out, and that kind's settings."""

from typing import Annotated

from pydantic import Field

from bot.policy.references import ConnectionName, References, kind_of
from bot.schema.diagnostics import Diagnostics, shown
from bot.schema.fields import Seconds, Text, one_of, pairs, read_by
from bot.schema.json_shapes import choice_schema, list_schema, text_schema
from bot.schema.nodes import Node
from bot.schema.readers import LocatedText, read_choice, read_items, read_text, read_texts
from bot.schema.section import Entry, Section, SectionContext
from bot.schema.words import ARGUMENT, TEXT
from handlers.plan import Deploy

SENT = ("version", "environment", "service", "release", "digest", "build_url")
"""What a remote CI can be sent besides commit and correlation id."""

_OWN_PREFIX = "shiproom_"
_BY_KIND = ("command", "workflow", "job", "inputs", "send", "claim")


def _read_command(node: Node, diagnostics: Diagnostics) -> tuple[str, ...]:
    return tuple(read_text(item, ARGUMENT, diagnostics) for item in read_items(node, diagnostics))


def _read_sent(node: Node, diagnostics: Diagnostics) -> tuple[str, ...]:
    words = read_texts(node, TEXT, diagnostics)
    for item in read_items(node, diagnostics):
        read_choice(item, SENT, diagnostics)
    return tuple(word.text for word in words)


class DeploySection(Section):
    """How a step is carried out."""

    ci: ConnectionName = Field(description="the name of one of those under `ci`")
    command: Annotated[
        tuple[str, ...], read_by(_read_command, list_schema(text_schema(ARGUMENT), distinct=False))
    ] = Field(
        default=(),
        description="for a local CI: the command as a list, run without a shell, like `[./deploy.sh, staging]`",
    )
    timeout: Seconds = Field(
        default=3600,
        description="after how long the run is cancelled and has failed, like `10m`; 1h by default",
    )
    workflow: Text = Field(
        default="", description="the workflow, pipeline or job that deploys, as the CI names it"
    )
    job: Text = Field(default="", description="one job of it, where the kind of CI has such")
    inputs: Annotated[tuple[tuple[LocatedText, str], ...], pairs(ARGUMENT)] = Field(
        default=(), description="further inputs, parameters or variables of the run"
    )
    send: Annotated[tuple[str, ...], read_by(_read_sent, list_schema(choice_schema(SENT)))] = Field(
        default=(),
        description="what the run is sent besides the commit and the correlation id, like `[version, environment]`",
    )
    claim: Annotated[str, one_of(("required",))] = Field(
        default="", description="`required`: the run has to ask Shiproom before it deploys (docs/claim.md)"
    )

    @classmethod
    def called(cls, entry: Entry) -> str:
        """Return the name of this mapping in messages."""
        del entry
        return "this `deploy`"

    def check(self, context: SectionContext) -> None:
        """Report settings that its kind of CI does not have, and inputs that Shiproom sets itself."""
        kind = kind_of(self.ci, context)
        for key, what in kind.needed.items() if kind else ():
            self.need(key, what, context.diagnostics)
        for key in _BY_KIND if kind else ():
            if kind and self.has(key) and key not in kind.deploy:
                message = f"the CI {shown(self.ci)} has no setting `{key}`: remove it"
                context.diagnostics.error(self.key_position(key), message)
        if kind and isinstance(context, References) and (lacking := context.absent(self.deploy())):
            context.diagnostics.absent(self.value_position("command"), lacking)
        for name, _ in self.inputs:
            if name.text.startswith(_OWN_PREFIX):
                message = f"{shown(name.text)}: inputs that begin with `{_OWN_PREFIX}` are Shiproom's own"
                context.diagnostics.error(name.position, f"{message}, so choose another name")

    def deploy(self) -> Deploy:
        """Return what the plan keeps."""
        return Deploy(
            ci=self.ci,
            timeout=self.timeout,
            command=self.command,
            workflow=self.workflow,
            job=self.job,
            inputs=tuple((name.text, text) for name, text in self.inputs),
            send=self.send,
            claim=self.claim == "required",
        )
