"""Binary expected calibration error with equal-width bins."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def calibration_bins(p_fake: npt.ArrayLike, n_bins: int = 15) -> npt.NDArray[np.int64]:
    """The bin of every prediction, int in [0, n_bins): bin i is [i / n, (i + 1) / n), the last one closed."""
    scaled = np.floor(np.asarray(p_fake, dtype=np.float64) * n_bins).astype(np.int64)
    return np.clip(scaled, 0, n_bins - 1)


def expected_calibration_error(labels: npt.ArrayLike, p_fake: npt.ArrayLike, *, n_bins: int = 15) -> float:
    """Mean over the images of |mean p_fake - share of fakes| in their bin of p_fake.

    This is the binary form over the probability of the positive class (Naeini, Cooper and Hauskrecht 2015),
    not the multi-class form over the winner's confidence (Guo et al. 2017): a real at 0.1 and a fake at 0.9
    fall into different bins here. Empty bins count nothing.

    Args:
        labels: int {0, 1}, shape (n,), n at least 1.
        p_fake: float in [0, 1], shape (n,).
        n_bins: number of equal-width bins.
    """
    label_array = np.asarray(labels, dtype=np.float64)
    p_array = np.asarray(p_fake, dtype=np.float64)
    gaps = np.bincount(calibration_bins(p_array, n_bins), weights=p_array - label_array, minlength=n_bins)
    return float(np.abs(gaps).sum() / len(p_array))
