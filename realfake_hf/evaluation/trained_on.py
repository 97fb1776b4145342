"""Whether a model is about to be calibrated on the images that it was trained on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from realfake_hf.data.fingerprint import rows_fingerprint
from realfake_hf.data.loading import DataSource, describe_data
from realfake_hf.records.run import RunRecord

if TYPE_CHECKING:
    from datasets import Dataset

TRAINED_ON = (
    "These are images that the model was trained on: temperature and thresholds promise more than they keep. "
    "Calibrate on images that training left out."
)


def was_trained_on(folder: Path, rows: Dataset, *, data: DataSource, measured: str) -> bool:
    """Whether the `run.json` of a RUN folder, or beside its model, says that these rows were trained on.

    By the images themselves, whatever they are called now; of runs that did not note them, by the data's name.

    Args:
        folder: as the user named it: of the run or of the model.
        rows: the images to calibrate on.
        data: where they are from.
        measured: as results call them.
    """
    record = RunRecord.read(folder) or RunRecord.read(folder.parent)
    if record is None:
        return False
    if record.train_fingerprints:
        return rows_fingerprint(rows) in record.train_fingerprints
    where = describe_data(data)
    return record.data == where and measured in (where, f"{where} (train)")
