"""What an export holds, and when there is none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from realfake_hf.detection.detector import Detector
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.onnx import checking
from realfake_hf.inference.onnx.export import export_model
from realfake_hf.models.square_crops import crop_boxes

WITHOUT_PACKAGE = """
import json, sys
folder, photos = sys.argv[1], sys.argv[2:]
sys.path.insert(0, folder)
import example
answers = [example.judge(photo) for photo in photos]
assert not [name for name in sys.modules if name.partition(".")[0] in ("realfake_hf", "torch", "transformers")]
print(json.dumps(answers))
"""
FILES = {
    "model.onnx",
    "model_int8.onnx",
    "config.json",
    "preprocessor_config.json",
    "preprocessing.json",
    "export.json",
    "example.py",
    "square_crops.py",
    "fitted.py",
    "upright_rgb.py",
}


def test_folder_holds_models_configs_and_the_record_of_the_check(tiny_onnx):
    folder = tiny_onnx / "onnx"
    assert {path.name for path in folder.iterdir()} == FILES
    record = json.loads((folder / "export.json").read_text())
    assert record["opset"] == 18
    assert record["model"] == tiny_onnx.name
    assert str(tiny_onnx.parent) not in (folder / "export.json").read_text()
    assert record["agreement"]["max_logit_difference"] <= 1e-4
    assert record["agreement"]["label_agreement"] == 1
    assert record["agreement"]["images"] >= 30
    int8 = record["int8"]
    assert int8["written"]
    assert int8["size"] == (folder / "model_int8.onnx").stat().st_size
    assert int8["check"]["agreement"]["max_p_fake_difference"] < 0.15
    assert min(int8["float32"]["processor"], int8["int8"]["processor"]) > 0


def test_preprocessing_tells_another_program_all_there_is(tiny_onnx):
    content = json.loads((tiny_onnx / "onnx" / "preprocessing.json").read_text())
    assert content["input"]["shape"] == ["batch", "crops", 3, 64, 64]
    assert (content["mode"], content["size"], content["num_crops"]) == ("native-crops", 64, 5)
    assert content["output"]["labels"] == {"0": "real", "1": "fake"}
    assert (content["output"]["temperature"], content["output"]["temperature_applied"]) == (0.5, True)
    assert (content["verdict"]["threshold_low"], content["verdict"]["threshold_high"]) == (0.3, 0.7)
    for example in content["crop_examples"]:
        assert example["boxes"] == [list(box) for box in crop_boxes(example["width"], example["height"], 64, 5)]


def test_example_reproduces_the_verdict_without_this_package(tiny_onnx, photo_paths, tmp_path):
    folder = shutil.copytree(tiny_onnx / "onnx", tmp_path / "elsewhere")
    command = [sys.executable, "-c", WITHOUT_PACKAGE, str(folder), *map(str, photo_paths)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert len((folder / "example.py").read_text().splitlines()) <= 40
    for (label, p_fake), verdict in zip(answers, Detector(tiny_onnx)(photo_paths), strict=True):
        assert label == verdict.label
        assert p_fake == pytest.approx(verdict.p_fake, abs=1e-4)


def test_nothing_is_overwritten_unasked(tiny_onnx):
    before = (tiny_onnx / "onnx" / "model.onnx").stat().st_mtime_ns
    with pytest.raises(RealFakeError, match=r"holds model\.onnx already: .*`overwrite`"):
        export_model(tiny_onnx, tiny_onnx / "onnx")
    assert (tiny_onnx / "onnx" / "model.onnx").stat().st_mtime_ns == before


def test_models_that_no_export_wrote_stay_what_they_are(tiny_model, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(tiny_model, run / "model")
    with pytest.raises(RealFakeError, match="run is a RUN folder, whose model an export would hide: give another"):
        export_model(tiny_model, run)
    before = (run / "model" / "config.json").read_bytes()
    with pytest.raises(RealFakeError, match=r"model holds config\.json, which no export wrote: give another folder"):
        export_model(tiny_model, run / "model", overwrite=True)
    assert (run / "model" / "config.json").read_bytes() == before
    assert sorted(path.name for path in run.iterdir()) == ["model"]


def test_model_that_does_not_agree_with_torch_is_not_written(tiny_onnx, tmp_path, monkeypatch):
    def write_earlier(model, path, **how):
        shutil.copy(tiny_onnx / "onnx" / "model.onnx", path)
        return ["batch", "crops", 3, 64, 64]

    true_logits = checking.onnx_logits
    monkeypatch.setattr("realfake_hf.inference.onnx.onnx_file.write_onnx", write_earlier)
    monkeypatch.setattr(checking, "onnx_logits", lambda *arguments: true_logits(*arguments) + 0.01)
    with pytest.raises(RealFakeError, match="does not agree with torch"):
        export_model(tiny_onnx, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_folder_whose_path_is_no_utf8_is_refused_before_anything_is_made(tiny_model, tmp_path, monkeypatch):
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    with pytest.raises(RealFakeError, match=r"caf\\udce9/out has bytes that are no UTF-8"):
        export_model(tiny_model, folder / "out")
    assert not folder.exists()
    folder.mkdir()
    monkeypatch.chdir(folder)
    with pytest.raises(RealFakeError, match="has bytes that are no UTF-8"):
        export_model(tiny_model, "out")


def test_missing_package_is_one_sentence(tiny_model, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "realfake_hf.inference.onnx.onnx_model.find_spec", lambda name: None if name == "onnxscript" else name
    )
    with pytest.raises(RealFakeError, match=r'ONNX needs onnxscript: pip install "realfake-hf\[onnx\]"'):
        export_model(tiny_model, tmp_path / "out")


def test_foreign_model_is_refused(tmp_path, tiny_model):
    from transformers import ResNetConfig, ResNetForImageClassification

    tiny = {"embedding_size": 8, "hidden_sizes": [8], "depths": [1], "layer_type": "basic"}
    ResNetForImageClassification(ResNetConfig(**tiny, num_labels=2)).save_pretrained(tmp_path / "foreign")
    shutil.copy(tiny_model / "preprocessor_config.json", tmp_path / "foreign")
    with pytest.raises(RealFakeError, match="not one of our models"):
        export_model(tmp_path / "foreign", tmp_path / "out")
