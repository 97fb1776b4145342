"""Brier score of a real-or-fake detector, as a module for `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import evaluate
from sklearn.metrics import brier_score_loss

from .metric_info import metric_info

DESCRIPTION = """\
Brier score: the mean squared difference between the probability of fake and the truth (0 or 1). 0
is perfect; always answering 0.5 gives 0.25.
"""


class Brier(evaluate.Metric):
    """See `DESCRIPTION`."""

    def _info(self) -> evaluate.MetricInfo:
        return metric_info(DESCRIPTION)

    def _compute(self, predictions: Sequence[float], references: Sequence[int]) -> dict[str, float | None]:
        return {"brier": float(brier_score_loss(references, predictions, pos_label=1))}
