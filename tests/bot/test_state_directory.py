"""The state directory: files are whole and of their owner alone; what is wrong is a sentence that names the setting."""

import stat
from pathlib import Path

import pytest

from bot.state_directory import StateDirectory, StateError


def test_files_are_kept_apart_and_are_of_their_owner_alone(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "deep" / "state")
    assert state.read("one") == {}
    state.write("one", {"id": "a"})
    state.write("two", {"website": "3:ff"})
    state.write("one", {"id": "b"})
    assert (state.read("one"), state.read("two")) == ({"id": "b"}, {"website": "3:ff"})
    assert sorted(path.name for path in state.path.iterdir()) == ["one", "two"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in state.path.iterdir()} == {0o600}
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o700


@pytest.mark.parametrize("torn", [b"", b'{"id": "a', b"[]", b'{"id": 1}', b"\xff\xfe", b"null"])
def test_a_torn_file_is_a_sentence_with_its_path(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / "one").write_bytes(torn)
    with pytest.raises(StateError, match="one is damaged"):
        StateDirectory(tmp_path).read("one")


def test_a_file_that_is_a_directory_cannot_be_read_and_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with pytest.raises(StateError, match="SHIPROOM_STATE"):
        StateDirectory(tmp_path).read("one")


def test_where_nothing_can_be_written_the_old_file_stays_and_the_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    blocked = StateDirectory(tmp_path / "file" / "state")
    with pytest.raises(StateError, match="SHIPROOM_STATE"):
        blocked.write("one", {"id": "a"})
    assert "SHIPROOM_STATE" in blocked.fault()
    assert StateDirectory(tmp_path / "later").fault() == ""
    (tmp_path / "one").mkdir()
    with pytest.raises(StateError, match="SHIPROOM_STATE"):
        StateDirectory(tmp_path).write("one", {"id": "a"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "one"]
