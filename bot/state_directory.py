"""The directory where an installation keeps what its database cannot tell of itself.

It is `.shiproom` beside the policy file, or the directory of SHIPROOM_STATE. Each file in it is one JSON object of strings.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

NAME = ".shiproom"
"""The directory beside the policy file; runs of local commands are kept in it too."""

SETTING = "SHIPROOM_STATE"


class StateError(Exception):
    """A file of the state directory cannot be read or written; the message is a sentence for the operator."""


class StateDirectory:
    """Reads and writes small files, each as a whole: after a crash it is the old one or the new one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str) -> dict[str, str]:
        """Return what a file holds, nothing if there is none.

        Raises StateError if it cannot be read or is torn.
        """
        path = self.path / name
        try:
            found: object = json.loads(path.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror}. Fix its permissions, or set {SETTING}."
            raise StateError(message) from error
        except ValueError as error:
            raise StateError(self._torn(path)) from error
        if not isinstance(found, dict):
            raise StateError(self._torn(path))
        values = cast("dict[str, object]", found)
        if not all(isinstance(value, str) for value in values.values()):
            raise StateError(self._torn(path))
        return cast("dict[str, str]", values)

    def write(self, name: str, values: Mapping[str, str]) -> None:
        """Replace a file, for its owner alone.

        Raises StateError if it cannot be written; then the old one is still there.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(self.path / name, json.dumps(values, indent=2, sort_keys=True) + "\n")
        except OSError as error:
            raise StateError(self._unwritable(error.strerror)) from error

    def fault(self) -> str:
        """Return the sentence that nothing can be written here; empty if it can, or once the directory is made."""
        place = self.path
        while not place.exists() and place != place.parent:
            place = place.parent
        if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
            return ""
        return self._unwritable("Permission denied" if place.is_dir() else "Not a directory")

    def _unwritable(self, cause: str | None) -> str:
        return (
            f"{self.path} cannot be written ({cause}): set {SETTING} to a directory that outlives a restart."
        )

    @staticmethod
    def _torn(path: Path) -> str:
        return f"{path} is damaged: it is not a JSON object of strings. Restore it, or delete it."

    @staticmethod
    def _replace(path: Path, text: str) -> None:
        """Write beside the file, and rename: mkstemp gives the new file to its owner alone (0600)."""
        number, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(beside).unlink()
            raise
        directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
