"""How far simple evasion goes: what a detector says of the same images after what anybody can do to them.

    python tests/benchmarks/bench_evasion.py DATA [--model default] [--split unseen] [--images 200] [--json FILE]

One row for each way: ROC AUC, the fakes that are still called fake and the photographs that are called fake at the
model's own thresholds, the mean p_fake of the fakes, and how many of the fakes found as they are slip through.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from labelled_images import labelled_images
from PIL import Image, ImageFilter
from sklearn.metrics import roc_auc_score

from realfake_hf.detection.detector import Detector
from realfake_hf.images.degradations.jpeg import jpeg_round_trip

Evasion = Callable[[Image.Image], Image.Image]


def scaled(share: float) -> Evasion:
    """Reduced by Lanczos to a share of its sides."""
    return lambda image: image.resize(
        (max(1, round(image.width * share)), max(1, round(image.height * share))), Image.Resampling.LANCZOS
    )


def noisy(levels: float) -> Evasion:
    """With Gaussian noise of a standard deviation in grey levels, the same for every run."""

    def add(image: Image.Image) -> Image.Image:
        pixels = np.asarray(image, dtype=np.float32)
        noise = np.random.default_rng(0).normal(0, levels, pixels.shape)
        return Image.fromarray((pixels + noise).round().clip(0, 255).astype(np.uint8))

    return add


def curved(gamma: float) -> Evasion:
    """Brightened (below 1) or darkened by a power."""
    table = [round(255 * (level / 255) ** gamma) for level in range(256)] * 3
    return lambda image: image.point(table)


EVASIONS: dict[str, Evasion] = {
    "as it is": lambda image: image,
    **{f"JPEG {quality}": lambda image, q=quality: jpeg_round_trip(image, q) for quality in range(90, 20, -10)},  # type: ignore[misc]
    **{f"scale {share}": scaled(share) for share in (0.75, 0.5, 0.25)},
    **{f"noise {levels}": noisy(levels) for levels in (2, 5, 10)},
    **{f"blur {radius}": lambda image, r=radius: image.filter(ImageFilter.GaussianBlur(r)) for radius in (0.5, 1, 2)},  # type: ignore[misc]
    **{f"gamma {gamma}": curved(gamma) for gamma in (0.7, 1.4)},
    "crop 1 px": lambda image: image.crop((1, 1, image.width, image.height)) if min(image.size) > 1 else image,
}


def measured(detector: Detector, images: list[tuple[int, Image.Image]]) -> dict[str, dict[str, float]]:
    """Every way's figures, by its name."""
    labels = np.array([label for label, _ in images])
    found_at_first: np.ndarray | None = None
    results = {}
    for name, evade in EVASIONS.items():
        verdicts = list(detector.stream(evade(image) for _, image in images))
        p_fake = np.array([0.5 if verdict.p_fake is None else verdict.p_fake for verdict in verdicts])
        called = np.array([verdict.label == "fake" for verdict in verdicts])
        fakes, reals = labels == 1, labels == 0
        found_at_first = called & fakes if found_at_first is None else found_at_first
        results[name] = {
            "roc_auc": float(roc_auc_score(labels, p_fake)),
            "fakes_called_fake": float(called[fakes].mean()),
            "reals_called_fake": float(called[reals].mean()),
            "mean_p_fake_of_fakes": float(p_fake[fakes].mean()),
            "found_fakes_that_escape": float((~called[found_at_first]).mean()) if found_at_first.any() else 0.0,
        }
    return results


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--model", default="default")
    parser.add_argument("--split")
    parser.add_argument("--images", type=int, default=200, help="of both classes together")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    detector = Detector(given.model)
    images = list(labelled_images(given.data, given.split, given.images))
    results = measured(detector, images)
    print(f"{detector.identity}, {len(images)} images of {given.data}")
    columns = ("ROC AUC", "fakes found", "reals accused", "p_fake of fakes", "found that escape")
    print(f"{'':<12}" + "".join(f"{column:>19}" for column in columns))
    for name, figures in results.items():
        print(f"{name:<12}" + "".join(f"{value:>19.3f}" for value in figures.values()))
    if given.json:
        content = {"model": detector.identity, "data": given.data, "images": len(images), "evasions": results}
        given.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
