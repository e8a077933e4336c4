"""The JSON Schema of the policy file."""

from typing import Any


def policy_schema() -> dict[str, Any]:
    """Return the schema."""
    return {}
