"""Asks questions on a terminal, or takes the answers from the command line; a wrong answer gets a sentence."""

import getpass
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


class SetupError(Exception):
    """Nothing can be written; the message is a sentence for people."""


class AnswerError(Exception):
    """An answer cannot be used; the message says why, and what can be written instead."""


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A question, the option that answers it, and how an answer is read; an empty answer is the default."""

    option: str
    text: str
    read: Callable[[str], T]
    default: str | None = None


class Terminal:
    """Where the questions are asked; without `interactive` nothing is, and the options have to say everything."""

    def __init__(self, *, interactive: bool) -> None:
        self.interactive = interactive

    def say(self, text: str = "") -> None:
        """Write a line for whoever answers."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def explain(self, text: str) -> None:
        """Write a line that belongs to a question, if there is somebody to answer it."""
        if self.interactive:
            self.say(text)

    def answer(self, question: Question[T], given: str | None) -> T:
        """Return the answer: as given with its option, or as typed; ask again until it can be used.

        Raises SetupError if it is wrong or missing, and nobody can be asked.
        """
        written = given
        while True:
            try:
                return question.read(self._type(question) if written is None else written)
            except AnswerError as error:
                if not self.interactive:
                    raise SetupError(f"{question.option}: {error}") from error
                self.say(f"  {error}")
                written = None

    def secret(self, name: str, text: str, check: Callable[[str], str]) -> str:
        """Return a secret that is typed without being shown; empty if it is left out."""
        if not self.interactive:
            return ""
        while True:
            typed = getpass.getpass(f"\n{text}. (Not shown; Enter to leave it out.)\n{name}: ").strip()
            fault = check(typed) if typed else ""
            if not fault:
                return typed
            self.say(f"  {fault}")

    def choose(self, text: str, options: Sequence[str], instead: str) -> int:
        """Return the index of the option that is chosen.

        Raises AnswerError, with the options, if nobody can be asked; `instead` says how to be clear.
        """
        if not self.interactive:
            raise AnswerError(f"{text} {'; '.join(options)}. {instead}")
        self.say(f"  {text}")
        for number, option in enumerate(options, start=1):
            self.say(f"    {number}. {option}")

        def read(written: str) -> int:
            if not (written.isascii() and written.isdigit() and 1 <= int(written) <= len(options)):
                raise AnswerError(f"Write a number from 1 to {len(options)}.")
            return int(written) - 1

        return self.answer(Question("", "  Which one?", read), None)

    def agrees(self, text: str) -> bool:
        """Return whether a question is answered with yes; nobody who cannot be asked agrees."""

        def read(written: str) -> bool:
            if written.casefold() not in {"", "y", "yes", "n", "no"}:
                raise AnswerError("Write y or n.")
            return written.casefold().startswith("y")

        return self.interactive and self.answer(Question("", f"{text} (y/N)", read, ""), None)

    def _type(self, question: Question[T]) -> str:
        if not self.interactive:
            if question.default is None:
                raise SetupError(
                    f"{question.option} is missing, and there is no terminal to ask on: {question.text.strip()}"
                )
            return question.default
        hint = f" [{question.default}]" if question.default else ""
        return input(f"{question.text}{hint} ").strip() or question.default or ""
