"""The middle of an image, at the resolution it has."""

from __future__ import annotations

from PIL import Image


def central_crop(image: Image.Image, side: int) -> Image.Image:
    """The central square of `side` pixels; less where the image has less. Its corner lies on the 8 px grid of JPEG."""
    left, top = (max(0, (length - side) // 2) // 8 * 8 for length in image.size)
    return image.crop((left, top, min(image.width, left + side), min(image.height, top + side)))
