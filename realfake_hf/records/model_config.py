"""What a model's `config.json` says of its answers; its network is described by Transformers' fields."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from realfake_hf.records.calibration import Calibration
from realfake_hf.records.json_record import FolderRecord
from realfake_hf.storage.files import read_json_object, write_json

CONFIG_FILE = "config.json"
CALIBRATED = ("temperature", "threshold_low", "threshold_high")
"""What a calibration sets."""


@dataclass(frozen=True)
class ModelConfig(FolderRecord, file=CONFIG_FILE, what="a model's configuration", remedy="save the model again"):
    """The fields of `RealFakeConfig`, with what holds for models of other kinds.

    Attributes:
        model_type: as Transformers names it.
        temperature: divisor of the raw logits.
        threshold_low, threshold_high: p_fake below the first means real, at or above the second fake.
        training_range: what the training images were like, see `RealFakeConfig`; None where nothing is told.
    """

    model_type: str = ""
    temperature: float = 1.0
    threshold_low: float = 0.5
    threshold_high: float = 0.5
    training_range: dict[str, tuple[float, float]] | None = None

    @property
    def is_ours(self) -> bool:
        """Whether it is one of our networks."""
        return self.model_type.startswith("realfake")

    def has(self, calibration: Calibration) -> bool:
        """Whether the model answers as calibrated."""
        return all(getattr(self, name) == getattr(calibration, name) for name in CALIBRATED)


def set_calibration(folder: Path, calibration: Calibration) -> None:
    """Write temperature and thresholds into a model's `config.json`; all else in it stays."""
    file = folder / CONFIG_FILE
    write_json(file, read_json_object(file) | {name: getattr(calibration, name) for name in CALIBRATED})
