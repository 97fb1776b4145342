"""Whether an image was enlarged: interpolation adds pixels and no detail, and its spectrum shows the gap."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image

from realfake_hf.images.central_crop import central_crop

CROP = 512
"""Pixels of the central crop's side."""
WINDOW = 64
"""Samples of one windowed stretch of a row or column; its spectrum has the bins 0 to 32, 32 being Nyquist."""
FINE_BINS, COARSE_BINS = range(21, 28), range(5, 10)
"""Bins of fine detail (0.66 to 0.84 of Nyquist), which a twofold enlargement cannot hold, and of coarse detail."""
UPSCALED_BELOW = -1.88
"""Decades of power from coarse to fine detail. Photographs lose 0.7 to 1.6, their twofold enlargements 1.9 to 2.9.

Chosen on 37 full photographs, 80 reductions to 224 px and 458 crops of at most 192 px;
`tests/benchmarks/bench_warnings.py` measures it.
"""
REDUCTIONS = (2, 4)
"""An enlargement more than fourfold has no coarse detail either; but reduced by k, one by n is one by n / k."""
REDUCED_BELOW = -2.12
"""As `UPSCALED_BELOW`, of reductions.

Of 44 photographs as their cameras or sites gave them 2 are warned of, with it and without; of their enlargements
(bicubic, JPEG 90) twofold 80 %, fourfold 82 % (without it 59 %), tenfold 80 % (without it none).
"""
ROUNDING_POWER = 2.0
"""Power per bin of rounding to whole grey levels (1/12, times the window's energy of 24): smooth skies are no gap."""


def looks_upscaled(image: Image.Image) -> bool:
    """Whether a photograph was probably enlarged by interpolation, about twofold to tenfold.

    Natural images lose power evenly towards fine detail (Field 1987, "Relations between the statistics of natural
    images and the response properties of cortical cells"); interpolation, a low-pass filter, leaves a gap above the
    former Nyquist frequency (Gallagher 2005, "Detection of linear and cubic interpolation in JPEG compressed images",
    finds the same in second derivatives, which twofold enlargement by Pillow does not betray). Blur looks the same.

    Args:
        image: RGB or grey, any size; images with a side below 64 px are not judged (False).
    """
    drop = detail_drop(image)
    if drop is None or drop < UPSCALED_BELOW:
        return drop is not None
    drops = (detail_drop(image, reduction) for reduction in REDUCTIONS)
    return any(drop is not None and drop < REDUCED_BELOW for drop in drops)


def detail_drop(image: Image.Image, reduction: int = 1) -> float | None:
    """Decades of power from coarse to fine detail, the smaller loss of both directions; None for tiny images.

    Args:
        reduction: so many pixels' mean, in both directions, is one sample.
    """
    luminance = np.asarray(central_crop(image, CROP * reduction).convert("L"), dtype=np.float32)
    rows, columns = (length // reduction for length in luminance.shape)
    if min(rows, columns) < WINDOW:
        return None
    if reduction > 1:
        cells = luminance[: rows * reduction, : columns * reduction].reshape(rows, reduction, columns, reduction)
        luminance = cells.mean(axis=3).mean(axis=1)
    power = np.stack([_power(luminance), _power(luminance.T)]) + np.float32(ROUNDING_POWER / reduction)
    fine, coarse = power[:, : len(FINE_BINS)].mean(axis=1), power[:, len(FINE_BINS) :].mean(axis=1)
    return float((np.log10(fine) - np.log10(coarse)).max())


def _power(lines: np.ndarray) -> np.ndarray:
    """Mean power in `FINE_BINS` and `COARSE_BINS` along the rows of `(lines, length)`, of half-overlapping windows
    (Welch)."""
    windows = np.lib.stride_tricks.sliding_window_view(lines - np.float32(128), WINDOW, axis=1)[:, :: WINDOW // 2]
    amplitudes = windows.reshape(-1, WINDOW) @ _transform()
    cosines, sines = np.split((amplitudes**2).mean(axis=0), 2)
    return cosines + sines


@cache
def _transform() -> np.ndarray:
    """Subtract the mean, apply a Hann window, take the Fourier transform at the bins that matter: one matrix.

    An eighth of the time of an FFT of all bins. Columns are the cosines, then the sines.
    """
    centred = np.eye(WINDOW) - 1 / WINDOW
    angles = 2 * np.pi / WINDOW * np.outer(np.arange(WINDOW), [*FINE_BINS, *COARSE_BINS])
    waves = np.hstack([np.cos(angles), np.sin(angles)])
    return (centred @ (np.hanning(WINDOW)[:, None] * waves)).astype(np.float32)
