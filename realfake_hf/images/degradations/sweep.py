"""Robustness sweeps: one degradation in fixed steps from mild to strong, the same pixels every time."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from realfake_hf.images.degradations.base import Degradation
from realfake_hf.images.degradations.blur import GaussianBlur
from realfake_hf.images.degradations.compose import Compose
from realfake_hf.images.degradations.jpeg import RecompressJpeg
from realfake_hf.images.degradations.noise import GaussianNoise
from realfake_hf.images.degradations.parameters import unknown
from realfake_hf.images.degradations.resample import Resample
from realfake_hf.images.degradations.webp import RecompressWebp

SCREENSHOT_QUALITY = 80
"""JPEG quality at which a messenger sends a screenshot on."""


@dataclass(frozen=True)
class Sweep:
    """One curve's horizontal axis.

    Attributes:
        name: its name in results and options.
        parameter: what the values are, with the unit, as a figure's axis says it.
        values: where to measure, from mild to strong.
        build: makes the degradation of one value.
    """

    name: str
    parameter: str
    values: tuple[float, ...]
    build: Callable[[float], Degradation]

    def __call__(self, image: Image.Image, value: float) -> Image.Image:
        """Degrade an RGB image by one value (any within the degradation's range), deterministically.

        The noise of an image is drawn from its own pixels: the same in every run, another for every image.

        Raises:
            RealFakeError: the value is out of range, or the image is not RGB.
        """
        return self.build(value)(image, np.random.default_rng(zlib.crc32(image.tobytes())))


def _jpeg(quality: float) -> Degradation:
    return RecompressJpeg(rounds=(1, 1), quality=_fixed(quality), subsampling=("4:2:0",))


def _webp(quality: float) -> Degradation:
    return RecompressWebp(quality=_fixed(quality), effort=4)


def _scale(factor: float) -> Degradation:
    return Resample(scale=(factor, factor), filters=("bicubic",), restore_size=False)


def _screenshot(factor: float) -> Degradation:
    """A screen draws the image at its own scale (browsers: bilinear); what was captured is sent as JPEG."""
    drawn = Resample(scale=(factor, factor), filters=("bilinear",), restore_size=False)
    return Compose([drawn, _jpeg(SCREENSHOT_QUALITY)])


def _fixed(quality: float) -> tuple[int, int]:
    return round(quality), round(quality)


SWEEPS: dict[str, Sweep] = {
    sweep.name: sweep
    for sweep in (
        Sweep("jpeg", "JPEG quality", (100, 95, 90, 80, 70, 60, 50, 40, 30), _jpeg),
        Sweep("webp", "WebP quality", (100, 95, 90, 80, 70, 60, 50, 40, 30), _webp),
        Sweep("scale", "scale", (1.0, 0.9, 0.75, 0.6, 0.5, 0.35, 0.25), _scale),
        Sweep("blur", "blur sigma (px)", (0.0, 0.5, 1.0, 1.5, 2.0, 3.0), lambda r: GaussianBlur((r, r))),
        Sweep("noise", "noise sigma (of 255)", (0.0, 1.0, 2.0, 4.0, 8.0, 16.0), lambda s: GaussianNoise((s, s))),
        Sweep("screenshot", "screen scale, then JPEG 80", (1.5, 1.25, 0.9, 0.75, 0.6, 0.5), _screenshot),
    )
}


def apply_sweep(image: Image.Image, name: str, value: float) -> Image.Image:
    """Degrade an RGB image by one value of a named sweep, deterministically.

    Raises:
        RealFakeError: the sweep is unknown, the value is out of range, or the image is not RGB.
    """
    if name not in SWEEPS:
        raise unknown("sweep", name, SWEEPS)
    return SWEEPS[name](image, value)
