"""Average precision of a real-or-fake detector, as a module for `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import datasets
import evaluate
from sklearn.metrics import average_precision_score

DESCRIPTION = """\
Average precision: the area under the precision-recall curve of the class fake (1), as a step sum
without interpolation (scikit-learn's `average_precision_score`). 1.0 is perfect; the share of fakes
is what chance reaches.
"""

INPUTS = """
Args:
    predictions: the probability of fake of every image, float in [0, 1]; a hard label 0 or 1 will do.
    references: the truth, int, 0 for real and 1 for fake.

"""


class AveragePrecision(evaluate.Metric):
    """See `DESCRIPTION`."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=DESCRIPTION,
            citation="",
            inputs_description=INPUTS,
            features=datasets.Features(
                {"predictions": datasets.Value("float64"), "references": datasets.Value("int64")}
            ),
        )

    def _compute(self, predictions: Sequence[float], references: Sequence[int]) -> dict[str, float | None]:
        if len(set(references)) < 2:
            return {"average_precision": None}
        return {"average_precision": float(average_precision_score(references, predictions))}
