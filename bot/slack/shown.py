"""What a person is shown after a wish: a message for his eyes only, or nothing where the card says it all."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.parts import Message, message, section


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer. `done` says that something was changed or opened, so that a click needs no words; `error` is one line."""

    message: Message | None = None
    done: bool = False
    error: str = ""


OPENED = Shown(None, done=True)


def joined(answers: Sequence[Shown]) -> Shown:
    """Make one answer of several."""
    if len(answers) == 1:
        return answers[0]
    texts = [answer.message.text for answer in answers if answer.message is not None]
    errors = [answer.error for answer in answers if answer.error]
    line = "\n".join(texts)
    return Shown(message(line, section(line)), done=len(errors) < len(answers), error=" ".join(errors))
