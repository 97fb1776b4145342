"""Real accuracy and fake accuracy of a real-or-fake detector, as a module for `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import evaluate

from .class_accuracies import real_fake_accuracy
from .metric_info import metric_info

DESCRIPTION = """\
The accuracy of either class apart: `real_accuracy` is the share of reals called real,
`fake_accuracy` the share of fakes called fake, where fake means a prediction at or above
`threshold` (0.5). A class that is missing gives null.
"""


class RealFakeAccuracy(evaluate.Metric):
    """See `DESCRIPTION`."""

    def _info(self) -> evaluate.MetricInfo:
        return metric_info(DESCRIPTION, "threshold: predictions at or above it count as fake, float in [0, 1].")

    def _compute(
        self, predictions: Sequence[float], references: Sequence[int], threshold: float = 0.5
    ) -> dict[str, float | None]:
        real, fake = real_fake_accuracy(references, predictions, threshold=threshold)
        return {"real_accuracy": real, "fake_accuracy": fake}
