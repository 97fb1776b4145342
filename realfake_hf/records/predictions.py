"""The scores of a run, one row per image, view and model: the typed form of `predictions.parquet`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from realfake_hf.errors import RealFakeError
from realfake_hf.storage.files import written_whole

LEFT_OUT = "left_out.parquet"
"""Every image as judged without its source in training, and with it: what thresholds for new sources come of."""

WITHOUT, WITH = "without", "with"
"""The `model` of the two."""

AUGMENTED = "augmented"
"""The `tier` of an image damaged as in training."""

SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("index", pa.int64()),
        ("path", pa.string()),
        ("label", pa.int64()),
        ("source", pa.string()),
        ("tier", pa.string()),
        ("p_fake", pa.float64()),
        ("logit", pa.float64()),
        ("error", pa.string()),
    ]
)


@dataclass(eq=False)
class Predictions:
    """Columns of equal length n.

    Attributes:
        model: name of the model, str objects.
        index: row in the data set, int64.
        path: file, or the index as text where the image has no path.
        label: int64, 0 real and 1 fake.
        source: camera set or generator, "" where unknown.
        tier: name of the view of the image: a tier, or a step of a sweep.
        p_fake: float64 in [0, 1]; NaN where the image could not be judged.
        logit: float64, fake minus real logit; NaN likewise.
        error: why not, else "".
    """

    model: npt.NDArray[np.object_]
    index: npt.NDArray[np.int64]
    path: npt.NDArray[np.object_]
    label: npt.NDArray[np.int64]
    source: npt.NDArray[np.object_]
    tier: npt.NDArray[np.object_]
    p_fake: npt.NDArray[np.float64]
    logit: npt.NDArray[np.float64]
    error: npt.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.index)

    def where(self, mask: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Predictions:
        """The rows that a boolean mask (n,) or row numbers select."""
        return Predictions(**{f.name: getattr(self, f.name)[mask] for f in fields(self)})

    def judged(self) -> Predictions:
        """The rows without an error."""
        return self.where(self.error == "")

    def of_tier(self, tier: str) -> Predictions:
        """The rows of one view."""
        return self.where(self.tier == tier)

    def of_model(self, model: str) -> Predictions:
        """The rows of one model."""
        return self.where(self.model == model)

    def table(self) -> pa.Table:
        """An Arrow table; unknown numbers and absent errors are null."""
        columns = {f.name: getattr(self, f.name) for f in fields(self)}
        columns["error"] = [error or None for error in self.error]
        for name in ("p_fake", "logit"):
            columns[name] = pa.array(columns[name], from_pandas=True)
        return pa.table(columns, schema=SCHEMA)

    @classmethod
    def of_table(cls, table: pa.Table) -> Predictions:
        """From an Arrow table with the columns of `SCHEMA`."""
        columns: dict[str, npt.NDArray[Any]] = {}
        for column in SCHEMA:
            values = table.column(column.name)
            if column.type == pa.string():
                columns[column.name] = np.array([text or "" for text in values.to_pylist()], dtype=object)
            else:  # of floats what is null becomes NaN
                columns[column.name] = np.array(values.to_pylist(), dtype=column.type.to_pandas_dtype())
        return cls(**columns)

    @classmethod
    def concatenate(cls, parts: list[Predictions]) -> Predictions:
        """All rows of all parts, ordered by model, row and view as they first came."""
        return cls.of_table(pa.concat_tables([SCHEMA.empty_table(), *(part.table() for part in parts)]))

    def write(self, path: Path) -> None:
        """Write parquet in one step: a reader never sees half a file."""
        with written_whole(path) as partial, partial.open("wb") as stream:
            pq.write_table(self.table(), stream)

    @classmethod
    def read(cls, path: Path) -> Predictions:
        """Read parquet.

        Raises:
            RealFakeError: missing, not parquet, or other columns.
        """
        try:
            with path.open("rb") as stream:
                return cls.of_table(pq.read_table(stream))
        except (OSError, KeyError, ValueError, TypeError, NotImplementedError) as error:  # pyarrow's are of these
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise RealFakeError(
                f"{path} does not hold predictions ({reason}): write it again with `realfake evaluate`."
            ) from error
