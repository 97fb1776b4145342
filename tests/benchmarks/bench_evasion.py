"""How far simple evasion goes: what a detector says of the same images after what anybody can do to them.

    python tests/benchmarks/bench_evasion.py DATA [--model default] [--split unseen] [--images 200] [--vae FOLDER]
        [--pgd] [--output FOLDER]

One row for each way: ROC AUC, the fakes that are still called fake and the photographs that are called fake at the
model's own thresholds, the mean p_fake of the fakes, and how many of the fakes found as they are slip through.
With --vae the fakes go through an autoencoder once more (`realfake align` takes the same folders). With --pgd their
pixels change by at most 2 of 255 levels, against the model's own gradient: what can be done by who has the model.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from labelled_images import labelled_images
from PIL import Image
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from realfake_hf.data.aligning.autoencoders import load_autoencoder
from realfake_hf.detection.detector import Detector
from realfake_hf.images.degradations.sweep import apply_sweep
from realfake_hf.inference.predictor import Predictor
from realfake_hf.models.labels import FAKE, REAL
from realfake_hf.records.evasion import EvasionResult, EvasionTable
from realfake_hf.statistics.decision import decide

Evasion = Callable[[Image.Image], Image.Image]

SWEPT = {
    "JPEG": ("jpeg", (90, 70, 50, 30)),
    "scale": ("scale", (0.75, 0.5, 0.25)),
    "noise": ("noise", (2, 4, 8)),
    "blur": ("blur", (0.5, 1, 2)),
    "screenshot at scale": ("screenshot", (1.25, 0.75)),
}
PGD_REACH, PGD_STEP, PGD_STEPS = 2 / 255, 0.5 / 255, 10


def curved(gamma: float) -> Evasion:
    """Brightened (below 1) or darkened by a power."""
    table = [round(255 * (level / 255) ** gamma) for level in range(256)] * 3
    return lambda image: image.point(table)


def without_a_line(image: Image.Image) -> Image.Image:
    """Without its first row and column, which moves JPEG's grid."""
    return image.crop((1, 1, image.width, image.height)) if min(image.size) > 1 else image


EVASIONS: dict[str, Evasion] = {
    "as they are": lambda image: image,
    **{
        f"{name} {value}": partial(apply_sweep, name=sweep, value=value)
        for name, (sweep, values) in SWEPT.items()
        for value in values
    },
    **{f"gamma {gamma}": curved(gamma) for gamma in (0.7, 1.4)},
    "one row and column cut off": without_a_line,
}


def reconstructed(folder: str) -> Evasion:
    """Through an autoencoder and back."""
    autoencoder = load_autoencoder(folder)
    return lambda image: Image.fromarray(autoencoder.reconstruct(np.array(image)[None])[0])


def attacked(predictor: Predictor, image: Image.Image) -> float:
    """p_fake after projected gradient descent on all that the network sees of one image, rounded to whole levels.

    Madry et al. 2018, "Towards deep learning models resistant to adversarial attacks".
    """
    processor = predictor.processor
    mean, std = (torch.tensor(values)[:, None, None] for values in (processor.image_mean, processor.image_std))
    seen = torch.as_tensor(processor(image, return_tensors="pt")["pixel_values"]) * std + mean
    pixels = seen.clone()
    for _ in range(PGD_STEPS):
        pixels.requires_grad_(True)
        logits = predictor.model(pixel_values=(pixels - mean) / std).logits
        (gradient,) = torch.autograd.grad((logits[:, FAKE] - logits[:, REAL]).sum(), pixels)
        moved = pixels.detach() - PGD_STEP * gradient.sign()
        pixels = moved.clamp(seen - PGD_REACH, seen + PGD_REACH).clamp(0, 1)
    logit = predictor.logits(((pixels * 255).round() / 255 - mean) / std)[0]
    return float(1 / (1 + np.exp(-logit)))


class Measured:
    """The rows of one detector on the same images, each way beside the images as they are."""

    def __init__(self, detector: Detector, images: Sequence[tuple[int, Image.Image]]) -> None:
        self.detector = detector
        self.labels = np.array([label for label, _ in images])
        self.images = [image for _, image in images]
        self.results: list[EvasionResult] = []
        self.as_they_are = np.zeros(0)

    def of_all(self, way: str, evade: Evasion) -> None:
        """Every image is changed."""
        p_fake = self._judged(list(map(evade, self.images)))
        if not self.results:
            self.as_they_are = p_fake
        self._add(way, p_fake)

    def of_fakes(self, way: str, judge: Callable[[Image.Image], float]) -> None:
        """The fakes alone are changed: p_fake of each by `judge`."""
        p_fake = self.as_they_are.copy()
        for row in tqdm(np.flatnonzero(self.labels), desc=way, disable=None):
            p_fake[row] = judge(self.images[row])
        self._add(way, p_fake)

    def judged(self, image: Image.Image) -> float:
        """p_fake of one image."""
        return float(self._judged([image])[0])

    def _judged(self, images: list[Image.Image]) -> np.ndarray:
        return np.array([0.5 if v.p_fake is None else v.p_fake for v in self.detector.stream(images)])

    def _called_fake(self, p_fake: np.ndarray) -> np.ndarray:
        thresholds = self.detector.threshold_low, self.detector.threshold_high
        return np.array([decide(float(p), *thresholds) == "fake" for p in p_fake])

    def _add(self, way: str, p_fake: np.ndarray) -> None:
        fakes, called = self.labels == 1, self._called_fake(p_fake)
        found = fakes & self._called_fake(self.as_they_are)
        self.results.append(
            EvasionResult(
                way,
                roc_auc=float(roc_auc_score(self.labels, p_fake)),
                fakes_called_fake=float(called[fakes].mean()),
                reals_called_fake=float(called[~fakes].mean()),
                mean_p_fake_of_fakes=float(p_fake[fakes].mean()),
                found_fakes_that_escape=float((~called[found]).mean()) if found.any() else None,
            )
        )
        print(self.results[-1], flush=True)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--model", default="default")
    parser.add_argument("--split", default="unseen")
    parser.add_argument("--images", type=int, default=200, help="of both classes together")
    parser.add_argument("--vae", help="an autoencoder, as `realfake align` takes it")
    parser.add_argument("--pgd", action="store_true", help="the attack that knows the model")
    parser.add_argument("--output", type=Path, help="folder of a model, for evasion.json, which its card shows")
    given = parser.parse_args()
    measured = Measured(Detector(given.model), list(labelled_images(given.data, given.split, given.images)))
    for way, evade in EVASIONS.items():
        measured.of_all(way, evade)
    if given.vae:
        again = reconstructed(given.vae)
        measured.of_fakes("through an autoencoder", lambda image: measured.judged(again(image)))
    if given.pgd:
        predictor = Predictor.load(given.model, device="cpu")
        measured.of_fakes("PGD, 2 of 255 levels", partial(attacked, predictor))
    n_fake = int(measured.labels.sum())
    table = EvasionTable(given.split, len(measured.labels) - n_fake, n_fake, measured.results)
    print("| way | ROC AUC | fakes found | photographs called fake | p_fake of fakes | found that escape |")
    print("|---|---|---|---|---|---|")
    for row in table.results:
        escape = "-" if row.found_fakes_that_escape is None else f"{row.found_fakes_that_escape:.3f}"
        print(
            f"| {row.way} | {row.roc_auc:.3f} | {row.fakes_called_fake:.3f} | {row.reals_called_fake:.3f} "
            f"| {row.mean_p_fake_of_fakes:.3f} | {escape} |"
        )
    if given.output:
        table.write(given.output)


if __name__ == "__main__":
    main()
