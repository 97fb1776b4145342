"""Is what the map marks what the model decides by? Deletion and insertion against random maps.

Petsiuk, Das and Saenko 2018, "RISE", arXiv:1806.07421: take the pixels away in the order of the map, the strongest
evidence for the model's answer first, and follow the probability of that answer: the faster it falls, the smaller the
area under it (deletion), the better the map. Put them back into an image that has nothing: the larger (insertion),
the better.

What is taken away is replaced by the local mean. Grey or black patches would bring in edges that no photograph has,
and to these a detector of generated images answers too; the local mean keeps colours and shapes, and takes the fine
traces that such a detector reads.

An area by itself says little, for it depends on how sure the model is and how it takes smooth pixels. So each map is
compared with random maps of the same grid and the same smoothness on the same image: noise with the map's own
amplitude spectrum. Only the difference counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import get_args

import datasets
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageFilter
from scipy.integrate import trapezoid
from tqdm import tqdm

from realfake_hf.detection.heatmaps.compute import predictor_heatmap
from realfake_hf.detection.heatmaps.heatmap import Heatmap, Method
from realfake_hf.detection.heatmaps.measured_so_far import MeasuredSoFar
from realfake_hf.detection.heatmaps.sampled_images import DrawnImages
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.predictor import Predictor, prepare_image
from realfake_hf.statistics.calibration import sigmoid

METHODS: tuple[Method, ...] = get_args(Method)
FAITHFULNESS = 0
"""The kind of these numbers, for `MeasuredSoFar`."""

Floats = npt.NDArray[np.float64]

N_IMAGES = 30
STEPS = 8
"""Parts that an image is taken away in."""
RANDOM_MAPS = 2
MEAN_RADIUS = 6
"""Of the local mean, in pixels: a square of 13 x 13, more than the traces of upsampling and JPEG span."""
LONGEST_SIDE = 640
"""Of larger images the centre is taken, so that an image costs a bounded time; nothing is resampled."""
RESAMPLES = 2000


@dataclass(frozen=True)
class Area:
    """An area under the curve of the answer's probability, 0..1, mean over the images.

    Attributes:
        heatmap: of the model's own maps.
        random: of the random maps.
        gain: how much better the maps are: lower for deletion, higher for insertion. 0 is no better than chance.
        ci95: of the gain, percentile bootstrap over images.
    """

    heatmap: float
    random: float
    gain: float
    ci95: tuple[float, float]


@dataclass(frozen=True)
class Faithfulness:
    """Deletion and insertion of a model's heatmaps on some images.

    Attributes:
        n_images: that were measured.
        method: how the maps were made.
        seed: of the choice of images, the random maps and the bootstrap.
        steps: parts that each image was taken away in.
        random_maps: per image.
        errors: one sentence for each row that could not be read.
    """

    n_images: int
    method: Method
    deletion: Area
    insertion: Area
    seed: int
    steps: int = STEPS
    random_maps: int = RANDOM_MAPS
    errors: list[str] = field(default_factory=list)


def measure_faithfulness(
    predictor: Predictor,
    dataset: datasets.Dataset,
    *,
    n_images: int = N_IMAGES,
    seed: int = 0,
    so_far: MeasuredSoFar | None = None,
) -> Faithfulness:
    """Measure a model's heatmaps on images drawn from a data set.

    Args:
        predictor: the model.
        dataset: columns `image` and `label`.
        n_images: at most so many, at least 1.
        seed: of images, random maps and bootstrap.
        so_far: remembers each image's areas, and knows those of an interrupted run.

    Raises:
        RealFakeError: no image can be read, or the model has no heatmap.
    """
    rng = np.random.default_rng(seed)
    images = DrawnImages(dataset, None, rng)
    count = min(n_images, len(images))
    areas, method = [], None
    seen: set[int] = set()
    for row, image in tqdm(islice(images, count), "deletion and insertion", count, disable=None, leave=False):
        if row in seen:  # again from the start, for some could not be read
            break
        seen.add(row)
        measure = partial(_measure_image, predictor, image, seed, row)
        *four, code = measure() if so_far is None else so_far.numbers(FAITHFULNESS, row, measure)
        method = METHODS[int(code)]
        areas.append(four)
    if method is None:
        raise RealFakeError(f"No image can be read: {images.errors[0] if images.errors else 'there is none'}")
    deletion, random_deletion, insertion, random_insertion = np.array(areas).T
    return Faithfulness(
        n_images=len(areas),
        method=method,
        deletion=_area(deletion, random_deletion, random_deletion - deletion, rng),
        insertion=_area(insertion, random_insertion, insertion - random_insertion, rng),
        seed=seed,
        errors=images.errors,
    )


def _measure_image(predictor: Predictor, image: Image.Image, seed: int, row: int) -> list[float]:
    """The four areas of one image, and the number of its heatmap's method.

    The random maps are those of the image's row, whichever images were measured before it.
    """
    heatmap = predictor_heatmap(predictor, _centre(image))
    areas = _image_areas(predictor, heatmap, np.random.default_rng([seed, row]))
    return [*map(float, areas), METHODS.index(heatmap.method)]


def random_map(evidence: npt.NDArray[np.floating], rng: np.random.Generator) -> Floats:
    """Noise with the amplitude spectrum of a map (h, w), and so its smoothness; NaN stays where it is."""
    seen = np.isfinite(evidence)
    filled = np.where(seen, evidence, np.nanmean(evidence))
    phases = np.angle(np.fft.rfft2(rng.standard_normal(evidence.shape)))
    noise = np.fft.irfft2(np.abs(np.fft.rfft2(filled)) * np.exp(1j * phases), s=evidence.shape)
    return np.where(seen, noise, np.nan)


def _image_areas(predictor: Predictor, heatmap: Heatmap, rng: np.random.Generator) -> tuple[float, ...]:
    """Areas of one image: deletion by the map and by random maps, insertion likewise."""
    image = heatmap.image
    box, values = heatmap.crops[0].box, heatmap.crops[0].values
    columns = max(2, round(image.width / (box.right - box.left) * values.shape[1]))
    rows = max(2, round(image.height / (box.bottom - box.top) * values.shape[0]))
    answer = 1.0 if heatmap.logit >= 0 else -1.0
    evidence = answer * heatmap.on_grid(columns, rows).astype(np.float64)
    orders = [evidence, *(random_map(evidence, rng) for _ in range(RANDOM_MAPS))]
    deletions, insertions = np.array([_areas_of_order(predictor, image, order, answer) for order in orders]).T
    return deletions[0], deletions[1:].mean(), insertions[0], insertions[1:].mean()


def _areas_of_order(predictor: Predictor, image: Image.Image, order: Floats, answer: float) -> tuple[float, float]:
    smooth = image.filter(ImageFilter.BoxBlur(MEAN_RADIUS))
    ranks = _step_of_each_place(order)
    deleted, inserted = [], []
    for step in range(STEPS + 1):
        taken = Image.fromarray(np.where(ranks < step, 255, 0).astype(np.uint8))
        mask = taken.resize(image.size, Image.Resampling.NEAREST)
        deleted.append(Image.composite(smooth, image, mask))
        inserted.append(Image.composite(image, smooth, mask))
    # Each series ends where the other begins.
    logits = _logits(predictor, deleted + inserted[1:-1])
    first, middle = logits[: STEPS + 1], logits[STEPS + 1 :]
    second = np.concatenate([first[-1:], middle, first[:1]])
    return tuple(float(trapezoid(sigmoid(answer * series)) / STEPS) for series in (first, second))  # type: ignore[return-value]


def _step_of_each_place(order: Floats) -> npt.NDArray[np.int64]:
    """In which step, 0 .. STEPS - 1, a place's turn comes; places that no crop showed come last."""
    turn = np.argsort(np.argsort(-np.where(np.isfinite(order), order, -np.inf), axis=None, kind="stable"))
    return (turn * STEPS // max(1, int(np.isfinite(order).sum()))).reshape(order.shape)


def _logits(predictor: Predictor, images: Sequence[Image.Image]) -> Floats:
    return predictor.logits(torch.stack([prepare_image(predictor.processor, image) for image in images]))


def _centre(image: Image.Image) -> Image.Image:
    width, height = (min(side, LONGEST_SIDE) for side in image.size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def _area(own: Floats, random: Floats, gains: Floats, rng: np.random.Generator) -> Area:
    resampled = gains[rng.integers(0, len(gains), size=(RESAMPLES, len(gains)))].mean(axis=1)
    low, high = np.quantile(resampled, (0.025, 0.975))
    return Area(float(own.mean()), float(random.mean()), float(gains.mean()), (float(low), float(high)))
