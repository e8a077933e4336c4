"""compose.yml as docker-compose itself reads it, with the example of its environment filled in."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.tools import docker_compose
from tests.house.tree import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return docker_compose(tmp_path_factory.mktemp("compose"))


def project(folder: Path, *, password: str) -> Path:
    """Make what docs/containers.md asks for."""
    shutil.copy(ROOT / "compose.yml", folder)
    example = (ROOT / "docs/deploy/compose.env.example").read_text(encoding="utf-8")
    (folder / ".env").write_text(example.replace("POSTGRES_PASSWORD=\n", f"POSTGRES_PASSWORD={password}\n"))
    return folder


def read(program: Path, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    variables = {"HOME": str(folder), "PATH": "/usr/bin:/bin", **environ}
    command = [program, "config", "--format", "json"]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("replicas", ["", "2"])
def test_it_is_read(program: Path, tmp_path: Path, replicas: str) -> None:
    more = {"SHIPROOM_REPLICAS": replicas} if replicas else {}
    done = read(program, project(tmp_path, password="0123abc"), **more)
    assert done.returncode == 0, done.stderr
    services: dict[str, Any] = json.loads(done.stdout)["services"]
    assert set(services) == {"database", "migrate", "shiproom"}
    url = "postgresql://shiproom:0123abc@database/shiproom"
    assert {services[name]["environment"]["DATABASE_URL"] for name in ("migrate", "shiproom")} == {url}
    assert "SLACK_BOT_TOKEN" not in services["migrate"]["environment"]
    assert services["shiproom"]["environment"]["SLACK_BOT_TOKEN"] == "xoxb-..."
    assert services["shiproom"]["deploy"]["replicas"] == int(replicas or 1)
    low, high = re.findall(r"\d+", services["shiproom"]["ports"][0]["published"])
    assert int(high) - int(low) + 1 >= 2


def test_a_password_that_is_missing_is_named(program: Path, tmp_path: Path) -> None:
    done = read(program, project(tmp_path, password=""))
    assert done.returncode != 0
    assert "POSTGRES_PASSWORD" in done.stderr
    assert "openssl rand -hex 24" in done.stderr
