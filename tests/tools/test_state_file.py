"""The state file is the user's alone: what others could write or see is refused, and named."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from stitch_connect_mcp.cli import main
from stitch_connect_mcp.state_file import Place, StateRefused, database, place
from stitch_connect_mcp.vault import TokenNotKept, folder_of


def test_it_is_made_for_the_user_alone(tmp_path: Path) -> None:
    where = Place(tmp_path / "deep" / "state", False)
    database(where).create("CREATE TABLE t (x)")
    assert stat.S_IMODE(where.folder.stat().st_mode) == 0o700
    for file in where.folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def _open_folder(where: Place) -> None:
    where.folder.mkdir()
    where.folder.chmod(0o755)


def _open_file(where: Place) -> None:
    where.folder.mkdir(mode=0o700)
    where.file.touch()
    where.file.chmod(0o644)


def _linked_file(where: Place) -> None:
    where.folder.mkdir(mode=0o700)
    (where.folder / "elsewhere").touch(mode=0o600)
    where.file.symlink_to("elsewhere")


def _linked_folder(where: Place) -> None:
    (where.folder.parent / "elsewhere").mkdir(mode=0o700)
    where.folder.symlink_to("elsewhere")


def _folder_for_a_file(where: Place) -> None:
    where.folder.mkdir(mode=0o700)
    where.file.mkdir(mode=0o700)


def _damaged(where: Place) -> None:
    where.folder.mkdir(mode=0o700)
    where.file.touch(mode=0o600)
    where.file.write_bytes(b"no database at all" * 100)


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (_open_folder, "open to other users; run: chmod 700"),
        (_open_file, "open to other users; run: chmod 600"),
        (_linked_file, "is a symbolic link; remove it"),
        (_linked_folder, "is no directory of its own; remove it"),
        (_folder_for_a_file, "cannot be used"),
        (_damaged, "cannot be used: file is not a database"),
    ],
)
def test_what_is_not_the_users_alone_is_refused(tmp_path: Path, prepare: object, says: str) -> None:
    where = Place(tmp_path / "state", False)
    assert callable(prepare)
    prepare(where)
    with pytest.raises(StateRefused) as refused:
        database(where)
    assert says in str(refused.value)
    assert str(where.folder) in str(refused.value)


def test_another_users_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = Place(tmp_path / "state", False)
    database(where).close()
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    with pytest.raises(StateRefused, match="belongs to another user"):
        database(where)


def test_it_is_never_found_through_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StateRefused, match="must be an absolute path"):
        place({"STITCH_CONNECT_STATE": "state"})
    home = {"XDG_STATE_HOME": "state"}
    assert not place(home).folder.is_relative_to(tmp_path)
    assert place(home).is_default


def test_the_place_is_named_where_it_is_not_the_default_one(tmp_path: Path) -> None:
    default = place({"XDG_STATE_HOME": str(tmp_path)})
    assert default.folder == tmp_path / "stitch-connect"
    assert default.named == ""
    other = place({"STITCH_CONNECT_STATE": str(tmp_path / "other")})
    assert str(other.file) in other.named


def test_tokens_are_kept_beside_it_or_nowhere(tmp_path: Path) -> None:
    env = {"STITCH_CONNECT_STATE": str(tmp_path)}
    assert folder_of(env) == place(env).folder / "tokens"
    with pytest.raises(TokenNotKept, match="must be an absolute path"):
        folder_of({"STITCH_CONNECT_STATE": "state"})


def test_a_user_without_a_home_is_told_to_name_a_place() -> None:
    with pytest.raises(StateRefused, match="name an absolute path by STITCH_CONNECT_STATE"):
        place({"STITCH_CONNECT_STATE": "~no-such-user-here/state"})


def test_a_state_file_of_another_program_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where = Place(tmp_path / "state", False)
    database(where).create("CREATE TABLE confirmations (something_else)")
    monkeypatch.setenv("STITCH_CONNECT_STATE", str(where.folder))
    assert main(["pending"]) == 2
    assert capsys.readouterr().err.startswith("stitch-connect-mcp: the state file cannot be used")
