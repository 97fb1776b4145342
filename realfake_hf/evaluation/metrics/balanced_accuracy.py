"""Balanced accuracy of a real-or-fake detector, as a module for `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import evaluate
import numpy as np
from sklearn.metrics import balanced_accuracy_score

from .metric_info import metric_info

DESCRIPTION = """\
Balanced accuracy: the mean of the share of reals called real and the share of fakes called fake,
where fake means a prediction at or above `threshold` (0.5). Chance is 0.5 whatever the mixture of
the classes.
"""


class BalancedAccuracy(evaluate.Metric):
    """See `DESCRIPTION`."""

    def _info(self) -> evaluate.MetricInfo:
        return metric_info(DESCRIPTION, "threshold: predictions at or above it count as fake, float in [0, 1].")

    def _compute(
        self, predictions: Sequence[float], references: Sequence[int], threshold: float = 0.5
    ) -> dict[str, float | None]:
        if len(set(references)) < 2:
            return {"balanced_accuracy": None}
        called_fake = np.asarray(predictions) >= threshold
        return {"balanced_accuracy": float(balanced_accuracy_score(references, called_fake))}
