"""Which parts of a whole picture are worth a look: crops, crops of the picture reduced, the whole picture reduced.

    python tests/benchmarks/bench_views.py DATA... [--split NAME] [--model default] [--images 400] [--json FILE]

The logits of the views are averaged. A row for each choice of views: the views an image takes on average (the cost),
balanced accuracy at p_fake 0.5 with its bootstrap 95 % interval, and ROC AUC, all on the same images.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from labelled_images import labelled_images
from PIL import Image

from realfake_hf.detection.stability import probability
from realfake_hf.evaluation.metric_intervals import bootstrap_intervals
from realfake_hf.evaluation.tier_metrics import compute_metrics
from realfake_hf.images.degradations.resample import shrink_to
from realfake_hf.inference.onnx.onnx_model import OnnxModel, choose_runtime
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.square_crops import resize_shortest_side

REDUCED_SIDE = 1024
"""Of the longest side, in px: what the web makes of a large photograph."""

Views = Callable[[Image.Image, RealFakeImageProcessor], np.ndarray]


def crops(count: int) -> Views:
    """So many native crops at most, the centre first."""
    return lambda image, processor: processor.crops(image, num_crops=count)


def reduced_crops(count: int) -> Views:
    """Crops of the picture reduced to `REDUCED_SIDE`; of a smaller one those of the picture itself."""
    return lambda image, processor: processor.crops(shrink_to(image, REDUCED_SIDE), num_crops=count)


def whole(image: Image.Image, processor: RealFakeImageProcessor) -> np.ndarray:
    """The picture reduced until its shortest side is a crop's, and the middle of that."""
    return processor.crops(resize_shortest_side(image, processor.size), num_crops=1)


def together(*parts: Views) -> Views:
    """The views of all parts."""
    return lambda image, processor: np.concatenate([part(image, processor) for part in parts])


CHOICES: dict[str, Views] = {
    "centre crop": crops(1),
    "5 crops": crops(5),
    "9 crops": crops(9),
    "whole": whole,
    "5 crops reduced": reduced_crops(5),
    "centre crop and whole": together(crops(1), whole),
    "4 crops and whole": together(crops(4), whole),
    "3 crops and 2 reduced": together(crops(3), reduced_crops(2)),
    "2 crops, 2 reduced and whole": together(crops(2), reduced_crops(2), whole),
}


def main() -> None:
    """Print the table, and write it as JSON on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+")
    parser.add_argument("--split")
    parser.add_argument("--model", default="default")
    parser.add_argument("--images", type=int, default=400)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    file = choose_runtime(arguments.model, "onnx")
    assert file is not None
    model = OnnxModel(file, name=arguments.model)
    pairs = [pair for data in arguments.data for pair in labelled_images(data, arguments.split, arguments.images)]
    labels = np.array([label for label, _ in pairs])
    rows = []
    for name, views in CHOICES.items():
        p_fake, cost = np.empty(len(pairs)), 0
        for place, (_, image) in enumerate(pairs):
            pixels = model.processor.normalised(views(image, model.processor))
            cost += len(pixels)
            logits = model.logits(np.ascontiguousarray(pixels)[None])
            p_fake[place] = probability(float(logits[0]))
        found = compute_metrics(labels, p_fake)
        low, high = bootstrap_intervals(labels, p_fake, found)["balanced_accuracy"]
        row = {"views": name, "views an image": cost / len(pairs), "balanced accuracy": found.balanced_accuracy}
        rows.append({**row, "low": low, "high": high, "ROC AUC": found.roc_auc})
        print(f"{name:30} {rows[-1]['views an image']:5.2f} views  {found.balanced_accuracy or 0:.3f}", end="")
        print(f" [{low:.3f}, {high:.3f}]  AUC {found.roc_auc or 0:.3f}")
    if arguments.json:
        arguments.json.write_text(json.dumps({"images": len(pairs), "rows": rows}, indent=2))


if __name__ == "__main__":
    main()
