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
HALF = WINDOW // 2
STACK = 128
"""Halves of windows multiplied at a time; OpenBLAS starts threads above 2**18 multiplications, numpy's others later."""
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
SHARP_ABOVE = 12.0
"""Power of fine detail, rounding included, that no enlargement beyond fourfold has left; reductions can be spared.

Of 254 enlargements, three- to tenfold, of 31 photographs and 20 fakes (bicubic and Lanczos, JPEG 90, 98 and none) that
only their reductions reveal none has 9; of the originals 95 % have more than 30.
"""
ROUNDING_POWER = 2.0
"""Power per bin of rounding to whole grey levels (1/12, times the window's energy of 24): smooth skies are no gap."""


def looks_upscaled(image: Image.Image) -> bool:
    """Whether a photograph was probably enlarged by interpolation, about twofold to tenfold.

    Natural images lose power evenly towards fine detail (Field 1987, "Relations between the statistics of natural
    images and the response properties of cortical cells"); interpolation, a low-pass filter, leaves a gap above the
    former Nyquist frequency (Gallagher 2005, "Detection of linear and cubic interpolation in JPEG compressed images",
    finds the same in second derivatives, which twofold enlargement by Pillow does not reveal). Blur looks the same.

    Args:
        image: RGB or grey, any size; images with a side below 64 px are not judged (False).
    """
    power = detail_power(image)
    if power is None:
        return False
    if detail_drop(power) < UPSCALED_BELOW:
        return True
    if power[:, 0].min() > SHARP_ABOVE:
        return False
    reduced = (detail_power(image, reduction) for reduction in REDUCTIONS)
    return any(power is not None and detail_drop(power) < REDUCED_BELOW for power in reduced)


def detail_drop(power: np.ndarray) -> float:
    """Decades from coarse to fine detail, the smaller loss of both directions."""
    fine, coarse = np.log10(power).T
    return float((fine - coarse).max())


def detail_power(image: Image.Image, reduction: int = 1) -> np.ndarray | None:
    """`(2, 2)`: along rows and along columns the power of fine and of coarse detail; None for tiny images.

    Args:
        reduction: so many pixels' mean, in both directions, is one sample.
    """
    luminance = central_crop(image, CROP * reduction).convert("L").convert("F")
    if min(luminance.size) // reduction < WINDOW:
        return None
    if reduction > 1:
        width, height = (length // reduction * reduction for length in luminance.size)
        luminance = luminance.reduce(reduction, box=(0, 0, width, height))
    lines = np.asarray(luminance)
    power = np.stack([_power(lines), _power(np.ascontiguousarray(lines.T))]) + np.float32(ROUNDING_POWER / reduction)
    return np.stack([part.mean(axis=1) for part in np.split(power, [len(FINE_BINS)], axis=1)], axis=1)


def _power(lines: np.ndarray) -> np.ndarray:
    """Mean power in `FINE_BINS` and `COARSE_BINS` along the rows of `(lines, length)`, of half-overlapping windows
    (Welch)."""
    count, halves = len(lines), lines.shape[1] // HALF
    halved = (lines[:, : halves * HALF] - np.float32(128)).reshape(-1, HALF)
    # A window is two halves, and each half is the end of one window and the beginning of the next: one product serves
    # both. In small stacks, which BLAS multiplies in this thread: its own would wait in a loop on another's core.
    products = np.concatenate([part @ _transform() for part in np.split(halved, range(STACK, len(halved), STACK))])
    first, second = np.split(products.reshape(count, halves, -1), 2, axis=2)
    amplitudes = first[:, :-1] + second[:, 1:]
    cosines, sines = np.split(np.einsum("lwk,lwk->k", amplitudes, amplitudes), 2)
    return (cosines + sines) / np.float32(count * (halves - 1))


@cache
def _transform() -> np.ndarray:
    """Subtract the mean, apply a Hann window, take the Fourier transform at the bins that matter: one matrix.

    An eighth of the time of an FFT of all bins. `(HALF, ...)`: the columns are what the first half of a window gives
    to the cosines and to the sines, then what the second half gives.
    """
    centred = np.eye(WINDOW) - 1 / WINDOW
    angles = 2 * np.pi / WINDOW * np.outer(np.arange(WINDOW), [*FINE_BINS, *COARSE_BINS])
    waves = np.hstack([np.cos(angles), np.sin(angles)])
    matrix = (centred @ (np.hanning(WINDOW)[:, None] * waves)).astype(np.float32)
    return np.ascontiguousarray(np.hstack([matrix[:HALF], matrix[HALF:]]))
