"""What a person is shown after a wish: a message for his eyes only, or nothing where the card says it all."""

from dataclasses import dataclass

from bot.blocks.parts import Message


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer. `done` says that something was changed or opened, so that a click needs no words; `error` is one line."""

    message: Message | None = None
    done: bool = False
    error: str = ""


OPENED = Shown(None, done=True)
