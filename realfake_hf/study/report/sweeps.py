"""The robustness curves that a run's evaluations left."""

from __future__ import annotations

import json
from pathlib import Path

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.sweep import SweepPoint, SweepResult
from realfake_hf.records.results import TierResult
from realfake_hf.records.run_folder import EVALUATIONS_FOLDER, RunFolder

ROBUSTNESS_FILE = "robustness.json"


def read_sweeps(folder: RunFolder) -> dict[str, SweepResult]:
    """By split the curves of a run, where it was measured along single degradations.

    Raises:
        RealFakeError: a `robustness.json` that is none.
    """
    files = {split: folder.path / EVALUATIONS_FOLDER / split / ROBUSTNESS_FILE for split in folder.evaluations}
    return {split: _read(file) for split, file in files.items() if file.is_file()}


def _read(file: Path) -> SweepResult:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        points = [SweepPoint(**{**point, "metrics": TierResult(**point["metrics"])}) for point in raw["points"]]
        return SweepResult(raw["dataset"], points)
    except (ValueError, KeyError, TypeError) as error:
        raise RealFakeError(f"{file} holds no robustness curves ({error}): evaluate again with --sweeps.") from error
