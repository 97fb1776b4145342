"""Gaussian noise: a dark room, a small sensor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from realfake_hf.images.degradations import parameters
from realfake_hf.images.degradations.base import Degradation, draw_number

LEVELS = 4096
"""Quantiles that stand for the normal distribution: the tails end at 3.7 sigma, far below one 8-bit step in
effect, and looking one up takes a third of the time of drawing a normal number."""


@dataclass(frozen=True)
class GaussianNoise(Degradation):
    """Add independent, rounded Gaussian noise to every pixel and channel, clipped to 0 to 255.

    Attributes:
        sigma: standard deviation in 8-bit units, `(smallest, largest)`, 0 to 100.
    """

    name: ClassVar[str] = "noise"

    sigma: tuple[float, float] = (1.0, 8.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("sigma", parameters.number_range(self.name, "sigma", self.sigma, 0, 100))

    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        sigma = draw_number(self.sigma, rng)
        if sigma == 0:
            return image
        pixels = np.asarray(image)
        # Pixels are whole numbers, so rounding the noise is the same as rounding the sum: int16 all the way.
        steps = np.rint(_normal_quantiles() * np.float32(sigma)).astype(np.int16)
        draws = np.frombuffer(rng.bytes(2 * pixels.size), dtype="<u2") & (LEVELS - 1)
        noisy = steps.take(draws).reshape(pixels.shape)
        noisy += pixels
        np.clip(noisy, 0, 255, out=noisy)
        return Image.fromarray(noisy.astype(np.uint8))


@cache
def _normal_quantiles() -> NDArray[np.float32]:
    """`(LEVELS,)` float32: the middles of equally probable slices of N(0, 1), scaled to unit variance."""
    quantile = NormalDist().inv_cdf
    middles = np.array([quantile((level + 0.5) / LEVELS) for level in range(LEVELS)])
    return (middles / middles.std()).astype(np.float32)
