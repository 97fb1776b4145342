"""Stratified bootstrap as matrices of counts.

A resample is drawn within each class, so both keep their size, and is held as counts: how often each image
was drawn. A metric then is a sum over a matrix of counts (resamples x images), and a thousand resamples of a
thousand images take a fraction of a second.

Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

N_RESAMPLES = 1000


def resample_counts(labels: npt.NDArray[np.int64], n_resamples: int, rng: np.random.Generator) -> Floats:
    """How often each image is drawn when each class is redrawn with replacement, (n_resamples, n)."""
    counts = np.zeros((n_resamples, len(labels)))
    for label in (0, 1):
        members = np.flatnonzero(labels == label)
        if len(members):
            drawn = rng.integers(0, len(members), size=(n_resamples, len(members)))
            flat = (drawn + np.arange(n_resamples)[:, None] * len(members)).ravel()
            counts[:, members] = np.bincount(flat, minlength=n_resamples * len(members)).reshape(n_resamples, -1)
    return counts


def ranked_metrics(is_fake: npt.NDArray[np.bool_], p_fake: Floats, counts: Floats) -> dict[str, Floats]:
    """The metrics of the ROC and precision-recall curves, for each row of counts (resamples, n), by name.

    There is one point per distinct score, highest first. Without one of the classes all are NaN.

    Args:
        is_fake: (n,).
        p_fake: any scores that grow with fakeness, (n,).
        counts: how often each image counts, (resamples, n).
    """
    n_fake = int(is_fake.sum())
    n_real = len(is_fake) - n_fake
    if n_real == 0 or n_fake == 0:
        undefined = np.full(len(counts), np.nan)
        return dict.fromkeys(("roc_auc", "average_precision", "tpr_at_fpr_1", "tpr_at_fpr_5"), undefined)
    order = np.argsort(-p_fake, kind="stable")
    first_of_score = np.flatnonzero(np.diff(p_fake[order], prepend=np.inf) != 0)
    sorted_counts = counts[:, order]
    fakes = np.add.reduceat(sorted_counts * is_fake[order], first_of_score, axis=1)
    reals = np.add.reduceat(sorted_counts * ~is_fake[order], first_of_score, axis=1)
    true_positives, false_positives = fakes.cumsum(axis=1), reals.cumsum(axis=1)

    # A real is outscored by all fakes above its score, and by half of those that tie with it.
    auc = ((true_positives - fakes / 2) * reals).sum(axis=1) / (n_real * n_fake)
    called = np.maximum(true_positives + false_positives, 1)
    average_precision = (fakes * true_positives / called).sum(axis=1) / n_fake

    def tpr_at(max_fpr: float) -> Floats:
        allowed = false_positives / n_real <= max_fpr
        shares: Floats = np.where(allowed, true_positives, 0).max(axis=1) / n_fake
        return shares

    return {
        "roc_auc": auc,
        "average_precision": average_precision,
        "tpr_at_fpr_1": tpr_at(0.01),
        "tpr_at_fpr_5": tpr_at(0.05),
    }
