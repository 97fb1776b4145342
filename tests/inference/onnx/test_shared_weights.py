"""One copy of the weights for both runtimes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from realfake_hf.detection.detector import Detector
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import load_model
from realfake_hf.inference.onnx.shared_weights import set_temperature, write_onnx_beside


@pytest.fixture(scope="module", params=["float32", "float16"])
def written(request: pytest.FixtureRequest, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model in either precision, calibrated, with its ONNX file."""
    folder = Path(shutil.copytree(tiny_model, tmp_path_factory.mktemp("shared") / "model"))
    if request.param == "float16":
        load_model(folder).model.to(torch.float16).save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "temperature": 0.5}))
    write_onnx_beside(load_model(folder))
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy for one test."""
    return Path(shutil.copytree(written, tmp_path / "model"))


def test_file_holds_no_weights_and_gives_the_verdicts_of_torch(folder, photo_paths):
    stored = (folder / "model.safetensors").stat().st_size
    assert (folder / "model.onnx").stat().st_size < stored / 2 + 60_000  # the graph alone
    tensors = onnx.load(folder / "model.onnx", load_external_data=False).graph.initializer
    outside = [tensor for tensor in tensors if tensor.data_location == onnx.TensorProto.EXTERNAL]
    assert sum(np.prod(tensor.dims) for tensor in outside) > 0.9 * sum(np.prod(tensor.dims) for tensor in tensors)
    by_onnx, by_torch = (Detector(folder, runtime=runtime)(photo_paths) for runtime in ("onnx", "torch"))
    for verdict, expected in zip(by_onnx, by_torch, strict=True):
        assert verdict.p_fake == pytest.approx(expected.p_fake, abs=1e-4)


def test_temperature_of_the_file_follows_the_calibration(folder):
    pixels = np.random.default_rng(0).standard_normal((1, 1, 3, 64, 64)).astype(np.float32)

    def logits() -> np.ndarray:
        session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
        return session.run(["logits"], {"pixel_values": pixels})[0]

    before = logits()
    set_temperature(folder / "model.onnx", 2.0)
    assert logits() == pytest.approx(before / 4, rel=1e-5)
    graph = onnx.load(folder / "model.onnx", load_external_data=False).graph
    made = {tensor.name for tensor in graph.initializer} | {name for node in graph.node for name in node.output}
    assert made - {name for node in graph.node for name in node.input} == {"logits"}


def test_heatmap_comes_from_the_same_weights(folder, photo_paths):
    verdict = Detector(folder, runtime="onnx")(photo_paths[0])
    assert 1 / (1 + np.exp(-verdict.heatmap().logit)) == pytest.approx(verdict.p_fake, abs=1e-4)


def test_weights_in_several_files_are_refused(folder):
    loaded = load_model(folder)
    (folder / "model.safetensors").rename(folder / "model-00001-of-00001.safetensors")
    with pytest.raises(RealFakeError, match=r"has no model\.safetensors: save the model there in one file"):
        write_onnx_beside(loaded)
