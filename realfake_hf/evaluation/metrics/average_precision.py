"""Average precision of a real-or-fake detector, as a module for `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import evaluate
from sklearn.metrics import average_precision_score

from .metric_info import metric_info

DESCRIPTION = """\
Average precision: the area under the precision-recall curve of the class fake (1), as a step sum
without interpolation (scikit-learn's `average_precision_score`). 1.0 is perfect; the share of fakes
is what chance reaches.
"""


class AveragePrecision(evaluate.Metric):
    """See `DESCRIPTION`."""

    def _info(self) -> evaluate.MetricInfo:
        return metric_info(DESCRIPTION)

    def _compute(self, predictions: Sequence[float], references: Sequence[int]) -> dict[str, float | None]:
        if len(set(references)) < 2:
            return {"average_precision": None}
        return {"average_precision": float(average_precision_score(references, predictions))}
