"""The release policy as it is written: `read_policy` turns `shiproom.yml` into a `Policy`, or into every fault it has.

`read_policy(path, environ)` gives a `Reading` of the policy, its faults and its warnings, each with a place and a way to
mend it; `environ=None` reads without secrets. The policy is None if there are faults, and only then.
"""

from bot.policy.faults import Fault
from bot.policy.loader import Reading, read_policy

__all__ = ["Fault", "Reading", "read_policy"]
