"""Robustness curves: `robustness.json`."""

from __future__ import annotations

from dataclasses import dataclass, field

from realfake_hf.records.json_record import FolderRecord
from realfake_hf.records.results import TierResult

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
