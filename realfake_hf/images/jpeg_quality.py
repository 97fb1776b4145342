"""What a JPEG's own tables tell about how it was saved: quality and chroma subsampling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import numpy as np
from PIL import Image

# Annex K of the JPEG standard (ITU-T T.81), luminance and chrominance, in natural (row) order.
LUMINANCE = (
    "16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62 "
    "18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99"
)
CHROMINANCE = (
    "17 18 24 47 99 99 99 99 18 21 26 66 99 99 99 99 24 26 56 99 99 99 99 99 47 66 99 99 99 99 99 99 "
    "99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99"
)


def estimate_quality(tables: Mapping[int, Sequence[int]]) -> int | None:
    """The quality, 1 to 100 on libjpeg's scale, whose standard tables come nearest to a file's.

    Exact for files that libjpeg saved with standard tables (Pillow, most web software); cameras and
    Photoshop use tables of their own, for which it is the nearest equivalent.

    Args:
        tables: quantisation tables by number, 64 steps each in natural order, as `image.quantization`.

    Returns:
        None where there is no luminance table.
    """
    luminance = tables.get(0)
    if luminance is None or len(luminance) != 64:
        return None
    chrominance = tables.get(1) or ()
    return _nearest_quality(tuple(luminance), tuple(chrominance) if len(chrominance) == 64 else None)


def jpeg_quality(image: Image.Image) -> int | None:
    """The estimated quality of an opened JPEG (or MPO), None for other formats. Nothing is decoded."""
    tables = getattr(image, "quantization", None)
    return estimate_quality(tables) if tables else None


def chroma_subsampling(image: Image.Image) -> str | None:
    """`"4:4:4"`, `"4:2:2"`, `"4:2:0"`, `"4:4:0"`, `"4:1:1"`, `"grey"` or `"other"`; None where it is no JPEG."""
    layers = getattr(image, "layer", None)
    if not layers:
        return None
    if len(layers) == 1:
        return "grey"
    factors = {(h, v) for _, h, v, _ in layers[1:]}
    names = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (1, 2): "4:4:0", (4, 1): "4:1:1"}
    if len(layers) != 3 or len(factors) != 1:
        return "other"
    (h, v), (luma_h, luma_v) = factors.pop(), layers[0][1:3]
    return names.get((luma_h // h, luma_v // v), "other")


@lru_cache(maxsize=1024)  # a collection has few different tables
def _nearest_quality(luminance: tuple[int, ...], chrominance: tuple[int, ...] | None) -> int:
    distance = np.abs(standard_tables(LUMINANCE) - np.array(luminance)).sum(axis=1)
    if chrominance is not None:
        distance = distance + np.abs(standard_tables(CHROMINANCE) - np.array(chrominance)).sum(axis=1)
    return int(distance.argmin()) + 1


@cache
def standard_tables(base: str) -> np.ndarray:
    """libjpeg's scaled tables for quality 1 to 100: (100, 64), int64 (`jpeg_quality_scaling`, baseline)."""
    steps = np.array(base.split(), dtype=np.int64)
    quality = np.arange(1, 101)
    scale = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    return np.clip((steps * scale[:, None] + 50) // 100, 1, 255)
