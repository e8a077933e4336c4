"""The image, really built, and its process: no shell, a root that cannot be written, no rights, no zombies, its HEALTHCHECK."""

import asyncio
import json
import os
import shutil
import signal
import stat
import struct
from importlib import metadata
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from bot import VERSION
from tests.bot.test_reaper import children_of, until
from tests.deploy import containerfile
from tests.deploy.image import SHELLS, Built
from tests.deploy.sbom import normal, required
from tests.deploy.tools import pip
from tests.house.tree import ROOT
from tests.world import World

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long(4),
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("image"),
]

UNCHECKED = 0b01
"""The flags of bytecode that is never compared with its source (PEP 552)."""

PASSED = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "SHIPROOM_PORT",
    "SHIPROOM_API_TOKEN",
    "SHIPROOM_LOG",
)
LEAVES_AN_ORPHAN = """\
#!/opt/shiproom/bin/python
import os, sys
if os.fork() == 0:
    os.setsid()
    os._exit(0 if os.fork() else 7)
os.wait()
print("deploying", os.environ["SHIPROOM_VERSION"], "to", sys.argv[1])
"""


def site_packages(image: Built) -> Path:
    (found,) = (image.root / "opt/shiproom/lib").glob("python3*/site-packages")
    return found


def what_a_runtime_is_told(image: Built) -> None:
    stage = containerfile.final_stage()
    assert image.config["User"] == stage["USER"][0]
    assert image.config["Entrypoint"] == containerfile.command(stage["ENTRYPOINT"][0])
    assert image.config["Cmd"] == ["run"]
    assert image.config["Healthcheck"]["Test"] == ["CMD", *containerfile.command(stage["HEALTHCHECK"][0])]
    assert set(image.config["Volumes"]) == {"/var/lib/shiproom"}
    labels = image.config["Labels"]
    assert labels["org.opencontainers.image.version"] == VERSION
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert len(labels["org.opencontainers.image.revision"]) == 40
    assert image.layer_megabytes < 150
    print(f"seconds: {image.seconds}; {image.layer_megabytes:.0f} MB above the base")  # noqa: T201 - the figures of a run


def it_runs_without_a_shell(image: Built) -> None:
    assert not [name for name in SHELLS if (image.root / "bin" / name).exists()]
    (entry,) = image.config["Entrypoint"]
    said = image.run(entry, "--version")
    assert (said.returncode, said.stdout) == (0, f"shiproom {VERSION}\n")
    assert image.run("sh", "-c", "true").returncode != 0


def who_it_is(image: Built) -> None:
    said = image.run(
        "python3", "-c", "import os; print(os.getuid(), os.getgid(), os.access('/opt/shiproom', os.W_OK))"
    )
    assert said.stdout == "65532 65532 False\n"


def a_bot_that_cannot_start_says_why(image: Built) -> None:
    (entry,) = image.config["Entrypoint"]
    said = image.run(entry, "run")
    assert said.returncode == 1
    assert "SLACK_BOT_TOKEN is not set" in said.stderr
    assert image.run(entry, "healthcheck").returncode == 1


def what_only_builds_is_not_in_it(image: Built) -> None:
    installed = metadata.distributions(path=[str(site_packages(image))])
    found = {normal(each.metadata["Name"]): each for each in installed}
    wanted, waiting = {"shiproom"}, ["shiproom"]
    while waiting:
        new = {name for name in required(found[waiting.pop()]) if name in found} - wanted
        wanted |= new
        waiting += new
    # Extras: PyJWT[crypto] and sqlalchemy[asyncio].
    of_extras = {"cryptography", "cffi", "pycparser", "greenlet"}
    assert set(found) == wanted | of_extras


def all_of_it_is_compiled_for_good(image: Built) -> None:
    sources = [path for path in site_packages(image).rglob("*.py") if "templates" not in path.parts]
    assert len(sources) > 500
    missing = [path for path in sources if not compiled(path)]
    assert missing == []


def compiled(source: Path) -> bool:
    """Whether there is bytecode of a source that is never compared with it."""
    found = [*(source.parent / "__pycache__").glob(f"{source.stem}.cpython-*.pyc")]
    return bool(found) and struct.unpack("<I", found[0].read_bytes()[4:8])[0] == UNCHECKED


def nobody_but_root_can_change_it(image: Built) -> None:
    for path in (image.root / "opt/shiproom").rglob("*"):
        found = path.lstat()
        assert found.st_uid == 0
        assert stat.S_ISLNK(found.st_mode) or not found.st_mode & (stat.S_IWOTH | stat.S_ISUID), path


def the_list_of_what_is_in_it(image: Built) -> None:
    printed = image.run("python3", "-", given=(ROOT / "tests/deploy/sbom.py").read_text(encoding="utf-8"))
    assert printed.returncode == 0, printed.stderr
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(printed.stdout) is None
    listed = json.loads(printed.stdout)
    assert listed["metadata"]["component"]["version"] == VERSION
    names = {each["name"] for each in listed["components"]}
    assert {"aiohttp", "python", "libc6", "python3-minimal"} <= names
    assert not {"hatchling", "pip"} & names


def status_of(pid: int) -> dict[str, list[str]]:
    """Return what the kernel says of a process (man 5 proc)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {line.split(":")[0]: line.split()[1:] for line in lines}


async def its_process_as_a_container(image: Built, tmp_path: Path) -> None:
    policy, volume = tmp_path / "policy", tmp_path / "volume"
    policy.mkdir()
    volume.mkdir()
    os.chown(volume, 65532, 65532)
    async with World(policy, "") as world:
        script = policy / "deploy" / "deploy.sh"
        script.write_text(LEAVES_AN_ORPHAN)
        for path in (policy, script.parent):
            path.chmod(0o755)
        launcher = tmp_path / "launch"
        launcher.write_text(image.launcher(policy, volume, PASSED))
        launcher.chmod(0o755)
        world.python = (str(launcher),)
        await world.start()
        assert world.bot is not None
        (first,) = children_of(world.bot.pid)
        (bot,) = children_of(first)

        async def beside(*words: str) -> tuple[int, str]:
            command = image.enter(first, *words, SHIPROOM_PORT=str(world.port))
            running = await asyncio.create_subprocess_exec(
                *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
            )
            said, _ = await running.communicate()
            return running.returncode or 0, said.decode()

        fields = status_of(first)
        assert fields["Uid"] == ["65532"] * 4
        assert fields["NSpid"][-1] == "1"
        assert (fields["NoNewPrivs"], int(fields["CapEff"][0], 16)) == (["1"], 0)

        health = image.config["Healthcheck"]["Test"][1:]
        assert await beside(*health) == (0, "Shiproom is ready.\n")
        for place in ("/root-of-the-image", "/opt/shiproom/x", "/etc/shiproom/x", "/usr/x"):
            _, said = await beside("/opt/shiproom/bin/python", "-c", f"open({place!r}, 'w')")
            assert "Errno 30" in said or "Errno 13" in said, said
        assert "Errno 30" in (await beside("/opt/shiproom/bin/python", "-c", "open('/tmp/x', 'w')"))[1]

        await world.build("2.4.0")
        assert "is created" in await world.says("Andy", "2.4.0 to staging")
        await world.until(1, "waiting", "production")
        await until(lambda: "Z" not in [*children_of(first).values(), *children_of(bot).values()])

        os.kill(bot, signal.SIGSTOP)
        code, said = await beside(*health)
        assert code == 1
        assert "Nothing answers" in said
        os.kill(bot, signal.SIGCONT)
        assert (await beside(*health))[0] == 0

        os.kill(first, signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await world.bot.wait() == 0
        assert "Traceback" not in world.log()
        world.bot = None
        await world.start()
        assert (await world.release(1))["build"]["version"] == "2.4.0"


CHECKS = (
    what_a_runtime_is_told,
    it_runs_without_a_shell,
    who_it_is,
    a_bot_that_cannot_start_says_why,
    what_only_builds_is_not_in_it,
    all_of_it_is_compiled_for_good,
    nobody_but_root_can_change_it,
    the_list_of_what_is_in_it,
)


async def test_the_image_and_its_process(tmp_path: Path) -> None:
    """One test, since the image is built for it: several would be given to several workers, and each would build its own."""
    image = Built(tmp_path / "image")
    image.folder.mkdir()
    try:
        await asyncio.to_thread(image.make)
        for check in CHECKS:
            check(image)
        await its_process_as_a_container(image, tmp_path)
    finally:
        await asyncio.to_thread(shutil.rmtree, image.folder)


def test_each_package_of_the_lock_is_there_for_arm64(tmp_path: Path) -> None:
    """The files that an image for arm64 would be made of, at the hashes of the lock; nothing here could run it."""
    tags = [
        word
        for tag in ("2_28", "2_17", "2014")
        for word in ("--platform", f"manylinux{sep(tag)}{tag}_aarch64")
    ]
    wanted = ["--require-hashes", "--requirement", ROOT / "requirements.lock", "--python-version", "3.13"]
    pip("download", "--no-deps", "--only-binary", ":all:", "--dest", tmp_path, *tags, *wanted)
    assert len([*tmp_path.glob("*aarch64.whl")]) > 5
    assert not [*tmp_path.glob("*x86_64.whl")]


def sep(tag: str) -> str:
    """Return what stands between manylinux and the version of glibc (PEP 600), or nothing before a year (PEP 599)."""
    return "_" if "_" in tag else ""
