"""The `ci:` part: the systems that deploy and announce builds, each read by its kind's model."""

from collections.abc import Mapping

from bot.ci import KINDS
from bot.schema.diagnostics import shown
from bot.schema.fields import MAPPING, read_entries
from bot.schema.nodes import MappingNode
from bot.schema.readers import LocatedText, read_choice, read_name, refuse
from bot.schema.section import Entry, SectionContext, entries_of
from handlers.policy import Connection


def read_connections(entry: Entry, context: SectionContext) -> Mapping[str, tuple[Connection, LocatedText]]:
    """Read the CIs by name, each with its position."""
    return {
        key.written: (
            _connection(read_name(key, context.diagnostics), each, context),
            LocatedText(key.written, key.position),
        )
        for key, each in read_entries(entry, context.diagnostics)
    }


def _connection(name: str, entry: Entry, context: SectionContext) -> Connection:
    if not isinstance(entry.node, MappingNode):
        refuse(entry.node, MAPPING, context.diagnostics)
        return Connection(name, "")
    written = entries_of(entry.node).get("kind")
    if written is None:
        kinds = ", ".join(f"`{kind}`" for kind in KINDS)
        context.diagnostics.error(entry.position, f"CI {shown(name)} lacks `kind`: one of {kinds}")
        return Connection(name, "")
    kind = read_choice(written.node, KINDS, context.diagnostics)
    if not kind:
        return Connection(name, "")
    settings = KINDS[kind].settings.model_validate(entry, context=context)
    return Connection(name, kind, settings.mapping())
