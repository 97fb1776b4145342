"""Half a photograph beside half a fake: does the map light up on the right side?"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Literal

import datasets
import numpy as np
from PIL import Image
from tqdm import tqdm

from realfake_hf.data.loading import require_both_classes
from realfake_hf.detection.heatmaps.compute import predictor_heatmap
from realfake_hf.detection.heatmaps.heatmap import Heatmap
from realfake_hf.detection.heatmaps.measured_so_far import MeasuredSoFar
from realfake_hf.detection.heatmaps.sampled_images import DrawnImages
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.predictor import Predictor, prepare_image
from realfake_hf.models.labels import FAKE, REAL
from realfake_hf.statistics.calibration import clopper_pearson_interval

Side = Literal["left", "right"]

N_PAIRS = 100
HALVES = 1
"""The kind of these numbers, for `MeasuredSoFar`."""
GRID = 256
"""Places a side at most at which a map is averaged."""


@dataclass(frozen=True)
class HalvesResult:
    """How often the map of a half-and-half image is higher on its fake side.

    Attributes:
        share: hits of pairs, 0..1; chance is 0.5.
        ci95: Clopper and Pearson's exact 95 % interval of `share`.
        apart_share: as `share`, of the halves judged by themselves.
        n_pairs: images made.
        hits: those whose map has the higher mean on the fake side.
        apart_hits: pairs whose fake half gets the higher logit when the model judges each half by itself. A map can
            hardly do better: what the model cannot tell it cannot show.
        seed: of pairs and sides.
        errors: one sentence for each row that could not be read.
    """

    share: float
    ci95: tuple[float, float]
    apart_share: float
    n_pairs: int
    hits: int
    apart_hits: int
    seed: int
    errors: list[str] = field(default_factory=list)


def half_and_half(
    predictor: Predictor,
    dataset: datasets.Dataset,
    *,
    n_pairs: int = N_PAIRS,
    seed: int = 0,
    so_far: MeasuredSoFar | None = None,
) -> HalvesResult:
    """Make images of a real and a fake half from the data, and see on which side their maps are higher.

    Real and fake are drawn in random order, each image once before any comes again; so is the side of the fake.
    A side's evidence is the mean over it: quantiles and other layers were tried and found worse.

    Args:
        predictor: the model.
        dataset: columns `image` and `label`, both classes.
        n_pairs: at least 1.
        seed: of pairs and sides.
        so_far: remembers each pair's answers, and knows those of an interrupted run.

    Raises:
        RealFakeError: a class is missing or unreadable throughout, or the model has no heatmap.
    """
    require_both_classes(dataset, "The data set")
    rng = np.random.default_rng(seed)
    reals, fakes = (DrawnImages(dataset, label, rng) for label in (REAL, FAKE))
    sides = rng.integers(0, 2, size=n_pairs)
    hits = apart_hits = n_made = 0
    drawn = zip(sides, reals, fakes, strict=False)
    for side, (_, real), (_, fake) in tqdm(islice(drawn, n_pairs), "half and half", n_pairs, disable=None, leave=False):
        fake_side: Side = "right" if side else "left"
        measure = partial(_measure_pair, predictor, real, fake, fake_side)
        hit, apart_hit = measure() if so_far is None else so_far.numbers(HALVES, n_made, measure)
        n_made += 1
        hits += int(hit)
        apart_hits += int(apart_hit)
    if not n_made:
        raise RealFakeError(f"No pair can be made: {(reals.errors + fakes.errors)[0]}")
    return HalvesResult(
        share=hits / n_made,
        ci95=clopper_pearson_interval(hits, n_made),
        apart_share=apart_hits / n_made,
        n_pairs=n_made,
        hits=hits,
        apart_hits=apart_hits,
        seed=seed,
        errors=reals.errors + fakes.errors,
    )


def _measure_pair(predictor: Predictor, real: Image.Image, fake: Image.Image, fake_side: Side) -> list[int]:
    """Whether the map is higher on the fake side, and whether the fake half judged apart is; 1 or 0."""
    halves = cut_halves(real, fake, fake_side)
    left, right = side_means(predictor_heatmap(predictor, join_halves(*halves)))
    left_apart, right_apart = (_logit(predictor, half) for half in halves)
    if fake_side == "right":
        return [int(right > left), int(right_apart > left_apart)]
    return [int(left > right), int(left_apart > right_apart)]


def cut_halves(real: Image.Image, fake: Image.Image, fake_side: Side) -> tuple[Image.Image, Image.Image]:
    """The left half of one image and the right half of the other, of one size, no pixel resampled.

    Both images are taken from their outer edge and their top as far as the smaller one reaches.
    """
    left, right = (real, fake) if fake_side == "right" else (fake, real)
    width, height = (min(sides) for sides in zip(real.size, fake.size, strict=True))
    half = max(1, width // 2)
    return left.crop((0, 0, half, height)), right.crop((right.width - half, 0, right.width, height))


def join_halves(left: Image.Image, right: Image.Image) -> Image.Image:
    """One image of two of the same size, side by side."""
    joined = Image.new("RGB", (2 * left.width, left.height))
    joined.paste(left, (0, 0))
    joined.paste(right, (left.width, 0))
    return joined


def side_means(heatmap: Heatmap) -> tuple[float, float]:
    """Mean evidence of the left and the right half, where a crop looked; NaN where none did."""
    half = max(1, min(heatmap.image.width, GRID) // 2)
    evidence = heatmap.on_grid(2 * half, min(heatmap.image.height, GRID))
    left, right = (side[np.isfinite(side)] for side in (evidence[:, :half], evidence[:, half:]))
    return (float(left.mean()) if left.size else np.nan), (float(right.mean()) if right.size else np.nan)


def _logit(predictor: Predictor, image: Image.Image) -> float:
    return float(predictor.logits(prepare_image(predictor.processor, image)[None])[0])
