"""What it costs and gains to judge images again recompressed, resized and cropped (`--stability`).

    python tests/benchmarks/bench_stability.py DATA [--model default] [--split val] [--images 400] [--json FILE]

One row for each setting and tier: balanced accuracy at p_fake 0.5, ROC AUC, the share called unsure, photographs
called fake and fakes called real at the model's own thresholds, the share called unstable, and the time as a multiple
of `off`, all measured in one run on the same images.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
from labelled_images import labelled_images
from PIL import Image
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from realfake_hf.detection.detector import Detector
from realfake_hf.detection.stability import STABILITIES
from realfake_hf.detection.words import UNSTABLE
from realfake_hf.images.degradations.tiers import TIERS, apply_tier


def measured(detector: Detector, images: list[Image.Image], labels: np.ndarray) -> dict[str, float]:
    """The figures of one setting; "seconds" among them."""
    start = time.perf_counter()
    verdicts = list(detector.stream(images))
    seconds = time.perf_counter() - start
    p_fake = np.array([0.5 if verdict.p_fake is None else verdict.p_fake for verdict in verdicts])
    called = np.array([str(verdict.label) for verdict in verdicts])
    return {
        "balanced accuracy": balanced_accuracy_score(labels, p_fake >= 0.5),
        "ROC AUC": roc_auc_score(labels, p_fake),
        "unsure": float((called == "unsure").mean()),
        "photographs called fake": float((called[labels == 0] == "fake").mean()),
        "fakes called real": float((called[labels == 1] == "real").mean()),
        "unstable": float(np.mean([UNSTABLE in verdict.warnings for verdict in verdicts])),
        "seconds": seconds,
    }


def main() -> None:
    """Print the table, and write it as JSON on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--model", default="default")
    parser.add_argument("--split", default="val")
    parser.add_argument("--images", type=int, default=400)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    pairs = list(labelled_images(arguments.data, arguments.split, arguments.images))
    labels = np.array([label for label, _ in pairs])
    results: dict[str, dict[str, dict[str, float]]] = {}
    for tier in TIERS:
        seconds_off = 0.0
        images = [apply_tier(image, tier) for _, image in pairs]
        for stability in STABILITIES:
            found = measured(Detector(arguments.model, stability=stability), images, labels)
            seconds = found.pop("seconds")
            if stability == "off":
                seconds_off = seconds
            found["times the cost"] = seconds / seconds_off
            results.setdefault(tier, {})[stability] = found
    names = list(next(iter(results["clean"].values())))
    print(f"{'tier':6} {'stability':9} " + " ".join(f"{name:>24}" for name in names))
    for tier, of_tier in results.items():
        for stability, found in of_tier.items():
            print(f"{tier:6} {stability:9} " + " ".join(f"{found[name]:24.3f}" for name in names))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
