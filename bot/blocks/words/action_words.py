"""Types for the sentences about one action or one gate.

Each of these has a file in this folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.blocks.words.template import Sentence

Sentences = Mapping[str, Sentence]


@dataclass(frozen=True, slots=True)
class ReasonPrompt:
    """The texts of the modal that asks for a reason.

    `label` is of its field, `know` an explanation above it.
    """

    title: str
    label: str = "Reason"
    know: str = ""


@dataclass(frozen=True, slots=True)
class ActionWords:
    """Every sentence about an action, by its code or event name.

    `verbs` complete "Only ops can ...", by the name that a refusal gives; `attempted` completes "Tim tried to ...";
    `refused` is why in a few words, for the history; `usage_errors` are for commands that could not be parsed; `inputs` are
    those of a form that a refusal is about, if not the last one. `offer` begins the label of a button in an answer, before
    the release or the environment.
    """

    verbs: Sentences = field(default_factory=dict[str, Sentence])
    replies: Sentences = field(default_factory=dict[str, Sentence])
    refusals: Sentences = field(default_factory=dict[str, Sentence])
    thread: Sentences = field(default_factory=dict[str, Sentence])
    channel: Sentences = field(default_factory=dict[str, Sentence])
    direct: Sentences = field(default_factory=dict[str, Sentence])
    history: Sentences = field(default_factory=dict[str, Sentence])
    attempted: Mapping[str, str] = field(default_factory=dict[str, str])
    refused: Mapping[str, str] = field(default_factory=dict[str, str])
    usage_errors: Mapping[str, str] = field(default_factory=dict[str, str])
    reason_prompt: ReasonPrompt | None = None
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])
    offer: str = ""


@dataclass(frozen=True, slots=True)
class GateWords:
    """Every sentence about a gate, by reason code.

    `reasons` are in full, `short` in a few words, `called_off` complete "not started because"; `waited` completes "waited for"
    in reports.
    """

    waited: str
    reasons: Sentences
    short: Sentences = field(default_factory=dict[str, Sentence])
    called_off: Mapping[str, str] = field(default_factory=dict[str, str])
