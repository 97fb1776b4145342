"""Whether an image was enlarged: interpolation adds pixels and no detail, and its spectrum shows the gap."""

from __future__ import annotations

import numpy as np
from PIL import Image

from realfake_hf.images.central_crop import central_crop

CROP = 512
"""Pixels of the central crop's side."""
WINDOW = 64
"""Samples of one windowed stretch of a row or column; its spectrum has the bins 0 to 32, 32 being Nyquist."""
FINE, COARSE = slice(21, 28), slice(5, 10)
"""Bins of fine detail (0.66 to 0.84 of Nyquist), which a twofold enlargement cannot hold, and of coarse detail."""
UPSCALED_BELOW = -1.88
"""Decades of power from coarse to fine detail. Photographs lose 0.7 to 1.6, their twofold enlargements 1.9 to 2.9.

Chosen on 37 full photographs, 80 reductions to 224 px and 458 crops of at most 192 px;
`tests/benchmarks/bench_warnings.py` measures it.
"""
ROUNDING_POWER = 2.0
"""Power per bin of rounding to whole grey levels (1/12, times the window's energy of 24): smooth skies are no gap."""


def looks_upscaled(image: Image.Image) -> bool:
    """Whether a photograph was probably enlarged by interpolation, about twofold or more.

    Natural images lose power evenly towards fine detail (Field 1987, "Relations between the statistics of natural
    images and the response properties of cortical cells"); interpolation, a low-pass filter, leaves a gap above the
    former Nyquist frequency (Gallagher 2005, "Detection of linear and cubic interpolation in JPEG compressed images",
    finds the same in second derivatives, which twofold enlargement by Pillow does not betray). Blur looks the same.

    Args:
        image: RGB or grey, any size; images with a side below 64 px are not judged (False).
    """
    drop = detail_drop(image)
    return drop is not None and drop < UPSCALED_BELOW


def detail_drop(image: Image.Image) -> float | None:
    """Decades of power from coarse to fine detail, the smaller loss of both directions; None for tiny images."""
    luminance = np.asarray(central_crop(image, CROP).convert("L"), dtype=np.float32)
    if min(luminance.shape) < WINDOW:
        return None
    power = np.stack([_power(luminance), _power(luminance.T)]) + ROUNDING_POWER
    drop = np.log10(power[:, FINE].mean(axis=1)) - np.log10(power[:, COARSE].mean(axis=1))
    return float(drop.max())


def _power(lines: np.ndarray) -> np.ndarray:
    """Mean power spectrum along the rows of `(lines, length)`: 33 bins, of half-overlapping Hann windows (Welch)."""
    windows = np.lib.stride_tricks.sliding_window_view(lines, WINDOW, axis=1)[:, :: WINDOW // 2]
    windows = (windows - windows.mean(axis=-1, keepdims=True)) * np.hanning(WINDOW).astype(np.float32)
    spectrum = np.fft.rfft(windows, axis=-1)
    return (spectrum.real**2 + spectrum.imag**2).reshape(-1, WINDOW // 2 + 1).mean(axis=0)
