"""The accuracy of either class apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def real_fake_accuracy(
    labels: npt.ArrayLike, p_fake: npt.ArrayLike, *, threshold: float = 0.5
) -> tuple[float | None, float | None]:
    """The share of reals below `threshold` and the share of fakes at or above it; None for an absent class.

    Args:
        labels: int {0, 1}, shape (n,).
        p_fake: float in [0, 1], shape (n,).
        threshold: float in [0, 1].
    """
    label_array = np.asarray(labels)
    called_fake = np.asarray(p_fake) >= threshold
    is_real, is_fake = label_array == 0, label_array == 1
    real = float(np.mean(~called_fake[is_real])) if is_real.any() else None
    fake = float(np.mean(called_fake[is_fake])) if is_fake.any() else None
    return real, fake
