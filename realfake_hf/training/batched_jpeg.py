"""JPEG's losses for a whole batch at once, on any device: what the format throws away, without its files.

Transforms, tables and roundings are those of ITU-T T.81 and of libjpeg, whose entropy coding loses nothing and is left
out. Pixels differ from libjpeg's by one level here and there, where it rounds in the middle of a transform.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, interpolate, pad

from realfake_hf.images.jpeg_quality import CHROMINANCE, LUMINANCE, standard_tables

BLOCK = 8
FACTORS = {"4:4:4": (1, 1), "4:2:2": (1, 2), "4:2:0": (2, 2)}
"""Rows and columns of pixels that share one sample of chroma."""


def batched_jpeg(pixels: torch.Tensor, quality: np.ndarray, subsampling: str) -> torch.Tensor:
    """Images as they come back from JPEG.

    Args:
        pixels: `(B, 3, H, W)` float32, whole numbers 0 to 255, RGB.
        quality: `(B,)` whole numbers 1 to 100, libjpeg's.
        subsampling: of the chroma, one of `FACTORS`.

    Returns:
        The same shape and range.
    """
    height, width = pixels.shape[-2:]
    rows, columns = FACTORS[subsampling]
    unit_y, unit_x = BLOCK * rows, BLOCK * columns
    padded = pad(pixels, (0, -width % unit_x, 0, -height % unit_y), mode="replicate")
    red, green, blue = padded.unbind(1)
    luma = (0.299 * red + 0.587 * green + 0.114 * blue).round()
    chroma = torch.stack(
        [
            -0.168735892 * red - 0.331264108 * green + 0.5 * blue + 128,
            0.5 * red - 0.418687589 * green - 0.081312411 * blue + 128,
        ],
        dim=1,
    ).round()
    if rows * columns > 1:
        chroma = avg_pool2d(chroma, (rows, columns)).round()
    luma = _quantised(luma[:, None], _tables(LUMINANCE, quality, pixels.device))
    chroma = _quantised(chroma, _tables(CHROMINANCE, quality, pixels.device))
    if rows * columns > 1:  # a triangle filter, libjpeg's "fancy upsampling"
        size = (luma.shape[-2], luma.shape[-1])
        chroma = interpolate(chroma, size=size, mode="bilinear", align_corners=False)
    blue_less, red_less = (chroma - 128).unbind(1)
    luma = luma[:, 0]
    decoded = torch.stack(
        [luma + 1.402 * red_less, luma - 0.344136286 * blue_less - 0.714136286 * red_less, luma + 1.772 * blue_less],
        dim=1,
    )
    return decoded.round().clamp(0, 255)[..., :height, :width]


def _quantised(planes: torch.Tensor, tables: torch.Tensor) -> torch.Tensor:
    """Planes `(B, C, H, W)` through the cosine transform of each block, its quantisation by `(B, 8, 8)`, and back."""
    count, channels, height, width = planes.shape
    cosines = _cosines(planes.device)
    blocks = (planes - 128).reshape(count, channels, height // BLOCK, BLOCK, width // BLOCK, BLOCK).transpose(3, 4)
    steps = tables[:, None, None, None]
    coefficients = (cosines @ blocks @ cosines.T / steps).round() * steps
    restored = (cosines.T @ coefficients @ cosines).transpose(3, 4).reshape(planes.shape)
    return (restored + 128).round().clamp(0, 255)


def _tables(base: str, quality: np.ndarray, device: torch.device) -> torch.Tensor:
    """`(B, 8, 8)` float32: libjpeg's `jpeg_set_quality`."""
    steps = standard_tables(base)[quality - 1].reshape(-1, BLOCK, BLOCK)
    return torch.from_numpy(steps.astype(np.float32)).to(device)


@cache
def _cosines(device: torch.device) -> torch.Tensor:
    """The orthonormal cosine transform (DCT-II) of eight values."""
    frequency, position = np.arange(BLOCK)[:, None], np.arange(BLOCK)
    matrix = np.cos((2 * position + 1) * frequency * math.pi / (2 * BLOCK)) * math.sqrt(2 / BLOCK)
    matrix[0] /= math.sqrt(2)
    return torch.from_numpy(matrix.astype(np.float32)).to(device)
