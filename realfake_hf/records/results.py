"""What an evaluation found: the typed form of `results.json`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from realfake_hf.errors import RealFakeError
from realfake_hf.records.json_record import JsonRecord
from realfake_hf.records.outcomes import Outcomes
from realfake_hf.statistics.calibration import clopper_pearson_interval

METRIC_NAMES = (
    "balanced_accuracy",
    "real_accuracy",
    "fake_accuracy",
    "roc_auc",
    "average_precision",
    "tpr_at_fpr_1",
    "tpr_at_fpr_5",
    "ece",
    "brier",
    "unsure_rate",
)


@dataclass
class TierResult:
    """The metrics of one tier, each a float in [0, 1] or None with its reason in `reasons`.

    Attributes:
        balanced_accuracy, real_accuracy, fake_accuracy: taken at p_fake 0.5.
        roc_auc, average_precision: of the class fake.
        tpr_at_fpr_1, tpr_at_fpr_5: share of fakes found at a false-positive rate of at most 1 % and 5 %.
        ece, brier: calibration of p_fake, smaller is better.
        unsure_rate: share of images whose p_fake lies in [threshold_low, threshold_high).
        ci95: metric name -> 95 % interval (low, high).
        reasons: metric name -> why it is None.
        outcomes: the verdicts counted by class; None in results of earlier versions.
    """

    balanced_accuracy: float | None = None
    real_accuracy: float | None = None
    fake_accuracy: float | None = None
    roc_auc: float | None = None
    average_precision: float | None = None
    tpr_at_fpr_1: float | None = None
    tpr_at_fpr_5: float | None = None
    ece: float | None = None
    brier: float | None = None
    unsure_rate: float | None = None
    ci95: dict[str, tuple[float, float]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    outcomes: Outcomes | None = None

    def value(self, metric: str) -> float | None:
        """One metric by its name in `METRIC_NAMES`."""
        if metric not in METRIC_NAMES:
            raise ValueError(f"There is no metric '{metric}'; known are {', '.join(METRIC_NAMES)}.")
        value: float | None = getattr(self, metric)
        return value

    def values(self) -> dict[str, float | None]:
        """Every metric by name, in the order of `METRIC_NAMES`."""
        return {name: self.value(name) for name in METRIC_NAMES}


@dataclass
class SourceResult:
    """One generator or camera set in one tier; `accuracy` is taken at p_fake 0.5."""

    tier: str
    label: str
    source: str
    n: int
    accuracy: float
    mean_p_fake: float

    @property
    def right(self) -> int:
        """How many of its images were judged right."""
        return round(self.accuracy * self.n)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the accuracy, Clopper and Pearson's."""
        return clopper_pearson_interval(self.right, self.n)


@dataclass
class ContentResult:
    """One kind of picture (photo, painting, ...) in one tier; what a missing class leaves undefined is None.

    Attributes:
        tier, content: which.
        n_real, n_fake: images that were judged.
        real_accuracy, fake_accuracy, balanced_accuracy: taken at p_fake 0.5, each in [0, 1].
        ci95: 95 % interval (low, high) of the balanced accuracy.
    """

    tier: str
    content: str
    n_real: int
    n_fake: int
    real_accuracy: float | None = None
    fake_accuracy: float | None = None
    balanced_accuracy: float | None = None
    ci95: tuple[float, float] | None = None


@dataclass
class ImageError:
    """One image that could not be judged: its row in the data set, its path where known, why."""

    index: int
    path: str
    error: str


@dataclass
class EvaluationResult:
    """One model on one data set.

    Attributes:
        model: folder or Hub id.
        dataset: folder, file or Hub id.
        n_real, n_fake: images that were judged.
        threshold_low, threshold_high: the model's own, for `unsure_rate`.
        tiers: tier name -> metrics.
        sources: one row per tier, label and source.
        contents: one row per tier and kind of picture, where the data have a column `content`.
        errors: images that could not be read or judged; they count nowhere else.
        seed: of the bootstrap.
    """

    model: str
    dataset: str
    n_real: int
    n_fake: int
    threshold_low: float
    threshold_high: float
    tiers: dict[str, TierResult] = field(default_factory=dict)
    sources: list[SourceResult] = field(default_factory=list)
    contents: list[ContentResult] = field(default_factory=list)
    errors: list[ImageError] = field(default_factory=list)
    seed: int = 0

    def write(self, path: Path) -> None:
        """Write `results.json` in one step: a reader never sees half a file."""
        _FILE.write(self, path)

    @classmethod
    def read(cls, path: Path) -> EvaluationResult:
        """Read a `results.json`.

        Raises:
            RealFakeError: the file is missing or not a result.
        """
        result = _FILE.read(path)
        _check(result, str(path))
        return result


_FILE: JsonRecord[EvaluationResult] = JsonRecord(
    EvaluationResult, "an evaluation", "write it again with `realfake evaluate`"
)


def _check(result: EvaluationResult, origin: str) -> None:
    """Ranges that a hand-edited file could break."""
    complaints = []
    for name, tier in result.tiers.items():
        if not tier.reasons and all(value is None for value in tier.values().values()):
            complaints.append(f"tiers.{name} has neither a metric nor a reason why not")
        for metric, value in tier.values().items():
            if value is not None and not _in_unit_range(value):
                complaints.append(f"tiers.{name}.{metric} is {value!r}, not a number from 0 to 1 or null")
        for metric, bounds in tier.ci95.items():
            if not all(_in_unit_range(bound) for bound in bounds) or bounds[0] > bounds[1]:
                complaints.append(f"tiers.{name}.ci95.{metric} is {list(bounds)!r}, not an interval within 0 to 1")
    if complaints:
        raise RealFakeError(f"{origin} is damaged, or not an evaluation ({complaints[0]}): {_FILE.remedy}.")


def _in_unit_range(value: float) -> bool:
    return math.isfinite(value) and 0 <= value <= 1
