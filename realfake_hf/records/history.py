"""What every epoch of a run reached: `history.json`."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from realfake_hf.storage.files import write_json


@dataclass(frozen=True)
class EpochRecord:
    """One epoch.

    Attributes:
        epoch: from 1.
        train_loss, train_accuracy: mean over the epoch's own batches, augmented, in training mode.
        val_loss, val_accuracy: on the validation split after the epoch; accuracy at p_fake 0.5.
        seconds: of training, without validation.
        images_per_second: trained on.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    images_per_second: float


class History:
    """The records of a run, on disk after every epoch."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records: list[EpochRecord] = []

    def append(self, record: EpochRecord, *, write: bool = True) -> None:
        """Add an epoch; a record of the same epoch (from before an interruption) is replaced."""
        self.records = [known for known in self.records if known.epoch < record.epoch] + [record]
        if write:
            write_json(self.path, [dataclasses.asdict(known) for known in self.records])

    def load(self) -> None:
        """Read the records of an interrupted run, if it left any."""
        if self.path.is_file():
            self.records = [EpochRecord(**fields) for fields in json.loads(self.path.read_text(encoding="utf-8"))]
