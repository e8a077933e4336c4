"""Change handlers/ line by line and look whether a test notices: `python -m tests.mutate [MODULE ...]`.

Exit status 1 when too many changes stay unnoticed. A survivor that changes no behaviour is named in tests/mutants.toml with
one sentence of why; it counts as noticed, and a sentence without its survivor is pointed out.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPLAINED = ROOT / "tests" / "mutants.toml"
TREE = (
    "handlers",
    "bot",
    "storage",
    "tests/handlers",
    "tests/__init__.py",
    "tests/profile.py",
    "pyproject.toml",
)
BARS = {"handlers.": 90.0, "handlers.gates.": 100.0}
"""Which share of the mutants, in percent, has to be noticed, by the beginning of their names."""

RESULT = re.compile(r"^\s+(handlers\.\S+): (.+)$", re.MULTILINE)
NOTICED = frozenset({"killed", "timeout", "caught by type check", "segfault"})


def lay_out(place: Path) -> None:
    """Copy what is changed and what tests it, so that nothing of it is left in the tree."""
    for name in TREE:
        source, target = ROOT / name, place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


def mutmut(place: Path, *words: str, quiet: bool = False) -> str:
    """Run mutmut there, with the fast tests alone."""
    tool = Path(sys.executable).with_name("mutmut")
    environment = {**os.environ, "PYTEST_ADDOPTS": "-m 'not slow'"}
    done = subprocess.run(
        [tool, *words], cwd=place, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if not quiet and done.returncode:
        sys.exit(f"mutmut {' '.join(words)} failed:\n{done.stdout[-4000:]}")
    return done.stdout


def results(names: list[str]) -> dict[str, str]:
    """Give what became of every mutant."""
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        place = Path(folder)
        lay_out(place)
        children = str(os.cpu_count() or 1)
        wanted = [f"{name.removesuffix('*')}*" for name in names]
        mutmut(place, "run", "--max-children", children, *wanted)
        found = dict(RESULT.findall(mutmut(place, "results", "--all", "true")))
        for name in sorted(found):
            if found[name] not in NOTICED and found[name] != "not checked":
                print(mutmut(place, "show", name, quiet=True))
    return {name: state for name, state in found.items() if state != "not checked"}


def explained() -> dict[str, str]:
    """Read why known survivors change no behaviour."""
    if not EXPLAINED.exists():
        return {}
    with EXPLAINED.open("rb") as file:
        return {name: str(why) for name, why in tomllib.load(file)["survivors"].items()}


def main(names: list[str]) -> int:
    """Print the survivors and the scores; 0 if the bars are held."""
    found, reasons = results(names), explained()
    survivors = sorted(name for name, state in found.items() if state not in NOTICED)
    for name in survivors:
        print(f"{found[name]}: {name}" + (f" (explained: {reasons[name]})" if name in reasons else ""))
    idle = [name for name in reasons if name in found and name not in survivors]
    for name in [*idle, *(name for name in reasons if not names and name not in found)]:
        print(f"explained, but not a survivor: {name}")
    good = True
    for start, bar in BARS.items():
        every = [name for name in found if name.startswith(start)]
        left = [name for name in survivors if name.startswith(start)]
        open_ones = [name for name in left if name not in reasons]
        score = 100.0 * (1 - len(open_ones) / len(every)) if every else 100.0
        killed = len(every) - len(left)
        print(
            f"{start}* {killed}/{len(every)} killed, {len(left) - len(open_ones)} explained: {score:.1f} % of {bar:.0f} %"
        )
        good = good and score >= bar
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
