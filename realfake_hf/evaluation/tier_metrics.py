"""The metrics of one tier, from labels and probabilities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from realfake_hf.evaluation.metrics.calibration_error import expected_calibration_error
from realfake_hf.evaluation.metrics.class_accuracies import real_fake_accuracy
from realfake_hf.evaluation.metrics.operating_point import tpr_at_fpr
from realfake_hf.records.results import METRIC_NAMES, TierResult

NEEDS_BOTH_CLASSES = ("balanced_accuracy", "roc_auc", "average_precision", "tpr_at_fpr_1", "tpr_at_fpr_5")


def compute_metrics(
    labels: npt.NDArray[np.integer],
    p_fake: npt.NDArray[np.floating],
    *,
    threshold_low: float = 0.5,
    threshold_high: float = 0.5,
) -> TierResult:
    """Every metric of `METRIC_NAMES`; those that a missing class leaves undefined are None with a reason.

    Definitions beyond scikit-learn's: `ece` in `realfake_hf/evaluation/metrics/calibration_error.py` (binary, 15
    equal-width bins), `tpr_at_fpr_*` in `realfake_hf/evaluation/metrics/operating_point.py` (exact, no
    interpolation). `unsure_rate` is the share of p_fake in [threshold_low, threshold_high).

    Args:
        labels: int {0, 1} (1 is fake), shape (n,).
        p_fake: float in [0, 1], shape (n,).
        threshold_low, threshold_high: the unsure band.

    Raises:
        ValueError: shapes differ, labels are not 0 or 1, or a probability is not in [0, 1].
    """
    labels, p_fake = check_predictions(labels, p_fake)
    result = TierResult()
    if len(labels) == 0:
        result.reasons = dict.fromkeys(METRIC_NAMES, "no image could be judged")
        return result

    result.real_accuracy, result.fake_accuracy = real_fake_accuracy(labels, p_fake)
    result.ece = expected_calibration_error(labels, p_fake)
    result.brier = float(brier_score_loss(labels, p_fake, pos_label=1))
    result.unsure_rate = float(np.mean((p_fake >= threshold_low) & (p_fake < threshold_high)))

    missing = "real" if result.real_accuracy is None else "fake" if result.fake_accuracy is None else None
    if missing is not None:
        reason = f"there is no {missing} image"
        result.reasons = dict.fromkeys((f"{missing}_accuracy", *NEEDS_BOTH_CLASSES), reason)
        return result

    assert result.real_accuracy is not None
    assert result.fake_accuracy is not None
    result.balanced_accuracy = (result.real_accuracy + result.fake_accuracy) / 2
    result.roc_auc = float(roc_auc_score(labels, p_fake))
    result.average_precision = float(average_precision_score(labels, p_fake))
    result.tpr_at_fpr_1 = tpr_at_fpr(labels, p_fake, max_fpr=0.01)
    result.tpr_at_fpr_5 = tpr_at_fpr(labels, p_fake, max_fpr=0.05)
    return result


def check_predictions(
    labels: npt.ArrayLike, p_fake: npt.ArrayLike
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Labels as int64 and probabilities as float64, both (n,).

    Raises:
        ValueError: shapes differ, labels are not 0 or 1, or a probability is not in [0, 1].
    """
    label_array = np.asarray(labels)
    p_array = np.asarray(p_fake, dtype=np.float64)
    if label_array.ndim != 1 or label_array.shape != p_array.shape:
        raise ValueError(f"labels {label_array.shape} and p_fake {p_array.shape} must have one shape (n,).")
    if not np.isin(label_array, (0, 1)).all():
        raise ValueError("labels must be 0 (real) or 1 (fake).")
    if not ((p_array >= 0) & (p_array <= 1)).all():
        raise ValueError("p_fake must lie in [0, 1] and be no NaN.")
    return label_array.astype(np.int64), p_array
