"""Prometheus' own tool, which checks rules and queries; nothing of Prometheus runs for that."""

import shutil
import subprocess
from pathlib import Path


def promtool(folder: Path, *words: str) -> str:
    """Run promtool in a folder, expect that it finds no fault, and give what it says."""
    binary = shutil.which("promtool")
    assert binary is not None, "promtool is missing: install the package prometheus"
    done = subprocess.run([binary, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
