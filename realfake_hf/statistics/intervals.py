"""An area under the ROC curve with an interval that neither groups nor few images make too narrow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realfake_hf.statistics.bootstrap import ranked_metrics, resample_counts
from realfake_hf.statistics.calibration import clopper_pearson_interval

Floats = npt.NDArray[np.float64]

N_RESAMPLES = 500
ELEMENTS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Auc:
    """An area under the ROC curve and its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def ci95(self) -> list[float]:
        """The interval as `audit.json` has it."""
        return [self.low, self.high]


NOTHING_TO_SEE = Auc(0.5, 0.5, 0.5)
"""Of a classifier whose input is the same for all images."""


def grouped_auc(labels: npt.NDArray[np.int64], scores: Floats, groups: npt.NDArray[np.int64], *, seed: int) -> Auc:
    """The area and its 95 % interval: the wider, on each side, of two.

    - The percentiles of a bootstrap that draws groups of near-duplicates, not images, anew (reals, fakes and groups
      with both apart).
    - Clopper and Pearson's for a rate equal to the area in as many trials as the smaller class has groups: the
      variance of an area is at most A (1 - A) / min(m, n) (van Dantzig 1951), and where all images are ranked right
      a bootstrap would say that there is no doubt, even of six.

    Args:
        labels: int {0, 1}, (n,), both present.
        scores: float in [0, 1], (n,).
        groups: (n,), any numbers.
        seed: of the bootstrap.
    """
    _, groups = np.unique(groups, return_inverse=True)
    has_fake = np.bincount(groups, labels) > 0
    has_real = np.bincount(groups, 1 - labels) > 0
    point = float(_areas(labels, scores, np.ones((1, len(labels))))[0])
    strata = has_real + 2 * has_fake
    rng = np.random.default_rng(seed)
    rows = max(1, ELEMENTS_AT_ONCE // len(labels))
    areas = []
    for start in range(0, N_RESAMPLES, rows):
        n = min(rows, N_RESAMPLES - start)
        counts = np.zeros((n, len(has_fake)))
        for stratum in np.unique(strata):
            members = np.flatnonzero(strata == stratum)
            counts[:, members] = resample_counts(np.zeros(len(members), np.int64), n, rng)
        areas.append(_areas(labels, scores, counts[:, groups]))
    low, high = np.nanpercentile(np.concatenate(areas), (2.5, 97.5))
    trials = int(min(has_fake.sum(), has_real.sum()))
    exact_low, exact_high = clopper_pearson_interval(round(point * trials), trials)
    return Auc(point, min(float(low), exact_low, point), max(float(high), exact_high, point))


def _areas(labels: npt.NDArray[np.int64], scores: Floats, counts: Floats) -> Floats:
    """The area for each row of counts (resamples, n)."""
    areas = ranked_metrics(labels == 1, scores, counts)["roc_auc"]
    # It takes the classes' sizes for fixed; where groups differ in size, they are not.
    drawn = (counts @ labels) * (counts @ (1 - labels))
    with np.errstate(invalid="ignore", divide="ignore"):
        rescaled: Floats = areas * (labels.sum() * (1 - labels).sum()) / drawn
    return rescaled
