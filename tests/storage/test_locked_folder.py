"""One run at a time, and one set of settings to a folder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.storage import locked_folder
from realfake_hf.storage.files import read_json, write_json
from realfake_hf.storage.locked_folder import LockedFolder


@dataclass(frozen=True)
class Settings:
    """Of the result."""

    seed: int


class Folder(LockedFolder):
    """The smallest one."""

    settings_file, state = "made.json", ".made"

    def __init__(self, root: Path, seed: int = 1, *, overwrite: bool = False) -> None:
        super().__init__(root, overwrite=overwrite)
        self.settings = Settings(seed)

    def write_settings(self, *, complete: bool) -> None:
        write_json(self.root / self.settings_file, {"seed": self.settings.seed, "complete": complete})

    def _clear(self) -> None:
        (self.root / self.settings_file).unlink(missing_ok=True)

    def _compare(self) -> None:
        if (self.root / self.settings_file).exists():
            self._require_same(Settings(read_json(self.root / self.settings_file)["seed"]), self.settings)


def test_a_new_folder_says_what_it_is_made_with(tmp_path: Path) -> None:
    with Folder(tmp_path / "out"):
        assert read_json(tmp_path / "out" / "made.json") == {"seed": 1, "complete": False}


def test_other_settings_are_refused_and_overwrite_drops_them(tmp_path: Path) -> None:
    with Folder(tmp_path / "out") as folder:
        folder.write_settings(complete=True)
    with (
        pytest.raises(RealFakeError, match="was made with seed 1, not 2: give another folder"),
        Folder(tmp_path / "out", 2),
    ):
        pass
    with Folder(tmp_path / "out", 2, overwrite=True):
        assert read_json(tmp_path / "out" / "made.json")["seed"] == 2


def test_a_second_run_is_refused_until_the_first_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locked_folder, "LOCK_PATIENCE", 0.05)
    with (
        Folder(tmp_path / "out"),
        pytest.raises(RealFakeError, match="is being written by another run"),
        Folder(tmp_path / "out"),
    ):
        pass
    with Folder(tmp_path / "out"):
        pass


def test_a_file_and_other_peoples_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RealFakeError, match="is a file: give a folder"), Folder(tmp_path / "file"):
        pass
    with pytest.raises(RealFakeError, match="holds other files: give an empty or new folder"), Folder(tmp_path):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_somebody_removed_meanwhile_is_no_result(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "out").__enter__()
    shutil.rmtree(tmp_path / "out")
    folder.write_settings(complete=True)
    with pytest.raises(RealFakeError, match="out was removed while it was written: run the command again"):
        folder.__exit__(None, None, None)
    with Folder(tmp_path / "out"):
        pass
