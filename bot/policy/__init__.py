"""Reads the release policy: `read_policy` turns `shiproom.yml` into a `Policy` or all its errors.

`read_policy(path, environ)` returns a `PolicyResult` with the policy, its errors and its warnings, each with a position and a
fix; `environ=None` reads without secrets. The policy is None if there are errors, and only then.
"""

from bot.policy.loader import PolicyResult, read_policy, read_written
from bot.schema.diagnostics import Diagnostic

__all__ = ["Diagnostic", "PolicyResult", "read_policy", "read_written"]
