"""What is built carries the models' code beside their weights, and works where this package is not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from without_package import scores_without_package

from realfake_hf.detection.detector import Detector
from realfake_hf.weights import embedded_model_path, embedded_models


@pytest.fixture
def add_code():
    pytest.importorskip("setuptools")
    from realfake_hf.weights import build

    return build.add_code


def test_folders_of_embedded_weights_work_elsewhere(add_code, photo_paths: list[Path], tmp_path: Path) -> None:
    folders = []
    for name in embedded_models():
        folders.append(tmp_path / name)
        ignored = shutil.ignore_patterns("*.onnx", "evaluations", "figures")
        shutil.copytree(embedded_model_path(name), folders[-1], ignore=ignored)
        add_code(folders[-1])
    answers = scores_without_package(folders, photo_paths[0], tmp_path)
    for name, scores in zip(embedded_models(), answers, strict=True):
        p_fake = next(score["score"] for score in scores if score["label"] == "fake")
        assert p_fake == pytest.approx(Detector(name)(photo_paths[0]).p_fake, abs=1e-3)


def test_only_the_code_that_is_needed_goes_along(add_code, tmp_path: Path) -> None:
    for name in ("config.json", "preprocessor_config.json"):
        shutil.copy(embedded_model_path("realfake-net") / name, tmp_path)
    written = {path.name for path in add_code(tmp_path)}
    assert {"modeling_realfake_cnn.py", "configuration_realfake_cnn.py", "image_processing_realfake.py"} <= written
    assert not written & {"modeling_realfake_backbone.py", "registration.py", "presets.py", "remote_code.py"}
    assert json.loads((tmp_path / "config.json").read_text())["auto_map"] == {
        "AutoConfig": "configuration_realfake_cnn.RealFakeCNNConfig",
        "AutoModelForImageClassification": "modeling_realfake_cnn.RealFakeCNNForImageClassification",
    }
