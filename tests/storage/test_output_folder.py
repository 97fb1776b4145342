"""What another run left is replaced, or gone on with, only where that was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.storage.output_folder import PARTS_FOLDER, check_output, claim_output, clear_extras, is_in_use


def test_a_folder_with_no_whole_file_is_not_in_use(tmp_path: Path) -> None:
    assert not is_in_use(tmp_path / "absent")
    (tmp_path / "run.json.part").touch()
    assert not is_in_use(tmp_path)
    (tmp_path / "run.json").touch()
    assert is_in_use(tmp_path)


def test_a_finished_evaluation_is_replaced_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "results.json").touch()
    with pytest.raises(RealFakeError, match="holds an evaluation: name another `output`, or replace it"):
        check_output(tmp_path, "results.json", resume=True, overwrite=False)
    check_output(tmp_path, "results.json", resume=False, overwrite=True)


def test_an_interrupted_one_is_gone_on_with_or_dropped(tmp_path: Path) -> None:
    (tmp_path / PARTS_FOLDER).mkdir()
    with pytest.raises(RealFakeError, match="holds an interrupted evaluation: go on with `resume`"):
        check_output(tmp_path, "results.json", resume=False, overwrite=False)
    check_output(tmp_path, "results.json", resume=True, overwrite=False)
    assert (tmp_path / PARTS_FOLDER).exists()
    check_output(tmp_path, "results.json", resume=False, overwrite=True)
    assert not (tmp_path / PARTS_FOLDER).exists()


def test_figures_of_an_earlier_evaluation_go_and_nothing_else_does(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    for name in ("page.html", "robustness.json", "figures/roc.svg", "figures/mine.png", "notes.txt"):
        (tmp_path / name).touch()
    clear_extras(tmp_path)
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == ["mine.png", "notes.txt"]


def test_a_folder_is_made_and_a_finished_run_in_it_stays(tmp_path: Path) -> None:
    folder = claim_output(tmp_path / "a" / "b", "last.json", overwrite=False)
    (folder / "last.json").touch()
    with pytest.raises(RealFakeError, match=r"holds last\.json already: name another `output`"):
        claim_output(folder, "last.json", overwrite=False)
    assert claim_output(folder, "last.json", overwrite=True) == folder


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RealFakeError, match="is a file: name a folder"):
        claim_output(tmp_path / "file", "last.json", overwrite=True)
    with pytest.raises(RealFakeError, match="is a file: name a folder"):
        check_output(tmp_path / "file", "last.json", resume=False, overwrite=False)
