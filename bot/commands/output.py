"""What commands print: sentences on standard output, errors on standard error, and their exit statuses."""

import sys

OK, FAILED, MISUSED = 0, 1, 2


class CommandError(Exception):
    """A command cannot go on; the message is a sentence for people."""


def say(sentence: str) -> None:
    """Print a line.

    Raises CommandError if it cannot be written; BrokenPipeError if nobody reads any more, which is no error.
    """
    try:
        print(sentence)  # noqa: T201 - the command line speaks to people
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from error


def flush() -> None:
    """Write what is still kept back.

    Raises as `say` does.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from error


def unwritten(error: OSError) -> CommandError:
    """Return what to say if the output cannot be written."""
    return CommandError(f"The output cannot be written: {error.strerror}.")


def tell(sentence: str) -> None:
    """Print a line about the work itself, which is no part of its output."""
    print(sentence, file=sys.stderr)  # noqa: T201 - the command line speaks to people


def fail(sentence: str) -> int:
    """Print an error; return the exit status."""
    print(sentence, file=sys.stderr)  # noqa: T201 - the command line speaks to people
    return FAILED


def counted(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count} {noun}{'s' if count != 1 else ''}"
