"""What is built carries the models' code beside their weights, and works where this package is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from realfake_hf.detection.detector import Detector
from realfake_hf.weights import embedded_model_path, embedded_models

# As for a stranger: this package is not importable, however it was installed here.
STRANGER = """
import json, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "realfake_hf":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from transformers import pipeline

*folders, photo = sys.argv[1:]
for folder in folders:
    print(json.dumps(pipeline("image-classification", folder, trust_remote_code=True)(photo)))
assert not [name for name in sys.modules if name.partition(".")[0] == "realfake_hf"]
"""


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
    answer = subprocess.run(
        [sys.executable, "-c", STRANGER, *map(str, folders), str(photo_paths[0])],
        env={**os.environ, "HF_MODULES_CACHE": str(tmp_path / "modules"), "HF_HUB_OFFLINE": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    for name, line in zip(embedded_models(), answer.stdout.splitlines(), strict=True):
        p_fake = next(score["score"] for score in json.loads(line) if score["label"] == "fake")
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
