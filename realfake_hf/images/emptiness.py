"""Whether an image shows anything that a verdict could rest on: a colour, noise or a line of pixels do not."""

from __future__ import annotations

import numpy as np
from PIL import Image

from realfake_hf.images.central_crop import central_crop

MIN_SIDE = 16
"""Pixels of the shorter side: below it there are not two blocks of JPEG side by side."""
FLAT_LEVELS, FLAT_SHARE = 9, 0.999
"""An image is flat where in every channel so many neighbouring levels hold such a share of the pixels."""
CROP = 512
"""Pixels of the side of the central crop that is looked at for noise."""
COARSE = 8
"""Side in pixels of the means in which a picture, however noisy, still hangs together, and noise does not."""
MIN_MEANS = 8
"""Means along the shorter side; below it only the pixels themselves are compared."""
NOISE_FINE, NOISE_COARSE = 0.3, 0.2
"""Correlation of neighbours up to which pixels, and means, are noise. Photographs have 0.7 to 0.99 in both."""


def shows_nothing(image: Image.Image) -> bool:
    """Whether an image holds no evidence of anything: a strip, one colour (transparent images become white), noise.

    Args:
        image: RGB, upright, any size.
    """
    return min(image.size) < MIN_SIDE or _is_flat(image) or _is_noise(image)


def _is_flat(image: Image.Image) -> bool:
    allowed = (1 - FLAT_SHARE) * image.width * image.height
    # What the middle has too much of, the whole has too: a photograph is seldom counted further.
    return all(bool((_outliers(part) <= allowed).all()) for part in (central_crop(image, CROP), image))


def _outliers(image: Image.Image) -> np.ndarray:
    """How many pixels of each channel lie outside the fullest window of `FLAT_LEVELS` levels."""
    counts = np.array(image.histogram(), dtype=np.int64).reshape(-1, 256)
    windows = np.lib.stride_tricks.sliding_window_view(counts, FLAT_LEVELS, axis=1).sum(axis=-1)
    return counts.sum(axis=1) - windows.max(axis=1)


def _is_noise(image: Image.Image) -> bool:
    luminance = np.asarray(central_crop(image, CROP).convert("L"), dtype=np.float32)
    if _hangs_together(luminance, NOISE_FINE):
        return False
    rows, columns = (length // COARSE for length in luminance.shape)
    if min(rows, columns) < MIN_MEANS:
        return True
    means = luminance[: rows * COARSE, : columns * COARSE].reshape(rows, COARSE, columns, COARSE).mean(axis=(1, 3))
    return not _hangs_together(means, NOISE_COARSE)


def _hangs_together(plane: np.ndarray, above: float) -> bool:
    """Whether the correlation between neighbours, along rows or columns, is above a value; 0 where nothing varies."""
    return _correlation(plane[:, 1:], plane[:, :-1]) > above or _correlation(plane[1:], plane[:-1]) > above


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    if first.size < 2:
        return 0.0
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first**2).mean() * (second**2).mean()))
    return float((first * second).mean()) / scale if scale > 0 else 0.0
