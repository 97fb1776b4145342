"""How fast a recipe's augmentation is image by image and for whole batches, and how alike both are.

    python tests/benchmarks/bench_augmentation.py DATA [--split train] [--recipe efficientnet-lite2] [--images 512]
        [--output augmentation.json]

Both begin with windows of 192 px. Image by image is what a loader's process does, batches are what
`augmentation_on_device` does, on a GPU where there is one. The error is the mean absolute difference to the window
before, in levels of 255, over all images: what is drawn differs, how much it changes an image must not.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from labelled_images import labelled_images
from PIL import Image

from realfake_hf.images.degradations import Compose, RandomCrop, build_augmentation
from realfake_hf.training.batched_augmentation import BatchedAugmentation
from realfake_hf.training.recipe import load_recipe

WINDOW = 192
ROUNDS = 5


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of some rounds, after one that warms up."""
    times = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        times.append(time.perf_counter() - started)
    return min(times[1:])


def main() -> None:
    """Measure both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--split", default="train")
    parser.add_argument("--recipe", default="efficientnet-lite2")
    parser.add_argument("--images", type=int, default=512)
    parser.add_argument("--output", type=Path, help="JSON")
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    steps = build_augmentation(load_recipe(options.recipe).augmentation).steps
    crop = RandomCrop(size=WINDOW)
    windows = [
        crop(image, np.random.default_rng(number))
        for number, (_, image) in enumerate(labelled_images(options.data, options.split, options.images))
    ]
    pixels = torch.from_numpy(np.stack([np.asarray(window) for window in windows])).to(device)
    alone, batched = Compose(steps), BatchedAugmentation(Compose([crop, *steps]))

    def one_by_one(augmentation: Compose) -> list[Image.Image]:
        return [augmentation(window, np.random.default_rng(number)) for number, window in enumerate(windows)]

    seconds = {"image by image, one process": fastest(lambda: one_by_one(alone))}
    seconds[f"batches of {len(windows)}, {device.type}"] = fastest(lambda: batched(pixels, 0))
    print(f"{len(windows)} images of {options.data}, recipe {options.recipe}, {torch.get_num_threads()} threads")
    table = {name: len(windows) / taken for name, taken in seconds.items()}
    for name, speed in table.items():
        print(f"{name:32} {speed:10,.0f} images a second")
    first, second = table.values()
    print(f"ratio {second / first:.2f}")

    kept = Compose([step for step in steps if not step.is_geometric])
    expected = np.mean(
        [
            np.abs(np.asarray(done, dtype=float) - np.asarray(window)).mean()
            for done, window in zip(one_by_one(kept), windows, strict=True)
        ]
    )
    some = BatchedAugmentation(Compose([crop, *kept.steps]))
    errors = [(some(pixels, seed)[0].float() - pixels.float()).abs().mean().item() for seed in range(ROUNDS)]
    error = float(np.mean(errors))
    print(f"error of the steps that move nothing: {expected:.3f} image by image, {error:.3f} in batches")
    if options.output:
        found_all = {"images_per_second": table, "error": {"one by one": expected, "batched": error}}
        options.output.write_text(json.dumps(found_all, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
