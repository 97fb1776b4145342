"""The notebooks: written out with the data's name, and run in order on a tiny collection."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from nbclient import NotebookClient
from tiny_recipe import recipe_values

from realfake_hf.errors import RealFakeError
from realfake_hf.study import notebooks
from realfake_hf.study.notebooks import set_parameters, write_notebooks


def execute(file: Path, **parameters: object) -> list[dict[str, Any]]:
    """Run a notebook where it lies; the outputs of all its cells."""
    notebook = json.loads(file.read_text(encoding="utf-8"))
    set_parameters(notebook, **parameters)
    opened = nbformat.reads(json.dumps(notebook), as_version=4)
    NotebookClient(opened, timeout=300, resources={"metadata": {"path": str(file.parent)}}).execute()
    return [output for cell in opened.cells if cell.cell_type == "code" for output in cell.outputs]


def kinds(outputs: list[dict[str, Any]]) -> set[str]:
    return {kind for output in outputs for kind in output.get("data", {})}


def test_notebooks_run_in_order_from_images_to_documents(make_imagefolder: Callable[..., Path], tmp_path: Path) -> None:
    data = make_imagefolder({"train": 24, "test": 8})
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(yaml.safe_dump(recipe_values(2, use_cpu=True)))
    wrangling, modelling, documentation = write_notebooks(tmp_path / "notebooks", data=str(data))

    explored = execute(wrangling, SIZES=(48,))
    modelled = execute(modelling, SIZE=48, RECIPES=[str(recipe)], QUICK=True)
    documented = execute(documentation)

    work = tmp_path / "notebooks" / "work"
    assert {path.name for path in (work / "prepared" / "48").iterdir()} >= {"train", "val", "test"}
    assert json.loads((work / "audit" / "audit.json").read_text())["verdict"] in ("pass", "warn", "fail")
    assert (work / "study" / "runs" / "tiny" / "model" / "model.safetensors").is_file()
    assert (work / "report" / "final-report.docx").is_file()
    for outputs in (explored, modelled, documented):
        assert "image/png" in kinds(outputs)
    assert "text/markdown" in kinds(documented)


class TestWriting:
    def test_name_of_the_data_is_filled_in_as_an_absolute_path(self, tmp_path: Path, monkeypatch) -> None:
        (tmp_path / "photos").mkdir()
        monkeypatch.chdir(tmp_path)
        first, *_ = write_notebooks("out", data="photos")
        assert f"DATA = {str(tmp_path / 'photos')!r}" in first.read_text().replace("\\n", "\n")

    def test_hub_id_stays_as_it_is(self, tmp_path: Path) -> None:
        first, *_ = write_notebooks(tmp_path, data="someone/images")
        assert "DATA = 'someone/images'" in first.read_text()

    def test_every_notebook_is_valid_and_without_outputs(self, tmp_path: Path) -> None:
        for file in write_notebooks(tmp_path):
            notebook = nbformat.read(file, as_version=4)
            nbformat.validate(notebook)
            assert not any(cell.get("outputs") for cell in notebook.cells)

    def test_nothing_is_overwritten_unasked(self, tmp_path: Path) -> None:
        first, *_ = write_notebooks(tmp_path)
        first.write_text("mine")
        with pytest.raises(RealFakeError, match="`overwrite`"):
            write_notebooks(tmp_path)
        assert first.read_text() == "mine"
        write_notebooks(tmp_path, overwrite=True)
        assert first.read_text() != "mine"

    def test_a_file_as_folder_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(RealFakeError, match="is a file"):
            write_notebooks(tmp_path / "file")


def test_installation_without_notebooks_says_so_and_makes_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebooks, "NOTEBOOKS_FOLDER", tmp_path / "package.zip" / "notebooks")
    with pytest.raises(RealFakeError, match="holds no notebooks"):
        write_notebooks(tmp_path / "study")
    assert not (tmp_path / "study").exists()
