"""A RUN folder, read: what `train` left, and what was measured of its model since."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from realfake_hf.errors import RealFakeError
from realfake_hf.records.audit import AUDIT_FILE, AuditResult, read_audit
from realfake_hf.records.history import EpochRecord, History
from realfake_hf.records.results import EvaluationResult
from realfake_hf.storage.files import write_json

COST_FILE = "cost.json"
EVALUATIONS_FOLDER = "evaluations"
"""Below it one folder per measured split, as `realfake evaluate` writes it."""

HEADLINE_SPLITS = ("test", "unseen", "val")
"""The split whose figures count first, the best one first: `val` had a say in the training."""


@dataclass(frozen=True)
class ModelCost:
    """What a model costs to run: `cost.json`.

    Attributes:
        parameters, trainable_parameters: numbers; trainable ones are those that the run changed.
        macs: multiply-adds of one input.
        input: of the network, (channels, height, width).
        inputs_per_image: crops that a verdict takes; their logits are averaged.
        layers: type of layer -> how many, those with children not counted.
        head: the layers of the classifier in order, in words.
        milliseconds: median wall time of one image, all its inputs, through the network alone; None where it was not
            measured.
        threads: torch threads of that measurement.
        hardware: what it was measured on.
    """

    parameters: int
    trainable_parameters: int
    macs: int
    input: tuple[int, int, int]
    layers: dict[str, int]
    head: list[str]
    milliseconds: float | None = None
    threads: int | None = None
    hardware: str = ""
    inputs_per_image: int = 1

    @property
    def total_layers(self) -> int:
        """How many layers there are."""
        return sum(self.layers.values())

    @classmethod
    def read(cls, run: Path) -> ModelCost | None:
        """The `cost.json` of a RUN folder; None where there is none.

        Raises:
            RealFakeError: it is damaged.
        """
        file = run / COST_FILE
        if not file.is_file():
            return None
        values = _read_object(file)
        try:
            return cls(**{**values, "input": tuple(values["input"])})
        except (TypeError, KeyError) as error:
            raise RealFakeError(f"{file} is damaged ({error}): remove it, and measure again.") from error

    def write(self, run: Path) -> None:
        """Write `cost.json` into a RUN folder."""
        write_json(run / COST_FILE, dataclasses.asdict(self))


@dataclass(frozen=True)
class RunFolder:
    """A finished run.

    Attributes:
        path: of the folder.
        name: of the recipe.
        settings: `run.json`: recipe, arguments, seed, data, fingerprint, versions, hardware, result.
        history: one record per epoch.
        notes: what must be said wherever the run's figures are shown (`from random weights`, `quick`, ...).
        calibration: `calibration.json` of the model, if it was calibrated.
        evaluations: split -> what was measured there.
        audit: of the data; None where there was none.
        cost: None where it was not measured.
    """

    path: Path
    name: str
    settings: dict[str, Any]
    history: list[EpochRecord]
    notes: list[str] = field(default_factory=list)
    calibration: dict[str, Any] | None = None
    evaluations: dict[str, EvaluationResult] = field(default_factory=dict)
    audit: AuditResult | None = None
    cost: ModelCost | None = None

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
        if not (run / "run.json").is_file():
            raise RealFakeError(f"{run} is no RUN folder (no run.json): give a folder that `realfake train` wrote.")
        settings = _read_object(run / "run.json")
        if "result" not in settings or not (run / "model" / "config.json").is_file():
            raise RealFakeError(f"{run} is not finished: go on with `realfake train --resume` first.")
        calibration = run / "model" / "calibration.json"
        try:
            history = History(run / "history.json")
            history.load()
            name = str(settings["recipe"]["name"])
        except (TypeError, KeyError, ValueError) as error:
            raise RealFakeError(f"{run} is damaged ({' '.join(str(error).split())}): train it again.") from error
        return cls(
            path=run,
            name=name,
            settings=settings,
            history=history.records,
            notes=[str(note) for note in settings.get("notes", [])],
            calibration=_read_object(calibration) if calibration.is_file() else None,
            evaluations={
                file.parent.name: EvaluationResult.read(file)
                for file in sorted((run / EVALUATIONS_FOLDER).glob("*/results.json"))
            },
            audit=read_audit(run / AUDIT_FILE) if (run / AUDIT_FILE).is_file() else None,
            cost=ModelCost.read(run),
        )


def headline_split(splits: Iterable[str]) -> str | None:
    """Of some splits the one whose figures count first: `test`, else `unseen`, else `val`, else the first."""
    there = list(splits)
    return next((split for split in (*HEADLINE_SPLITS, *there) if split in there), None)


def _read_object(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise RealFakeError(f"{file} cannot be read: run the command that wrote it again.")
    return found
