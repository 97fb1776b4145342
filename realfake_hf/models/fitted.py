"""Images fitted into a square, aspect kept."""

from __future__ import annotations

from PIL import Image, ImageOps

LANCZOS = Image.Resampling.LANCZOS


def fit_inside(image: Image.Image, size: int, method: Image.Resampling = LANCZOS) -> Image.Image:
    """Scale an image so that its longest side is `size` pixels; the other keeps at least one.

    `ImageOps.contain` does the same, but before Pillow 13 it fails where the short side rounds to nothing.
    """
    longest = max(image.size)
    width, height = (max(1, round(side / longest * size)) for side in image.size)
    return image.resize((width, height), method)


def pad_to_square(image: Image.Image, size: int) -> Image.Image:
    """Fit the longest side to `size` (Lanczos) and centre the image on black, as the seed's notebook did."""
    return ImageOps.pad(fit_inside(image, size), (size, size), color="black")
