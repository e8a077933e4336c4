"""What a restore means to releases: stands in until the module that decides it is merged."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class RestoreSummary:
    """What was done to releases, in sentences for the operator."""

    sentences: tuple[str, ...] = ()


def after_restore(
    connection: Connection,  # noqa: ARG001 - the interface
    at: datetime,  # noqa: ARG001 - the interface
    backup_at: datetime,  # noqa: ARG001 - the interface
    actor: str,  # noqa: ARG001 - the interface
) -> RestoreSummary:
    """Bring what was restored in order, in the transaction of the restore."""
    return RestoreSummary()
