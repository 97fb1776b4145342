"""How a model did on what it never met, read from the evaluations that lie beside its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from realfake_hf.errors import RealFakeError
from realfake_hf.records.outcomes import ClassOutcomes, Outcomes
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.run_folder import EVALUATIONS_FOLDER

SPLITS = ("unseen", "fresh", "whole")
"""Generators and cameras that no training image came from: crops, and whole pictures."""
TIER = "clean"


@dataclass(frozen=True)
class TrackRecord:
    """Verdicts on images from generators and cameras that the model never met, at its own thresholds.

    Attributes:
        outcomes: of all `splits` together, the files as they are.
        splits: those that were measured.
    """

    outcomes: Outcomes
    splits: tuple[str, ...]

    @property
    def of_fakes(self) -> Mapping[str, int]:
        """Of 100 AI images, how many are called `fake`, `unsure` and `real`."""
        return self.outcomes.fakes.per_hundred()

    @property
    def of_photographs(self) -> Mapping[str, int]:
        """Of 100 photographs, likewise."""
        return self.outcomes.photographs.per_hundred()

    @property
    def sentence(self) -> str:
        """The figures as one sentence."""
        fakes, photographs = self.of_fakes, self.of_photographs
        return (
            f"Of 100 AI images from generators it never met, it catches {fakes['fake']}, misses {fakes['real']} and "
            f"can't tell {fakes['unsure']}; of 100 photographs, it calls {photographs['fake']} fake."
        )

    @classmethod
    def read(cls, model: Path, thresholds: tuple[float, float] | None = None) -> TrackRecord | None:
        """What lies beside a model, or in the RUN folder around it; None where nothing fits or was counted.

        Args:
            model: its folder.
            thresholds: the model's; figures at others, of an earlier calibration, are left out.
        """
        found: dict[str, Outcomes] = {}
        for folder in (model, model.parent) if model.name == "model" else (model,):
            for split in SPLITS:
                outcomes = _outcomes(folder / EVALUATIONS_FOLDER / split / "results.json", thresholds)
                if outcomes is not None:
                    found.setdefault(split, outcomes)
        if not found:
            return None
        photographs = _sum([each.photographs for each in found.values()])
        fakes = _sum([each.fakes for each in found.values()])
        if not (photographs.total and fakes.total):
            return None
        return cls(Outcomes(photographs, fakes), tuple(found))


def _outcomes(file: Path, thresholds: tuple[float, float] | None) -> Outcomes | None:
    if not file.is_file():
        return None
    try:
        result = EvaluationResult.read(file)
    except RealFakeError:  # damaged figures are no figures
        return None
    if thresholds is not None and not np.allclose((result.threshold_low, result.threshold_high), thresholds):
        return None
    tier = result.tiers.get(TIER)
    return tier.outcomes if tier is not None else None


def _sum(parts: list[ClassOutcomes]) -> ClassOutcomes:
    return ClassOutcomes(
        sum(part.real for part in parts), sum(part.unsure for part in parts), sum(part.fake for part in parts)
    )
