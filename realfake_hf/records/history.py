"""What every epoch of a run reached: `history.json`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from realfake_hf.records.json_record import JsonRecord

HISTORY_FILE = "history.json"


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
            _FILE.write(self.records, self.path)

    def load(self) -> None:
        """Read the records of an interrupted run, if it left any."""
        self.records = _FILE.read_if_there(self.path) or []

    def kept(self, *, best: bool) -> EpochRecord:
        """The epoch whose weights are kept: that of the lowest validation loss, or the last."""
        return min(self.records, key=lambda record: record.val_loss) if best else self.records[-1]


def read_history(run: Path) -> list[EpochRecord]:
    """The epochs of a RUN folder; none where it kept no history.

    Raises:
        RealFakeError: the file is damaged.
    """
    return _FILE.read_if_there(run / HISTORY_FILE) or []


_FILE: JsonRecord[list[EpochRecord]] = JsonRecord(list[EpochRecord], "the history of a run", "train again")
