"""Reads the policy file twice, so that a file that is being written is not taken, and policies from their text."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from bot import logs
from bot.ci import KINDS
from bot.policy import PolicyResult, read_policy, read_written
from handlers.policy import Policy

log = logging.getLogger("shiproom.policy")

PAUSE = 0.1
"""Seconds between the two readings of the file, which have to be the same."""

MOST_READINGS = 20
"""How often a file that keeps changing is read before that is given up."""


class PolicyFileError(Exception):
    """The policy file has errors, or changes while it is read; the message is for the operator."""


def needs_exclusive_database(policy: Policy) -> bool:
    """Return whether only one process may use the database: a local CI runs on one machine."""
    return any(KINDS[connection.kind].single_machine for connection in policy.connections.values())


class PolicySource:
    """The policy file; `secrets` is everything ever read from the environment for a policy."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self._path = path
        self._environ = environ
        self.secrets: frozenset[str] = frozenset()

    async def read(self) -> PolicyResult:
        """Read the file as it is now, twice with a pause; secrets are masked in all logs from then on.

        A half-written file can be a valid policy without its last gate. Raises PolicyFileError if it keeps changing.
        """
        before = self._bytes()
        for _ in range(MOST_READINGS):
            result = self._keep_secrets(read_policy(self._path, self._environ))
            await asyncio.sleep(PAUSE)
            after = self._bytes()
            if before == after and _is_of(result, after):
                return result
            before = after
        message = f"{self._path} changes while it is read: let it be written to its end, then send SIGHUP or start again."
        raise PolicyFileError(message)

    async def read_valid(self) -> Policy:
        """Read the file as it is now, log its warnings, and return its policy.

        Raises PolicyFileError with all its errors.
        """
        result = await self.read()
        for warning in result.warnings:
            log.warning("%s", warning)
        if result.policy is None:
            raise PolicyFileError("\n".join(str(error) for error in result.errors))
        return result.policy

    def parse(self, written: str) -> PolicyResult:
        """Read a policy from its text, with this process's own secrets."""
        return self._keep_secrets(read_written(written, self._path, self._environ))

    def parse_without_secrets(self, written: str) -> Policy | None:
        """Read a policy from its text to compare it; None if this version cannot read it."""
        return read_written(written, self._path, None).policy

    def _keep_secrets(self, result: PolicyResult) -> PolicyResult:
        self.secrets |= result.secrets
        logs.hide(self.secrets)
        return result

    def _bytes(self) -> bytes:
        """Return what the file holds; nothing if it cannot be read, which reading it as a policy reports."""
        try:
            return self._path.read_bytes()
        except (OSError, ValueError):
            return b""


def _is_of(result: PolicyResult, raw: bytes) -> bool:
    return result.policy is None or result.policy.text.encode() == raw
