"""A model's measured figures as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from realfake_hf.detection.pages.card_html import shared_html
from realfake_hf.pages.tables import is_too_wide
from realfake_hf.pages.templates import percent
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.results import EvaluationResult, SourceResult, TierResult
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
class _Split:
    """One measured split: of each tier the values and intervals of `COLUMNS`; `sources` by class, the weakest last."""

    name: str
    words: str
    result: EvaluationResult
    tiers: dict[str, list[tuple[str, str]]]
    sources: dict[str, list[SourceResult]]


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
        rates=_rates(measured.calibration) if measured.calibration else [],
        calibrated_on=measured.calibrated_on,
        notes=measured.notes,
        columns=COLUMNS,
        tiers=TIERS,
        too_few=_too_few,
        splits=[_split(name, result) for name, result in measured.evaluations.items()],
    )


def _rates(found: Calibration) -> list[tuple[float | None, float | None, float | None, str, str]]:
    """Of each wrong answer: how often it was given, the limit, its upper bound, to which images, and the answer."""
    return [
        (found.fpr, found.fpr_guarantee, found.fpr_upper95, "photographs", "fake"),
        (found.fnr, found.fnr_guarantee, found.fnr_upper95, "fakes", "real"),
    ]


def _cell(metric: str, found: TierResult) -> tuple[str, str]:
    """A metric and its interval in words; "" without one."""
    shown = (lambda value: f"{value:.2f}") if metric == "roc_auc" else percent
    value, interval = found.value(metric), found.ci95.get(metric)
    if value is None:
        return "–", ""  # noqa: RUF001
    return shown(value), f"{shown(interval[0])} to {shown(interval[1])}" if interval else ""


def _split(name: str, result: EvaluationResult) -> _Split:
    tiers = {tier: [_cell(metric, found) for metric in COLUMNS] for tier, found in result.tiers.items()}
    own = (row for row in result.sources if row.tier == SOURCE_TIER)
    sources = sorted(own, key=lambda row: (_too_few(row), -row.accuracy))
    by_class = {label: [row for row in sources if row.label == label] for label in ("fake", "real")}
    return _Split(name, SPLITS.get(name, ""), result, tiers, by_class)


def _too_few(row: SourceResult) -> bool:
    """As on the pages of `evaluate`."""
    return is_too_wide(row.interval)
