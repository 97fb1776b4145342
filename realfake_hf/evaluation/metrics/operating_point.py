"""The true-positive rate that a limit on the false-positive rate leaves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_curve


def tpr_at_fpr(labels: npt.ArrayLike, p_fake: npt.ArrayLike, *, max_fpr: float) -> float:
    """The highest share of fakes found by any threshold that calls at most `max_fpr` of the reals fake.

    Exact: only thresholds that the sample offers, no interpolation across the limit. With fewer than
    1 / `max_fpr` reals not one false alarm is allowed. Fakes that tie with a real one too many are not
    counted, since no threshold can part them.

    Args:
        labels: int {0, 1}, shape (n,); both classes present.
        p_fake: float, shape (n,); any score that grows with fakeness.
        max_fpr: the limit, float in [0, 1].
    """
    fpr, tpr, _ = roc_curve(np.asarray(labels), np.asarray(p_fake), drop_intermediate=False)
    return float(tpr[fpr <= max_fpr].max())
