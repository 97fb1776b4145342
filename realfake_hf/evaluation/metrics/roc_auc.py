"""Area under the ROC curve of a real-or-fake detector, as a module for `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import evaluate
from sklearn.metrics import roc_auc_score

from .metric_info import metric_info

DESCRIPTION = """\
Area under the ROC curve of the class fake (1): the probability that a fake scores higher than a
real, ties counting one half. 0.5 is chance.
"""


class RocAuc(evaluate.Metric):
    """See `DESCRIPTION`."""

    def _info(self) -> evaluate.MetricInfo:
        return metric_info(DESCRIPTION)

    def _compute(self, predictions: Sequence[float], references: Sequence[int]) -> dict[str, float | None]:
        if len(set(references)) < 2:
            return {"roc_auc": None}
        return {"roc_auc": float(roc_auc_score(references, predictions))}
