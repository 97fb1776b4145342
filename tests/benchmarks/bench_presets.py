"""Sizes and latencies of every network that `realfake export` writes, side by side.

    python tests/benchmarks/bench_presets.py [--networks cnn-128,regnet] [--rounds 3] [--output presets.json]

Every preset with the image processor of its recipe, and every other family of CNNs as Transformers builds it by
default, from random weights, which are as fast as trained ones. Each is written as ONNX, compared with torch on crops
of the gallery, and quantised. Then torch as loaded, torch in channels_last, onnxruntime and onnxruntime in 8 bits take
turns in one thread on the pixels of one crop and of one image; printed are medians of processor time. A network that
does not agree with torch, or cannot be written, is named and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoConfig, AutoModelForImageClassification

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.onnx.checking import checked_agreement, onnx_logits, sample_images, torch_logits
from realfake_hf.inference.onnx.export import INT8_FILE, MODEL_FILE
from realfake_hf.inference.onnx.onnx_file import OPSET, write_onnx
from realfake_hf.inference.onnx.onnx_model import OnnxModel
from realfake_hf.inference.onnx.quantization import write_int8
from realfake_hf.inference.onnx.side_by_side import side_by_side
from realfake_hf.models.configuration_realfake_backbone import RealFakeBackboneConfig
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel
from realfake_hf.models.presets import PRESETS, preset_config
from realfake_hf.training.model_factory import build_processor
from realfake_hf.training.recipe import load_recipe

FAMILIES = ("bit", "convnextv2", "mobilenet_v1", "mobilenet_v2", "regnet")
"""Those of which no preset is."""
RUNTIMES = ("torch", "torch channels_last", "onnxruntime", "onnxruntime int8")


def build(network: str) -> tuple[RealFakePreTrainedModel, RealFakeImageProcessor]:
    """A network of random weights and its image processor."""
    torch.manual_seed(0)
    if network in PRESETS:
        config, processor = preset_config(network), build_processor(load_recipe(network).processor)
    else:
        backbone = AutoConfig.for_model(network).to_dict()
        config, processor = RealFakeBackboneConfig(backbone_config=backbone), RealFakeImageProcessor(size=224)
    return AutoModelForImageClassification.from_config(config).eval(), processor


def settle(model: RealFakePreTrainedModel, crops: npt.NDArray[np.float32]) -> None:
    """Give batch norms the statistics of some crops: with those that they begin with, random weights make logits of
    thousands."""
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():
        model.train()(pixel_values=torch.from_numpy(crops))
    model.eval()


def measure(network: str, rounds: int) -> dict[str, Any]:
    """The row of a network.

    Raises:
        RealFakeError: it cannot be written as ONNX, or does not agree with torch.
    """
    plain, processor = build(network)
    images = [processor.normalised(processor.crops(one, processor.num_crops))[None] for one in sample_images()]
    crops = [image[:, :1] for image in images]
    settle(plain, np.concatenate(crops))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain.save_pretrained(folder)
        processor.save_pretrained(folder)
        path, int8_path = folder / MODEL_FILE, folder / INT8_FILE
        write_onnx(plain, path, side=processor.size, crops=processor.mode == "native-crops")
        exported = OnnxModel(path, threads=1)
        write_int8(path, int8_path, [exported.feed(crop) for crop in crops])
        quantized = OnnxModel(int8_path, threads=1)
        fast = copy.deepcopy(plain).to(memory_format=torch.channels_last)
        agreement = checked_agreement(network, torch_logits(plain, crops), onnx_logits(exported, crops), (0.5, 0.5))
        largest = max(images, key=lambda image: image.shape[1])
        milliseconds = {}
        for what, pixels in {"crop": largest[:, :1], "image": largest}.items():
            runs = {
                "torch": partial(torch_logits, plain, [pixels]),
                "torch channels_last": partial(torch_logits, fast, [pixels]),
                "onnxruntime": partial(onnx_logits, exported, [pixels]),
                "onnxruntime int8": partial(onnx_logits, quantized, [pixels]),
            }
            laps = side_by_side(runs, rounds)
            milliseconds[what] = {name: asdict(laps[name].per(1)) for name in RUNTIMES}
        return {
            "network": network,
            "side": processor.size,
            "crops": largest.shape[1],
            "parameters": plain.num_parameters(),
            "opset": OPSET,
            "onnx_mb": path.stat().st_size / 1e6,
            "int8_mb": int8_path.stat().st_size / 1e6,
            "largest_logit_difference": agreement.max_logit_difference,
            "images_compared": agreement.images,
            "milliseconds": milliseconds,
        }


def row(found: dict[str, Any]) -> str:
    """A row of the table: processor milliseconds of one crop, and of one image."""
    times = [
        " / ".join(f"{found['milliseconds'][what][name]['processor']:.0f}" for what in ("crop", "image"))
        for name in RUNTIMES
    ]
    cells = [
        f"`{found['network']}`",
        f"{found['crops']} x {found['side']}",
        f"{found['parameters'] / 1e6:.2f}",
        f"{found['onnx_mb']:.1f}",
        f"{found['int8_mb']:.1f}",
        *times,
        f"{found['largest_logit_difference']:.0e}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Measure them and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", default="", help="some of them, with commas between")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    torch.set_num_threads(1)
    columns = ["network", "crops x px", "million parameters", "ONNX, MB", "int8, MB", *RUNTIMES, "logits differ by"]
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
    table, failures = [], []
    for network in options.networks.split(",") if options.networks else (*PRESETS, *FAMILIES):
        try:
            table.append(measure(network, options.rounds))
        except RealFakeError as error:
            failures.append(f"{network}: {error}")
            continue
        print(row(table[-1]), flush=True)
    if options.output:
        options.output.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    print(*failures, sep="\n", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
