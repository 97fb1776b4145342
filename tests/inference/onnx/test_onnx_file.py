"""Every family of networks as ONNX: the same logits, whatever the batch and the number of crops."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from models.battery import NETWORKS, build
from PIL import Image

from realfake_hf.inference.onnx.onnx_file import OPSET, write_onnx
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor


@pytest.fixture
def run(tmp_path: Path, photo: Image.Image):
    """Export a network and run both on the same pixels of a photograph: `run(model, crops, side)(*shape)` is the
    largest difference."""

    def export(model, *, crops: bool, side: int):
        path = tmp_path / "model.onnx"
        axes = write_onnx(model, path, side=side, crops=crops)
        processor = RealFakeImageProcessor(size=side)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        assert session.get_inputs()[0].shape == axes == ["batch", *(["crops"] if crops else []), 3, side, side]
        assert session.get_outputs()[0].shape == ["batch", 2]

        def difference(*shape: int) -> float:
            corners = [11 * number % (min(photo.size) - side) for number in range(math.prod(shape[:-3]))]
            squares = [np.asarray(photo.crop((at, at, at + side, at + side))) for at in corners]
            pixels = torch.from_numpy(processor.normalised(np.stack(squares))).reshape(shape)
            with torch.inference_mode():
                expected = model(pixel_values=pixels).logits.numpy()
            return float(np.abs(session.run(["logits"], {"pixel_values": pixels.numpy()})[0] - expected).max())

        return difference

    return export


@pytest.mark.parametrize("network", NETWORKS)
def test_every_family_gives_the_logits_of_torch_temperature_applied(network, run):
    model = build(network, temperature=0.7)
    side = model.config.image_size
    difference = run(model, crops=True, side=side)
    assert difference(1, 1, 3, side, side) <= 1e-4
    assert difference(3, 4, 3, side, side) <= 1e-4


@pytest.mark.parametrize("crops", [1, 2, 5])
def test_whole_view_has_its_layer_and_share_however_many_crops_there_are(crops, run):
    difference = run(build("resnet", whole_view_layer=True, whole_view_share=0.7), crops=True, side=64)
    assert difference(2, crops, 3, 64, 64) <= 1e-4


def test_gem_pooling_and_single_squares(run):
    difference = run(build("resnet", pooling="gem"), crops=False, side=64)
    assert difference(1, 3, 64, 64) <= 1e-4
    assert difference(5, 3, 64, 64) <= 1e-4


def test_opset_is_the_stated_one_and_the_weights_are_inside(tiny_onnx):
    model = onnx.load(tiny_onnx / "onnx" / "model.onnx", load_external_data=False)
    assert [entry.version for entry in model.opset_import if entry.domain == ""] == [OPSET]
    assert all(tensor.data_location == onnx.TensorProto.DEFAULT for tensor in model.graph.initializer)
