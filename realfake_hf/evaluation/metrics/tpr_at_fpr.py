"""True-positive rate at a false-positive rate of a real-or-fake detector, as a module for `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import evaluate

from .metric_info import metric_info
from .operating_point import tpr_at_fpr

DESCRIPTION = """\
The share of fakes found at the best threshold that calls at most 1 % (`tpr_at_fpr_1`) or 5 %
(`tpr_at_fpr_5`) of the reals fake. Exact: one of the thresholds that the sample itself offers, no
interpolation between points of the ROC curve, so the limit is never crossed.
"""


class TprAtFpr(evaluate.Metric):
    """See `DESCRIPTION`."""

    def _info(self) -> evaluate.MetricInfo:
        return metric_info(DESCRIPTION)

    def _compute(self, predictions: Sequence[float], references: Sequence[int]) -> dict[str, float | None]:
        if len(set(references)) < 2:
            return {"tpr_at_fpr_1": None, "tpr_at_fpr_5": None}
        return {
            "tpr_at_fpr_1": tpr_at_fpr(references, predictions, max_fpr=0.01),
            "tpr_at_fpr_5": tpr_at_fpr(references, predictions, max_fpr=0.05),
        }
