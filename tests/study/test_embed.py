"""A trained model goes into the package for both runtimes, and a calibration reaches both."""

from __future__ import annotations

import shutil
from pathlib import Path

import onnx
import pytest

from realfake_hf.detection.detector import Detector
from realfake_hf.evaluation.evaluate import calibrate_folder
from realfake_hf.inference.onnx.onnx_model import TEMPERATURE_KEY
from realfake_hf.records.run import RunRecord, RunResult
from realfake_hf.study.embed import _without_machine, embed
from realfake_hf.weights import embedded_model_path


@pytest.fixture
def embedded(tiny_model: Path, tmp_path: Path) -> Path:
    """The tiny model, embedded in half precision."""
    run = tmp_path / "run"
    shutil.copytree(tiny_model, run / "model")
    for name in ("run.json", "history.json"):
        shutil.copy(embedded_model_path() / name, run)
    return embed(run, "tiny", folder=tmp_path / "weights")


def _assert_same_verdicts(folder: Path, photo_paths: list[Path]) -> None:
    by_onnx, by_torch = (Detector(folder, runtime=runtime)(photo_paths) for runtime in ("onnx", "torch"))
    for verdict, expected in zip(by_onnx, by_torch, strict=True):
        assert verdict.p_fake == pytest.approx(expected.p_fake, abs=1e-4)


def test_both_runtimes_agree_before_and_after_a_calibration(embedded, photo_paths, make_imagefolder):
    _assert_same_verdicts(embedded, photo_paths)
    found = calibrate_folder(embedded, make_imagefolder({"val": 12}), workers=0).calibration
    assert found.temperature != 1
    properties = onnx.load(embedded / "model.onnx", load_external_data=False).metadata_props
    temperature = next(float(entry.value) for entry in properties if entry.key == TEMPERATURE_KEY)
    assert temperature == pytest.approx(found.temperature)
    _assert_same_verdicts(embedded, photo_paths)


def test_the_record_names_no_folder_of_the_machine_and_keeps_names_that_contain_one() -> None:
    record = RunRecord(
        recipe={"name": "efficientnet-lite2"},
        result=RunResult(run="lite2"),
        command="realfake train x --output lite2 --set model.start_from=lite2/model",
        training_arguments={"output_dir": "lite2/checkpoints", "seed": 1},
    )
    found = _without_machine(record, Path("lite2"))
    assert found.recipe_name == "efficientnet-lite2"
    assert found.result == RunResult(run="RUN")
    assert found.command == "realfake train x --output RUN --set model.start_from=RUN/model"
    assert found.training_arguments == {"seed": 1}


@pytest.mark.parametrize("run", ["läufe/lite2", 'runs/"best"'])
def test_folders_whose_names_json_would_escape_are_found_too(run: str) -> None:
    record = RunRecord(recipe={"name": "tiny"}, data=f"{run}/data", result=RunResult(run=run))
    found = _without_machine(record, Path(run))
    assert (found.data, found.result) == ("RUN/data", RunResult(run="RUN"))
