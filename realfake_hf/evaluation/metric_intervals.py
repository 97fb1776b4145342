"""The 95 % interval of every metric of a tier, all at once, by the bootstrap of `statistics`.

Of a share at its limit (no mistake at all) every resample is the sample's own, and a bootstrap would say that there is
no doubt, even of six images: it gets Clopper and Pearson's interval. The calibration error is an average of absolute
differences, which the noise of resampling can only raise; its interval is moved down by that bias (mean of the
resamples less the sample's own value), else it could leave out the sample's own value.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from realfake_hf.evaluation.metrics.calibration_error import calibration_bins
from realfake_hf.evaluation.tier_metrics import check_predictions
from realfake_hf.records.results import TierResult
from realfake_hf.statistics.bootstrap import N_RESAMPLES, ranked_metrics, resample_counts
from realfake_hf.statistics.calibration import clopper_pearson_interval

Floats = npt.NDArray[np.float64]

N_BINS = 15
SHARE_OF: dict[str, Callable[[int, int], int]] = {
    "real_accuracy": lambda n_real, n_fake: n_real,
    "fake_accuracy": lambda n_real, n_fake: n_fake,
    "tpr_at_fpr_1": lambda n_real, n_fake: n_fake,
    "tpr_at_fpr_5": lambda n_real, n_fake: n_fake,
    "roc_auc": min,
    "average_precision": min,
    "unsure_rate": lambda n_real, n_fake: n_real + n_fake,
}
"""How many images a share is of, by the sizes of the classes; of both, the smaller class decides what is known."""

COUNTS_AT_ONCE = 4_000_000
"""Elements of the count matrix held at a time (32 MB), so that 100,000 images do not fill the memory."""


def bootstrap_intervals(
    labels: npt.ArrayLike,
    p_fake: npt.ArrayLike,
    point: TierResult,
    *,
    threshold_low: float = 0.5,
    threshold_high: float = 0.5,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> dict[str, tuple[float, float]]:
    """The 95 % interval of every metric that `point` has a value for.

    Args:
        labels: int {0, 1}, shape (n,).
        p_fake: float in [0, 1], shape (n,).
        point: what `compute_metrics` found for the same arrays.
        threshold_low, threshold_high: as given to `compute_metrics`.
        n_resamples: at least 1.
        seed: the same seed gives the same intervals.
    """
    wanted = [name for name, value in point.values().items() if value is not None]
    label_array, p_array = check_predictions(labels, p_fake)
    if not wanted:
        return {}
    rng = np.random.default_rng(seed)
    chunks: list[dict[str, Floats]] = []
    rows = max(1, COUNTS_AT_ONCE // len(label_array))
    for start in range(0, n_resamples, rows):
        counts = resample_counts(label_array, min(rows, n_resamples - start), rng)
        chunks.append(
            weighted_metrics(
                label_array,
                p_array,
                counts,
                threshold_low=threshold_low,
                threshold_high=threshold_high,
            )
        )
    intervals = {}
    for name in wanted:
        values = np.concatenate([chunk[name] for chunk in chunks])
        if name == "ece":
            values = values - (values.mean() - point.value(name))
        low, high = np.percentile(values, (2.5, 97.5))
        intervals[name] = (float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1)))
        value = point.value(name)
        if name in SHARE_OF and value in (0.0, 1.0):
            n = SHARE_OF[name](int((label_array == 0).sum()), int((label_array == 1).sum()))
            intervals[name] = clopper_pearson_interval(round(value * n), n)
    if point.real_accuracy in (0.0, 1.0) and point.fake_accuracy in (0.0, 1.0):  # their mean does not vary either
        ends = zip(intervals["real_accuracy"], intervals["fake_accuracy"], strict=True)
        low, high = (sum(own) / 2 for own in ends)
        intervals["balanced_accuracy"] = (low, high)
    return intervals


def metric_difference_interval(
    labels: npt.NDArray[np.int64],
    first_p_fake: Floats,
    second_p_fake: Floats,
    metric: str,
    *,
    n_resamples: int = N_RESAMPLES,
) -> tuple[float, float]:
    """The 95 % interval of first minus second in one metric; both see the same resamples of the images.

    Args:
        labels: int {0, 1}, shape (n,).
        first_p_fake, second_p_fake: float in [0, 1], shape (n,).
        metric: a name in `METRIC_NAMES`.
        n_resamples: of the bootstrap.
    """
    counts = resample_counts(labels, n_resamples, np.random.default_rng(0))
    first, second = (weighted_metrics(labels, p_fake, counts)[metric] for p_fake in (first_p_fake, second_p_fake))
    low, high = np.percentile(first - second, (2.5, 97.5))
    return float(low), float(high)


def weighted_metrics(
    labels: npt.NDArray[np.int64],
    p_fake: Floats,
    counts: Floats,
    *,
    threshold_low: float = 0.5,
    threshold_high: float = 0.5,
) -> dict[str, Floats]:
    """Every metric of every row of counts (resamples, n); with all counts 1 it equals `compute_metrics`.

    Metrics that need a class that is absent are NaN.
    """
    is_fake = labels == 1
    called_fake = p_fake >= 0.5
    n_real, n_fake = (~is_fake).sum(), is_fake.sum()
    n = len(labels)
    with np.errstate(invalid="ignore", divide="ignore"):
        real_accuracy = counts @ (~is_fake & ~called_fake).astype(float) / n_real
        fake_accuracy = counts @ (is_fake & called_fake).astype(float) / n_fake
        ranked = ranked_metrics(is_fake, p_fake, counts)
    bins = np.zeros((n, N_BINS))
    bins[np.arange(n), calibration_bins(p_fake, N_BINS)] = p_fake - labels
    unsure = ((p_fake >= threshold_low) & (p_fake < threshold_high)).astype(float)
    return {
        "balanced_accuracy": (real_accuracy + fake_accuracy) / 2,
        "real_accuracy": real_accuracy,
        "fake_accuracy": fake_accuracy,
        **ranked,
        "ece": np.abs(counts @ bins).sum(axis=1) / n,
        "brier": counts @ (p_fake - labels) ** 2 / n,
        "unsure_rate": counts @ unsure / n,
    }
