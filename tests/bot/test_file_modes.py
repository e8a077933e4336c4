"""The bot's files are its user's alone, whatever the umask was, and files that others can read are told."""

import os
import stat
from pathlib import Path

import pytest

from bot import file_modes
from tests import databases
from tests.world import World


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*.db*")}


async def test_new_files_are_the_bots_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        async with World(tmp_path, databases.fresh_sqlite(tmp_path)) as world:
            (tmp_path / ".shiproom").mkdir(mode=0o755)
            await world.start()
            await world.build("2.4.0")
            found = modes(tmp_path)
            assert found
            assert not any(mode & 0o077 for mode in found.values()), found
            assert stat.S_IMODE((tmp_path / ".shiproom").stat().st_mode) == 0o700
            assert ("runs as root" in world.log()) is (os.geteuid() == 0)
    finally:
        os.umask(before)


def test_files_that_others_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0o022)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    try:
        database = tmp_path / "shiproom.db"
        database.touch(0o644)
        (tmp_path / "shiproom.db-wal").touch(0o600)
        told = file_modes.protect(f"sqlite:///{database}", tmp_path / ".shiproom")
        assert told == [f"{database} can be read by other users of this machine: chmod 600 {database}"]
        assert file_modes.protect("postgresql://h/n", tmp_path / ".shiproom") == []
    finally:
        os.umask(before)
