"""What was measured of a model: its calibration and its evaluations, read from the files beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.errors import RealFakeError
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.run_folder import EVALUATIONS_FOLDER
from realfake_hf.storage.portable import portable_text

SPLITS = {
    "unseen": "Generators and cameras that no training image came from: the figures to believe.",
    "fresh": "Newer generators and other cameras, none of them in training.",
    "whole": "Whole pictures, not crops; none of their generators and cameras was in training.",
    "test": "Images kept apart from training.",
    "val": "New images from the same sources as the training images: kinder than life.",
    "val-of-more": "New images from many more of the training sources, a few of each: kinder than life.",
}
"""The splits that have words of their own, the one that counts most first."""


@dataclass(frozen=True)
class Measured:
    """The figures of one model.

    Attributes:
        calibration: None if the model was never calibrated.
        calibrated_on: the data's name.
        evaluations: split -> what was measured there, the one that counts most first.
        notes: sentences about files that could not be read.
        folder: of the model.
    """

    calibration: Calibration | None = None
    calibrated_on: str = ""
    evaluations: dict[str, EvaluationResult] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    folder: Path | None = None

    def track_record(self, thresholds: tuple[float, float]) -> TrackRecord | None:
        """What its cards say of it; None where nothing was counted at these thresholds."""
        return TrackRecord.read(self.folder, thresholds) if self.folder else None

    @classmethod
    def read(cls, folder: Path) -> Measured:
        """Read what lies beside a model, or in the RUN folder around it."""
        notes: list[str] = []
        evaluations = {}
        for parent in (folder, folder.parent) if folder.name == "model" else (folder,):
            for file in sorted((parent / EVALUATIONS_FOLDER).glob("*/results.json")):
                try:
                    evaluations[file.parent.name] = EvaluationResult.read(file)
                except RealFakeError:
                    notes.append(f"The figures of {file.parent.name} are damaged and not shown.")
        order = [*(name for name in SPLITS if name in evaluations), *(n for n in evaluations if n not in SPLITS)]
        calibration = _read_calibration(folder, notes)
        dataset = (portable_text(calibration.dataset) or "unnamed data") if calibration is not None else ""
        return cls(calibration, dataset, {name: evaluations[name] for name in order}, notes, folder)


def _read_calibration(folder: Path, notes: list[str]) -> Calibration | None:
    try:
        return Calibration.read(folder)
    except RealFakeError:
        notes.append("The calibration is damaged and not shown.")
        return None
