"""What lies below the picture: noise residuals, their spectra, and running means of both for each source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Floats = npt.NDArray[np.float32]

SIDE = 128
"""Pixels of the crop that is looked at."""

GRID = 8
"""JPEG's blocks, and most of what upsampling leaves, repeat with this period or a divisor of it: crops begin on it."""

MEDIAN = 3
CLIP = 3.0
_WINDOW = np.outer(np.hanning(SIDE), np.hanning(SIDE)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class NoiseSample:
    """The noise of one crop.

    Attributes:
        residual: float32 `(SIDE, SIDE)`, of unit variance, clipped to `CLIP` deviations: neither edges nor one
            noisy image may outweigh what many images share.
        log_spectrum: float32 `(SIDE, SIDE)`, base 10, zero frequency in the middle.
        noise: standard deviation of the residual before that, grey levels.
    """

    residual: Floats
    log_spectrum: Floats
    noise: float


def noise_sample(image: Image.Image) -> NoiseSample | None:
    """The noise of an RGB image's central crop; None where a side is below `SIDE` pixels.

    The residual is luminance (0 to 255) less its 3 x 3 median, the simplest of the denoisers that source
    identification uses (Lukas, Fridrich and Goljan 2006; of generators: Marra et al. 2019, arXiv:1812.11842). The
    log power spectrum is the residual's under a Hann window.
    """
    if min(image.size) < SIDE:
        return None
    left, top = ((length - SIDE) // 2 // GRID * GRID for length in image.size)
    # A pixel more on each side where there is one, so that the median sees true neighbours.
    box = (max(0, left - 1), max(0, top - 1), min(image.width, left + SIDE + 1), min(image.height, top + SIDE + 1))
    grey = image.crop(box).convert("L")
    difference = np.asarray(grey, np.float32) - np.asarray(grey.filter(ImageFilter.MedianFilter(MEDIAN)), np.float32)
    x, y = left - box[0], top - box[1]
    residual = difference[y : y + SIDE, x : x + SIDE]
    power = np.abs(np.fft.fftshift(np.fft.fft2((residual - residual.mean()) * _WINDOW))) ** 2
    noise = float(residual.std())
    even = np.clip((residual - residual.mean()) / max(noise, 1e-3), -CLIP, CLIP)
    return NoiseSample(even, np.log10(power + 1.0).astype(np.float32), noise)


def radial_profile(log_spectrum: Floats) -> Floats:
    """Mean over directions of a centred spectrum: (SIDE // 2,), from frequency 0 to one half per pixel."""
    rows, columns = np.indices(log_spectrum.shape) - SIDE // 2
    radius = np.hypot(rows, columns).astype(np.int64)
    inside = radius < SIDE // 2
    sums = np.bincount(radius[inside], log_spectrum[inside], minlength=SIDE // 2)
    return (sums / np.bincount(radius[inside], minlength=SIDE // 2)).astype(np.float32)


@dataclass
class NoiseMean:
    """Running means over the crops of one source (or class).

    Attributes:
        n: crops.
        residual_sum, spectrum_sum: float64 `(SIDE, SIDE)`.
        power_sum: of the crops' residuals after clipping, their variances.
        noise_sum: of the crops' noise, grey levels.
    """

    n: int = 0
    residual_sum: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((SIDE, SIDE)))
    spectrum_sum: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((SIDE, SIDE)))
    power_sum: float = 0.0
    noise_sum: float = 0.0

    def add(self, sample: NoiseSample) -> None:
        """Count one crop."""
        self.n += 1
        self.residual_sum += sample.residual
        self.spectrum_sum += sample.log_spectrum
        self.power_sum += float(sample.residual.var())
        self.noise_sum += sample.noise

    @property
    def residual(self) -> Floats:
        """The mean residual: what all crops have at the same place, in deviations of a crop's noise."""
        return (self.residual_sum / max(1, self.n)).astype(np.float32)

    @property
    def log_spectrum(self) -> Floats:
        """The mean log spectrum."""
        return (self.spectrum_sum / max(1, self.n)).astype(np.float32)

    @property
    def noise(self) -> float:
        """Mean deviation of the crops' residuals, grey levels."""
        return self.noise_sum / max(1, self.n)

    @property
    def chance(self) -> float:
        """The deviation that the mean residual of crops without anything in common would have."""
        return float(np.sqrt(self.power_sum)) / max(1, self.n)

    @property
    def pattern(self) -> float:
        """The mean residual's deviation as a multiple of `chance`.

        1 is no common pattern; grids of a JPEG or an upsampler, and a camera's own noise, lie above.
        """
        return float(self.residual.std()) / self.chance if self.chance > 0 else 0.0


def merged(means: Iterable[NoiseMean]) -> NoiseMean:
    """Sources taken together, each as heavy as its number of crops."""
    total = NoiseMean()
    for mean in means:
        total.n += mean.n
        total.residual_sum = total.residual_sum + mean.residual_sum
        total.spectrum_sum = total.spectrum_sum + mean.spectrum_sum
        total.power_sum += mean.power_sum
        total.noise_sum += mean.noise_sum
    return total
