"""What an argument can be: a port, the number of a release; and what several commands share."""

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

Run: TypeAlias = Callable[[], int]
"""A command whose arguments are known and whose modules are imported; it returns the exit status."""


class Parts(Protocol):
    """Where a command adds its parser; argparse does not name the class."""

    def add_parser(
        self,
        name: str,
        *,
        help: str,  # noqa: A002 - argparse calls it so
        description: str,
        parents: Sequence[argparse.ArgumentParser] = (),
    ) -> argparse.ArgumentParser:
        """Return a new parser."""
        ...


HIGHEST_PORT = 65_535
_NUMBER = re.compile(r"r?([1-9][0-9]{0,17})\Z", re.ASCII)


FILES = {
    "bash": "_shtab_compgen_files",
    "zsh": "_files",
    "fish": "(__fish_complete_path (commandline -ct))",
}
DIRECTORIES = {
    "bash": "_shtab_compgen_dirs",
    "zsh": "_files -/",
    "fish": "(__fish_complete_directories (commandline -ct))",
}
"""How each shell completes a path: the same as shtab's FILE and DIRECTORY, which is imported only to write the scripts."""


def completed_with(option: argparse.Action, how: Mapping[str, str]) -> None:
    """Say how shells complete the value of an option, in the attribute that shtab reads."""
    vars(option).update(complete=how)


def policy_file() -> argparse.ArgumentParser:
    """Return the parent of a command that reads the policy."""
    parent = argparse.ArgumentParser(add_help=False)
    config = parent.add_argument(
        "--config", default="", help="the policy file; else SHIPROOM_CONFIG, or shiproom.yml"
    )
    completed_with(config, FILES)
    return parent


def release(word: str) -> int:
    """Read the number of a release.

    Raises ArgumentTypeError.
    """
    found = _NUMBER.match(word)
    if found is None:
        message = f"{word[:40]!r} is not the number of a release, such as 42 or r42"
        raise argparse.ArgumentTypeError(message)
    return int(found[1])


def port(word: str) -> int:
    """Read the number of a port.

    Raises ArgumentTypeError.
    """
    if not (
        word.isascii()
        and word.isdigit()
        and len(word) <= len(str(HIGHEST_PORT))
        and int(word) <= HIGHEST_PORT
    ):
        message = f"{word[:40]!r} is not a port, a number from 0 to {HIGHEST_PORT}"
        raise argparse.ArgumentTypeError(message)
    return int(word)
