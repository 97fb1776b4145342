"""A model's measured figures as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from realfake_hf.detection.pages.card_html import shared_html
from realfake_hf.pages.tables import is_too_wide
from realfake_hf.pages.templates import percent
from realfake_hf.records.results import EvaluationResult, TierResult
from realfake_hf.statistics.calibration import clopper_pearson_interval
from space_app.measured import SPLITS, Measured
from space_app.templates import render

COLUMNS = {
    "balanced_accuracy": "Judged right",
    "real_accuracy": "Photographs right",
    "fake_accuracy": "Fakes right",
    "roc_auc": "ROC AUC",
    "tpr_at_fpr_5": "Fakes found at 5 % false alarms",
    "unsure_rate": "Can't tell",
}
TIERS = {
    "clean": "as the file is",
    "web": "shrunk to 768 px, JPEG 60, as on the web",
    "hard": "shrunk to 512 px, JPEG 40, forwarded again and again",
}
SOURCE_TIER = "clean"


@dataclass(frozen=True)
class _SourceRow:
    """One generator or set of photographs: how many of its images lie on the right side of one half."""

    source: str
    label: str
    n: int
    accuracy: float

    @property
    def right(self) -> int:
        return round(self.accuracy * self.n)

    @property
    def too_few(self) -> bool:
        """As on the pages of `evaluate`."""
        return is_too_wide(clopper_pearson_interval(self.right, self.n))


@dataclass(frozen=True)
class _TierRow:
    """What was measured in one tier: of each of `COLUMNS` the value and its interval."""

    tier: str
    words: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True)
class _Split:
    """One measured split; `sources` by class, the weakest last."""

    name: str
    words: str
    result: EvaluationResult
    rows: list[_TierRow]
    sources: dict[str, list[_SourceRow]]


def measured_html(measured: Measured, model: str, thresholds: tuple[float, float]) -> str:
    """The third tab for one model: first what to expect in plain words, then every figure."""
    record = measured.track_record(thresholds)
    return render(
        "measured.html",
        model=model,
        worth=shared_html("track_record", record, heading=1) if record else "",
        low=thresholds[0],
        high=thresholds[1],
        calibration=measured.calibration,
        calibrated_on=measured.calibrated_on,
        notes=measured.notes,
        columns=COLUMNS,
        splits=[_split(name, result) for name, result in measured.evaluations.items()],
    )


def _cell(metric: str, found: TierResult) -> tuple[str, str]:
    """A metric and its interval in words; "" without one."""
    shown = (lambda value: f"{value:.2f}") if metric == "roc_auc" else percent
    value, interval = found.value(metric), found.ci95.get(metric)
    if value is None:
        return "–", ""  # noqa: RUF001
    return shown(value), f"{shown(interval[0])} to {shown(interval[1])}" if interval else ""


def _split(name: str, result: EvaluationResult) -> _Split:
    rows = [
        _TierRow(tier, TIERS.get(tier, ""), [_cell(metric, found) for metric in COLUMNS])
        for tier, found in result.tiers.items()
    ]
    own = (row for row in result.sources if row.tier == SOURCE_TIER)
    sources = sorted(
        (_SourceRow(row.source or "unknown source", row.label, row.n, row.accuracy) for row in own),
        key=lambda row: (row.too_few, -row.accuracy),
    )
    by_class = {label: [row for row in sources if row.label == label] for label in ("fake", "real")}
    return _Split(name, SPLITS.get(name, ""), result, rows, by_class)
