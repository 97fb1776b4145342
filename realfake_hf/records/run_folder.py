"""A RUN folder, read: what `train` left, and what was measured of its model since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from realfake_hf.errors import RealFakeError
from realfake_hf.records.audit import AuditResult, audit_beside
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.cost import ModelCost
from realfake_hf.records.history import EpochRecord, read_history
from realfake_hf.records.results import EvaluationResult
from realfake_hf.records.run import RunRecord

EVALUATIONS_FOLDER = "evaluations"
"""Below it one folder per measured split, as `realfake evaluate` writes it."""

HEADLINE_SPLITS = ("test", "unseen", "val")
"""The split whose figures count first, the best one first: `val` had a say in the training."""


@dataclass(frozen=True)
class RunFolder:
    """A finished run.

    Attributes:
        path: of the folder.
        record: `run.json`.
        history: one record per epoch.
        calibration: of the model, if it was calibrated.
        evaluations: split -> what was measured there.
        audit: of the data; None where there was none.
        cost: None where it was not measured.
    """

    path: Path
    record: RunRecord
    history: list[EpochRecord]
    calibration: Calibration | None = None
    evaluations: dict[str, EvaluationResult] = field(default_factory=dict)
    audit: AuditResult | None = None
    cost: ModelCost | None = None

    @property
    def name(self) -> str:
        """Of the recipe."""
        return self.record.recipe_name

    @property
    def notes(self) -> list[str]:
        """What must be said wherever the run's figures are shown (`from random weights`, `quick`, ...)."""
        return self.record.notes

    @property
    def model(self) -> Path:
        """The model's folder."""
        return self.path / "model"

    @property
    def training_seconds(self) -> float:
        """Training time of all epochs, without validation."""
        return sum(record.seconds for record in self.history)

    @property
    def headline(self) -> str | None:
        """The measured split that counts first, see `headline_split`."""
        return headline_split(self.evaluations)

    @classmethod
    def read(cls, path: str | Path) -> RunFolder:
        """Read a RUN folder.

        Raises:
            RealFakeError: it is none, is not finished, or a file of it is damaged.
        """
        run = Path(path).expanduser()
        record = RunRecord.read(run)
        if record is None:
            raise RealFakeError(f"{run} is no RUN folder (no run.json): give a folder that `realfake train` wrote.")
        if record.result is None or not (run / "model" / "config.json").is_file():
            raise RealFakeError(f"{run} is not finished: resume it first.")
        return cls(
            path=run,
            record=record,
            history=read_history(run),
            calibration=Calibration.read(run / "model"),
            evaluations=read_evaluations(run),
            audit=audit_beside(run),
            cost=ModelCost.read(run),
        )


def read_evaluations(run: Path) -> dict[str, EvaluationResult]:
    """What was measured of a run, by split.

    Raises:
        RealFakeError: a damaged file.
    """
    files = sorted((run / EVALUATIONS_FOLDER).glob("*/results.json"))
    return {file.parent.name: EvaluationResult.read(file) for file in files}


def headline_split(splits: Iterable[str]) -> str | None:
    """Of some splits the one whose figures count first: `test`, else `unseen`, else `val`, else the first."""
    there = list(splits)
    return next((split for split in (*HEADLINE_SPLITS, *there) if split in there), None)
