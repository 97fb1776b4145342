"""Judge photographs with the files of this folder: python example.py PHOTO... needs numpy, Pillow and onnxruntime."""

import json
import os
import sys
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime reports to Microsoft otherwise

import numpy as np
import onnxruntime
from PIL import Image

from realfake_hf.models.square_crops import SquareCrops
from realfake_hf.models.upright_rgb import to_upright_rgb

FOLDER = Path(__file__).resolve().parent


def judge(photo: str) -> tuple[str, float]:
    """`real`, `unsure` or `fake`, and the probability of fake."""
    rules = json.loads((FOLDER / "preprocessing.json").read_text(encoding="utf-8"))
    processor = SquareCrops()
    vars(processor).update(rules, image_mean=rules["input"]["mean"], image_std=rules["input"]["std"])
    crops = processor.crops(to_upright_rgb(Image.open(photo)), processor.num_crops)
    pixels = np.ascontiguousarray(processor.normalised(crops))
    feed = pixels[None] if len(rules["input"]["shape"]) == 5 else pixels
    real, fake = onnxruntime.InferenceSession(FOLDER / "model.onnx").run(["logits"], {"pixel_values": feed})[0][0]
    p_fake = float(1 / (1 + np.exp(real - fake)))
    low, high = rules["verdict"]["threshold_low"], rules["verdict"]["threshold_high"]
    return "fake" if p_fake >= high else "real" if p_fake < low else "unsure", p_fake


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print(path, *judge(path))
