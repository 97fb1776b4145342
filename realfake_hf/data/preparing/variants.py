"""Small variants of an image: fitted and padded as the seed did, or cropped; one encoding for both classes."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from realfake_hf.models.fitted import LANCZOS, pad_to_square

FITS = ("pad", "crop")
JPEG_QUALITY = 85
"""The seed's."""

SUBSAMPLING = "4:2:0"


def make_variant(image: Image.Image, size: int, fit: str) -> Image.Image:
    """One square variant of an RGB image.

    Args:
        image: RGB, upright.
        size: side in pixels.
        fit: `"pad"`: the longest side is fitted (Lanczos), the rest is black, as the seed did; `"crop"`: the
            shortest side is fitted (Lanczos) and the centre kept, nothing is padded.
    """
    if fit == "crop":
        return ImageOps.fit(image, (size, size), method=LANCZOS)
    return pad_to_square(image, size)


def encode_variant(image: Image.Image, quality: int = JPEG_QUALITY) -> bytes:
    """A baseline JPEG, 4:2:0, without metadata: the same for both classes, whatever the original was."""
    image.info = {}  # Pillow would carry the comment of the original over
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=SUBSAMPLING)
    return buffer.getvalue()
