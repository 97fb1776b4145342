"""Robustness curves: `robustness.json`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import pyarrow as pa

from realfake_hf.records.json_record import FolderRecord
from realfake_hf.records.results import METRIC_NAMES, TierResult
from realfake_hf.storage.files import json_text

ROBUSTNESS_FILE = "robustness.json"


@dataclass
class SweepPoint:
    """One model at one strength of one degradation.

    Attributes:
        model: its name.
        sweep, parameter, value: the degradation, what its value means (with the unit), and the value.
        n_real, n_fake: images judged.
        metrics: as in a tier; `unsure_rate` at thresholds of 0.5 is 0.
    """

    model: str
    sweep: str
    parameter: str
    value: float
    n_real: int
    n_fake: int
    metrics: TierResult


@dataclass
class SweepResult(
    FolderRecord, file=ROBUSTNESS_FILE, what="a set of robustness curves", remedy="evaluate with sweeps again"
):
    """All points of all models: the typed form of `robustness.json`."""

    dataset: str
    points: list[SweepPoint] = field(default_factory=list)

    def curve(self, model: str, sweep: str) -> list[SweepPoint]:
        """The points of one curve, from mild to strong."""
        return [point for point in self.points if (point.model, point.sweep) == (model, sweep)]

    def models(self) -> list[str]:
        """The models in the order of the points."""
        return list(dict.fromkeys(point.model for point in self.points))

    def sweeps(self) -> list[str]:
        """The sweeps in the order of the points."""
        return list(dict.fromkeys(point.sweep for point in self.points))

    def table(self) -> pa.Table:
        """One row per point: model, sweep, value, counts, every metric with `_low` and `_high`."""
        rows = []
        for point in self.points:
            row: dict[str, str | float | int | None] = {
                key: value for key, value in asdict(point).items() if key not in ("metrics", "parameter")
            }
            for name in METRIC_NAMES:
                low, high = point.metrics.ci95.get(name, (None, None))
                row |= {name: point.metrics.value(name), f"{name}_low": low, f"{name}_high": high}
            rows.append(row)
        return pa.Table.from_pylist(rows)

    def to_json(self) -> str:
        """The text of `robustness.json`."""
        return json_text(asdict(self))
