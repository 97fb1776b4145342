"""Metrics of a real-or-fake detector as `evaluate.Metric` modules: load them by path, offline.

What is here needs nothing else of this package, only numpy, scikit-learn, `evaluate` and `datasets`, because on the
Hub a metric becomes a Space, together with the files that it imports from here. Where scikit-learn lacks a definition,
it stands in a plain function (`calibration_error.py`, `operating_point.py`, ...), and
`realfake_hf.evaluation.tier_metrics` calls that same function: one definition, two doors.

All metrics take `predictions` (float, the probability of fake in [0, 1]; a hard label 0 or 1 is the
special case) and `references` (int, 0 real, 1 fake), so they combine.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluate import Metric

METRICS = (
    "average_precision",
    "balanced_accuracy",
    "brier",
    "ece",
    "real_fake_accuracy",
    "roc_auc",
    "tpr_at_fpr",
)

__all__ = ["METRICS", "load_metric", "metric_path"]


def metric_path(name: str) -> Path:
    """The file of one metric, for `evaluate.load(str(path))`.

    Raises:
        ValueError: there is no such metric.
    """
    if name not in METRICS:
        raise ValueError(f"There is no metric '{name}'; known are {', '.join(METRICS)}.")
    return Path(__file__).parent / f"{name}.py"


def load_metric(name: str) -> Metric:
    """Load one metric, without a network."""
    import evaluate

    return evaluate.load(str(metric_path(name)))
