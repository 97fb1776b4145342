"""What makes a verdict the verdict of one model: its files, how many crops it is shown, whether it is asked again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from realfake_hf.inference.model_loading import DEFAULT_MODEL, model_folder, model_name
from realfake_hf.inference.onnx.onnx_model import Runtime, choose_runtime
from realfake_hf.storage.files import read_json_object

SETTINGS = ("config.json", "preprocessor_config.json", "processor_config.json")
"""Beside the weights: network, temperature and thresholds; how images become inputs."""

DIGITS = 12
BLOCK = 1 << 20


def model_identity(
    model: str | Path = DEFAULT_MODEL,
    *,
    runtime: Runtime = "auto",
    num_crops: int | None = None,
    stability: str = "off",
) -> str:
    """`NAME@DIGITS`: equal for two runs if their verdicts on one file must be equal.

    The digits are of the weights, the settings (thresholds and temperature among them) and the number of crops.

    Args:
        model: as `Detector` takes it.
        runtime: as `Detector` takes it; an exported model counts as another one.
        num_crops: where it is not the model's own.
        stability: as `Detector` takes it.

    Raises:
        RealFakeError: there is no such model.
    """
    onnx_file = choose_runtime(model, runtime)
    folder = model_folder(model) if onnx_file is None else onnx_file.parent
    # An exported network may take its weights from the file that torch reads.
    weights = [*sorted(folder.glob("*.safetensors")), *([onnx_file] if onnx_file else [])]
    settings = [place / name for place in (folder, folder.parent) for name in SETTINGS if (place / name).is_file()]
    asked_again = "" if stability == "off" else f"stability {stability};"
    digest = hashlib.sha256(f"crops {num_crops};{asked_again}".encode())
    for file in settings if onnx_file else [setting for setting in settings if setting.parent == folder]:
        content = read_json_object(file)
        content.pop("auto_map", None)  # where its code lies is no setting
        digest.update(f"{file.name};{json.dumps(content, sort_keys=True)};".encode())
    for file in weights:
        digest.update(f"{file.name};".encode())
        with file.open("rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
    return f"{model_name(model)}@{digest.hexdigest()[:DIGITS]}"
