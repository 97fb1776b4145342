"""What an evaluation found: the typed form of `results.json`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from realfake_hf.errors import RealFakeError
from realfake_hf.storage.files import json_text, write_text

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
    errors: list[ImageError] = field(default_factory=list)
    seed: int = 0

    def to_json(self) -> str:
        """The text of `results.json`."""
        return json_text(asdict(self))

    @classmethod
    def from_json(cls, text: str, origin: str = "results.json") -> EvaluationResult:
        """Read the text of a `results.json`; keys that are not known are refused.

        Raises:
            RealFakeError: it is not one, in one sentence that begins with `origin`.
        """
        try:
            raw = json.loads(text)
        except json.JSONDecodeError as error:
            raise RealFakeError(f"{origin} is not JSON ({error}): write it again with `realfake evaluate`.") from error
        if not isinstance(raw, dict):
            raise RealFakeError(f"{origin} does not hold one JSON object: write it again with `realfake evaluate`.")
        try:
            result = cls(**raw)
            result.tiers = {
                name: TierResult(**{**tier, "ci95": {k: (low, high) for k, (low, high) in tier["ci95"].items()}})
                for name, tier in raw["tiers"].items()
            }
            result.sources = [SourceResult(**row) for row in raw["sources"]]
            result.errors = [ImageError(**row) for row in raw.get("errors", [])]
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise RealFakeError(
                f"{origin} does not hold an evaluation ({error}): write it again with `realfake evaluate`."
            ) from error
        _check(result, origin)
        return result

    def write(self, path: Path) -> None:
        """Write `results.json` in one step: a reader never sees half a file."""
        write_text(path, self.to_json())

    @classmethod
    def read(cls, path: Path) -> EvaluationResult:
        """Read a `results.json`.

        Raises:
            RealFakeError: the file is missing or not a result.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RealFakeError(f"{path} cannot be read ({error}): give the results.json of an evaluation.") from error
        return cls.from_json(text, origin=str(path))


def _check(result: EvaluationResult, origin: str) -> None:
    """Types and ranges that a hand-edited file could break."""
    complaints = _type_complaints(asdict(result), {f.name: f.type for f in fields(EvaluationResult)})
    for name, tier in result.tiers.items():
        for metric, value in tier.values().items():
            if value is not None and not _in_unit_range(value):
                complaints.append(f"tiers.{name}.{metric} is {value!r}, not a number from 0 to 1 or null")
        for metric, bounds in tier.ci95.items():
            if not all(_in_unit_range(bound) for bound in bounds) or bounds[0] > bounds[1]:
                complaints.append(f"tiers.{name}.ci95.{metric} is {list(bounds)!r}, not an interval within 0 to 1")
    if complaints:
        raise RealFakeError(f"{origin} does not hold an evaluation: {complaints[0]}.")


def _type_complaints(values: Mapping[str, Any], types: Mapping[str, Any]) -> list[str]:
    """The plain fields whose JSON type is wrong."""
    plain: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float)}
    return [
        f"{name} is {values[name]!r}, not {wanted}"
        for name, wanted in types.items()
        if wanted in plain and (not isinstance(values[name], plain[wanted]) or isinstance(values[name], bool))
    ]


def _in_unit_range(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value <= 1
