"""Checks that a tag, the version, the changelog and the kept schemas belong together: `python -m tests.release v1.2.3`."""

import re
import subprocess
import sys
from dataclasses import dataclass

from bot import VERSION
from storage.schema import NEWEST
from tests.house.tree import ROOT
from tests.storage.released import REVISIONS

BREAKING = "Breaking changes"
KINDS = (BREAKING, "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""The headings of a version, in this order: those of keepachangelog.com/en/1.1.0, after what breaks."""

UNRELEASED = "Unreleased"
NUMBERS = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)\Z")
"""A version without a suffix, as semver.org (2.0.0, item 2) has it: pre-releases are not published."""

_SECTION = re.compile(r"^## \[([^]\n]+)\](?: - (\d{4}-\d\d-\d\d))?$", re.MULTILINE)
_KIND = re.compile(r"^### (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A version of the changelog: its date, and what stands under each heading."""

    name: str
    date: str
    kinds: dict[str, str]


def sections(changelog: str) -> list[Section]:
    """Read all versions of a changelog, newest first."""
    parts = _SECTION.split(changelog)[1:]
    found: list[Section] = []
    for name, date, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        kinds = _KIND.split(text)[1:]
        found.append(
            Section(name, date or "", dict(zip(kinds[::2], map(str.strip, kinds[1::2]), strict=True)))
        )
    return found


def malformed(changelog: str) -> list[str]:
    """Say what is wrong with the form of a changelog, whether a release is due or not."""
    found = sections(changelog)
    wrong: list[str] = []
    if not found or found[0].name != UNRELEASED:
        wrong.append(f"The changelog does not begin with a section [{UNRELEASED}].")
    for each in found:
        unknown = [kind for kind in each.kinds if kind not in KINDS]
        if unknown:
            wrong.append(f"[{each.name}] has the heading {unknown[0]}; there are {', '.join(KINDS)}.")
        elif list(each.kinds) != sorted(each.kinds, key=KINDS.index):
            wrong.append(f"[{each.name}] has its headings in another order than {', '.join(KINDS)}.")
        if empty := [kind for kind, text in each.kinds.items() if not text]:
            wrong.append(f"[{each.name}] has nothing under {empty[0]}.")
    versions = [each for each in found if each.name != UNRELEASED]
    wrong += [f"[{each.name}] is no version like 1.2.3." for each in versions if not NUMBERS.match(each.name)]
    wrong += [
        f"[{each.name}] has no date, as in `## [1.2.3] - 2026-12-31`." for each in versions if not each.date
    ]
    return wrong


def unreleasable(tag: str, version: str, changelog: str) -> list[str]:
    """Say what keeps a tag from being published."""
    wrong = malformed(changelog)
    if not NUMBERS.match(version):
        wrong.append(f"The version {version} is not of three numbers, like 1.2.3.")
    if tag != f"v{version}":
        wrong.append(f"The tag is {tag or 'missing'}, and bot/__init__.py says that it has to be v{version}.")
    versions = [each for each in sections(changelog) if each.name != UNRELEASED]
    if not versions or versions[0].name != version:
        wrong.append(f"The newest version of CHANGELOG.md is not {version}: name [{UNRELEASED}] so.")
    elif not versions[0].kinds:
        wrong.append(f"[{version}] of CHANGELOG.md has nothing in it.")
    elif len(versions) > 1 and not wrong:
        wrong += _misnumbered(versions[0], versions[1].name)
    if any(each.kinds for each in sections(changelog) if each.name == UNRELEASED):
        wrong.append(f"[{UNRELEASED}] of CHANGELOG.md is not empty.")
    return wrong


def _misnumbered(section: Section, before: str) -> list[str]:
    """Say whether a version is not one that may follow another; before 1.0 the second number tells what breaks."""
    new, old = ([int(number) for number in each.split(".")] for each in (section.name, before))
    if new <= old:
        return [f"{section.name} does not come after {before}."]
    compatible = 1 if new[0] else 2
    if BREAKING in section.kinds and new[:compatible] == old[:compatible]:
        place = "first" if new[0] else "second"
        return [f"{section.name} has breaking changes after {before}: raise its {place} number."]
    return []


def not_kept() -> list[str]:
    """Say whether the newest schema is not kept yet, so that later versions can be tried on it."""
    if NEWEST in REVISIONS:
        return []
    return [f"Schema {NEWEST} is not kept: run `python -m tests.storage.released` and commit what it writes."]


def changed() -> list[str]:
    """Say whether something is not committed."""
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "status", "--porcelain"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return ["Something is not committed: a tag would not have it."] if told else []


def main(words: list[str]) -> int:
    """Print what is wrong; return the exit status."""
    tag = words[0] if words else ""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    wrong = [*unreleasable(tag, VERSION, changelog), *not_kept(), *changed()]
    sys.stdout.write("\n".join([*wrong, ""]) if wrong else f"{tag} may be published.\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
