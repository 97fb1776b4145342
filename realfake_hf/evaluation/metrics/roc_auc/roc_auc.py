"""Area under the ROC curve of a real-or-fake detector, as a module for `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import datasets
import evaluate
from sklearn.metrics import roc_auc_score

DESCRIPTION = """\
Area under the ROC curve of the class fake (1): the probability that a fake scores higher than a
real, ties counting one half. 0.5 is chance.
"""

INPUTS = """
Args:
    predictions: the probability of fake of every image, float in [0, 1]; a hard label 0 or 1 will do.
    references: the truth, int, 0 for real and 1 for fake.

"""


class RocAuc(evaluate.Metric):
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
            return {"roc_auc": None}
        return {"roc_auc": float(roc_auc_score(references, predictions))}
