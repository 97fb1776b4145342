"""Which parts of a whole picture are worth a look: crops, crops of the picture reduced, the whole picture reduced.

    python tests/benchmarks/bench_views.py DATA... [--split NAME] [--model default] [--images 400] [--json FILE]

The logits of the views are averaged. A row for each choice of views: the views an image takes on average (the cost),
balanced accuracy at p_fake 0.5 with its bootstrap 95 % interval, and ROC AUC, all on the same images.
"""

from __future__ import annotations

import argparse
import copy
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

REDUCED_SIDE = 1024
"""Of the longest side, in px: what the web makes of a large photograph."""

Views = Callable[[Image.Image, RealFakeImageProcessor], np.ndarray]
"""uint8 (N, size, size, 3) of an upright RGB image."""


def crops(count: int) -> Views:
    """So many native crops at most, the centre first."""
    return lambda image, processor: _only_crops(processor).crops(image, num_crops=count)


def reduced_crops(count: int) -> Views:
    """Crops of the picture reduced to `REDUCED_SIDE`; of a smaller one those of the picture itself."""
    return lambda image, processor: _only_crops(processor).crops(shrink_to(image, REDUCED_SIDE), num_crops=count)


def together(*parts: Views) -> Views:
    """The views of all parts."""
    return lambda image, processor: np.concatenate([part(image, processor) for part in parts])


def nothing(image: Image.Image, processor: RealFakeImageProcessor) -> np.ndarray:
    """No crop."""
    return crops(1)(image, processor)[:0]


CHOICES: dict[str, tuple[Views, bool]] = {
    "centre crop": (crops(1), False),
    "5 crops": (crops(5), False),
    "9 crops": (crops(9), False),
    "whole": (nothing, True),
    "5 crops reduced": (reduced_crops(5), False),
    "centre crop and whole": (crops(1), True),
    "4 crops and whole": (crops(4), True),
    "3 crops and 2 reduced": (together(crops(3), reduced_crops(2)), False),
    "2 crops, 2 reduced and whole": (together(crops(2), reduced_crops(2)), True),
}
"""The crops, and whether the picture as a whole is looked at too."""


def _only_crops(processor: RealFakeImageProcessor) -> RealFakeImageProcessor:
    alone = copy.copy(processor)
    alone.whole_view = False
    return alone


def logit_of_views(model: OnnxModel, views: np.ndarray, whole: np.ndarray | None) -> float:
    """Of the image: the last of several crops is the whole for a network that has a last layer for it, or a share."""

    def logit(*pixels: np.ndarray) -> float:
        values = model.processor.normalised(np.stack(pixels))
        return float(model.logits(np.ascontiguousarray(values)[None])[0])

    if whole is None:
        return float(np.mean([logit(view) for view in views]))
    if len(views):
        return logit(*views, whole)
    share = getattr(model.config, "whole_view_share", None) or 0.5
    return (logit(whole, whole) - (1.0 - share) * logit(whole)) / share


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
    for name, (views, with_whole) in CHOICES.items():
        p_fake, cost = np.empty(len(pairs)), 0
        for place, (_, image) in enumerate(pairs):
            whole = model.processor.whole(image) if with_whole else None
            crops_of_it = views(image, model.processor)
            cost += len(crops_of_it) + (whole is not None)
            p_fake[place] = probability(logit_of_views(model, crops_of_it, whole))
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
