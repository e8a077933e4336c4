"""A small policy without faults or warnings, and a way to read it with a few lines changed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.policy import Diagnostic, PolicyResult, read_policy
from tests.bot.policy.against_schema import too_strict

SOUND = """\
version: 1
people:
  - {name: Mara, slack: [U0MARA]}
teams:
  developers: {members: [U0ANDY, U0MARA]}
  testers: {members: [U0AMITA]}
  ops: {members: [U0TIM, U0KIM]}
ci:
  here: {kind: local, directory: .}
services:
  website:
    channel: C0RELEASES
    starters: [developers]
    operators: [ops]
    environments:
      - name: staging
        deploy: {ci: here, command: [./deploy.sh, staging]}
      - name: production
        gates:
          - {sign_off: testers}
          - {sign_off: ops}
        deploy: {ci: here, command: [./deploy.sh, production]}
"""

Change = tuple[str, str]


def changed(*changes: Change, text: str = SOUND) -> str:
    """Give the policy with parts replaced, each of which must be there exactly once."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def read(folder: Path, text: str | bytes, environ: Mapping[str, str] | None = None) -> PolicyResult:
    """Read a policy from a file in the folder; what the loader takes, the JSON Schema has to take as well."""
    path = folder / "shiproom.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = read_policy(path, environ)
    assert result.policy is None or not (found := too_strict(text)), found
    return result


def lines(found: Sequence[Diagnostic]) -> list[str]:
    """Give findings as they are read, without the folder."""
    return [str(each).removeprefix(f"{each.path.parent}/") for each in found]


def faults(folder: Path, *changes: Change) -> list[str]:
    """Give the faults of the policy with parts replaced."""
    reading = read(folder, changed(*changes))
    assert (reading.policy is None) is bool(reading.errors)
    return [line.removeprefix("shiproom.yml:") for line in lines(reading.errors)]
