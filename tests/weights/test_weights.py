"""Which models ship inside the package, and which is the default."""

from __future__ import annotations

import json
from pathlib import Path

import onnx
import pytest

import realfake_hf
from realfake_hf.detection.detector import Detector
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.onnx.onnx_model import TEMPERATURE_KEY
from realfake_hf.weights import embedded_model_path, embedded_models


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("alpha", "beta"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}")
    (tmp_path / "not-a-model").mkdir()
    return tmp_path


def test_default_is_the_one_that_the_file_names(folder):
    (folder / "default.txt").write_text("beta\n")
    assert embedded_models(folder) == ["beta", "alpha"]
    assert embedded_model_path(folder=folder) == folder / "beta"


def test_without_the_file_the_first_is_the_default(folder):
    assert embedded_model_path(folder=folder) == folder / "alpha"


def test_by_name(folder):
    assert embedded_model_path("beta", folder=folder) == folder / "beta"


def test_unknown_name_lists_the_known_ones(folder):
    with pytest.raises(RealFakeError, match="no embedded model 'gamma': choose from alpha, beta"):
        embedded_model_path("gamma", folder=folder)


def test_installation_without_models(tmp_path):
    with pytest.raises(RealFakeError, match="no embedded model"):
        embedded_model_path(folder=tmp_path)


@pytest.mark.parametrize("name", embedded_models())
def test_embedded_model_says_the_same_in_both_runtimes(name, photo_paths):
    by_onnx, by_torch = (Detector(name, runtime=runtime)(photo_paths) for runtime in ("onnx", "torch"))
    for verdict, expected in zip(by_onnx, by_torch, strict=True):
        assert verdict.p_fake == pytest.approx(expected.p_fake, abs=1e-4)
        assert verdict.label == expected.label


@pytest.mark.parametrize("name", embedded_models())
def test_onnx_file_of_an_embedded_model_pools_as_every_onnxruntime_does(name):
    """Before 1.29 it divided the sum in a window that reaches over the map's edge by the window's size."""
    graph = onnx.load(embedded_model_path(name) / "model.onnx", load_external_data=False).graph
    assert not [node.name for node in graph.node if node.op_type == "AveragePool"]


@pytest.mark.parametrize("name", embedded_models())
def test_onnxruntime_warns_of_nothing_in_an_embedded_model(name):
    """A constant that no node reads is one of the things it warns of."""
    graph = onnx.load(embedded_model_path(name) / "model.onnx", load_external_data=False).graph
    made = {tensor.name for tensor in graph.initializer} | {name for node in graph.node for name in node.output}
    assert made - {name for node in graph.node for name in node.input} == {"logits"}


@pytest.mark.parametrize("name", embedded_models())
def test_onnx_file_of_an_embedded_model_is_calibrated_as_its_config(name):
    folder = embedded_model_path(name)
    properties = onnx.load(folder / "model.onnx", load_external_data=False).metadata_props
    temperature = next(float(entry.value) for entry in properties if entry.key == TEMPERATURE_KEY)
    assert temperature == pytest.approx(json.loads((folder / "config.json").read_text())["temperature"])


@pytest.mark.parametrize("name", [None, *embedded_models()])
def test_pipeline_takes_an_embedded_model_and_asks_nobody(name, photo_paths, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from transformers import pipeline

    scores = pipeline("image-classification", model=realfake_hf.embedded_model(name))(str(photo_paths[0]))
    p_fake = next(score["score"] for score in scores if score["label"] == "fake")
    assert p_fake == pytest.approx(Detector(name or "default")(photo_paths[0]).p_fake, abs=1e-3)
