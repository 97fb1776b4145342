"""What exploring takes from the pixels of a sampled image."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from realfake_hf.data.exploring.spectra import NoiseSample, noise_sample
from realfake_hf.models.fitted import fit_inside

TILE = 96
"""Side of the small pictures, px."""


@dataclass(frozen=True, slots=True)
class PixelExtract:
    """Noise of a crop (None where the image is too small), and a small picture."""

    noise: NoiseSample | None
    tile: Image.Image


def pixel_extract(image: Image.Image) -> PixelExtract:
    """Take both from an RGB image."""
    return PixelExtract(noise_sample(image), fit_inside(image, TILE, Image.Resampling.BICUBIC))
