"""Images fitted into a square, aspect kept."""

from __future__ import annotations

from PIL import Image, ImageOps

LANCZOS = Image.Resampling.LANCZOS


def fit_inside(image: Image.Image, size: int, method: Image.Resampling = LANCZOS) -> Image.Image:
    """Scale an image so that its longest side is `size` pixels; the other keeps at least one.

    `ImageOps.contain` does the same, but before Pillow 13 it fails where the short side rounds to nothing.
    """
    return image.resize(fitted_size(*image.size, size), method)


def fitted_size(width: int, height: int, size: int) -> tuple[int, int]:
    """Width and height scaled so that the longest is `size` pixels; the other keeps at least one."""
    longest = max(width, height)
    return max(1, round(width / longest * size)), max(1, round(height / longest * size))


def pad_to_square(image: Image.Image, size: int) -> Image.Image:
    """Fit the longest side to `size` (Lanczos) and centre the image on black, as the seed's notebook did."""
    return ImageOps.pad(fit_inside(image, size), (size, size), color="black")
