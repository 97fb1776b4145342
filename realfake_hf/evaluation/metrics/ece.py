"""Expected calibration error of a real-or-fake detector, as a module for `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import evaluate

from .calibration_error import expected_calibration_error
from .metric_info import metric_info

DESCRIPTION = """\
Binary expected calibration error: predictions (the probability of fake) fall into `n_bins` (15)
equal-width bins of [0, 1]; the absolute difference of mean prediction and share of fakes in a bin,
averaged over the bins by their number of images. 0 is perfect.
"""


class ExpectedCalibrationError(evaluate.Metric):
    """See `DESCRIPTION`."""

    def _info(self) -> evaluate.MetricInfo:
        return metric_info(DESCRIPTION, "n_bins: the number of bins, int, at least 1.")

    def _compute(
        self, predictions: Sequence[float], references: Sequence[int], n_bins: int = 15
    ) -> dict[str, float | None]:
        return {"ece": expected_calibration_error(references, predictions, n_bins=n_bins)}
