"""Brier score of a real-or-fake detector, as a module for `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import datasets
import evaluate
from sklearn.metrics import brier_score_loss

DESCRIPTION = """\
Brier score: the mean squared difference between the probability of fake and the truth (0 or 1). 0
is perfect; always answering 0.5 gives 0.25.
"""

INPUTS = """
Args:
    predictions: the probability of fake of every image, float in [0, 1]; a hard label 0 or 1 will do.
    references: the truth, int, 0 for real and 1 for fake.

"""


class Brier(evaluate.Metric):
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
        return {"brier": float(brier_score_loss(references, predictions, pos_label=1))}
