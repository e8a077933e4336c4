"""The `deploy:` of an environment: which CI carries it out, and what that kind of CI can be told."""

from bot.policy.faults import shown
from bot.policy.kinds import KindReader
from bot.policy.readers import read_choice, read_items, read_text
from bot.policy.references import References
from bot.policy.section import Section
from bot.policy.words import ARGUMENT
from handlers.plan import Deploy

SENT = ("version", "environment", "service", "release", "digest", "build_url")
"""What a remote CI can be told besides commit and correlation id."""

_OWN_PREFIX = "shiproom_"
_BY_KIND = ("command", "workflow", "inputs", "send", "claim")


def read_deploy(section: Section, references: References) -> Deploy:
    """Read how a step is carried out."""
    section.need(ci="the name of one of those under `ci`")
    ci, kind = references.connection(section)
    if kind is not None:
        _fit(section, ci, kind)
    deploy = Deploy(
        ci=ci,
        timeout=section.seconds("timeout", 3600),
        command=_command(section),
        workflow=section.text("workflow"),
        inputs=_inputs(section),
        send=_send(section),
        claim=section.choice("claim", ("required",)) == "required",
    )
    section.close()
    return deploy


def _fit(section: Section, ci: str, kind: KindReader) -> None:
    section.need(**kind.needed)
    for key in _BY_KIND:
        if key in section and key not in kind.deploy:
            section.findings.fault(
                section.key_place(key), f"`{key}` means nothing to the CI {shown(ci)}: remove it"
            )


def _command(section: Section) -> tuple[str, ...]:
    node = section.node("command")
    items = () if node is None else read_items(node, section.findings)
    return tuple(read_text(item, ARGUMENT, section.findings) for item in items)


def _inputs(section: Section) -> tuple[tuple[str, str], ...]:
    pairs = section.pairs("inputs", ARGUMENT)
    for name, _ in pairs:
        if name.text.startswith(_OWN_PREFIX):
            message = f"{shown(name.text)}: inputs that begin with `{_OWN_PREFIX}` are Shiproom's own, so choose another name"
            section.findings.fault(name.place, message)
    return tuple((name.text, text) for name, text in pairs)


def _send(section: Section) -> tuple[str, ...]:
    node = section.node("send")
    if node is None:
        return ()
    words = section.texts("send")
    for item in read_items(node, section.findings):
        read_choice(item, SENT, section.findings)
    return tuple(word.text for word in words)
