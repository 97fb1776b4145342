"""Predictions come back from parquet as they went, those without an answer too."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.records.predictions import SCHEMA, Predictions

ROWS = [
    {"model": "m", "index": 0, "path": "a.jpg", "label": 0, "source": "cam", "tier": "clean", "p_fake": 0.25,
     "logit": -1.0, "error": None},
    {"model": "m", "index": 1, "path": "b.jpg", "label": 1, "source": None, "tier": "web", "p_fake": None,
     "logit": None, "error": "b.jpg is empty."},
    {"model": "n", "index": 0, "path": "a.jpg", "label": 0, "source": "cam", "tier": "clean", "p_fake": 0.75,
     "logit": 1.0, "error": None},
]  # fmt: skip


@pytest.fixture
def predictions() -> Predictions:
    return Predictions.of_table(SCHEMA.empty_table().from_pylist(ROWS, schema=SCHEMA))


def test_round_trip_keeps_unknown_numbers_unknown(predictions: Predictions, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"no UTF-8 \xff") / "p.parquet"
    predictions.write(path)

    again = Predictions.read(path)

    assert again.table().equals(predictions.table())
    assert np.isnan(again.p_fake).tolist() == [False, True, False]
    assert again.error.tolist() == ["", "b.jpg is empty.", ""]


def test_rows_are_chosen_by_tier_model_and_whether_they_were_judged(predictions: Predictions) -> None:
    assert predictions.of_tier("web").path.tolist() == ["b.jpg"]
    assert predictions.of_model("n").p_fake.tolist() == [0.75]
    assert predictions.judged().model.tolist() == ["m", "n"]


def test_parts_are_put_together(predictions: Predictions) -> None:
    parts = [predictions.of_model("m"), predictions.of_model("n")]

    assert Predictions.concatenate(parts).table().equals(predictions.table())
    assert len(Predictions.concatenate([])) == 0


def test_another_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "p.parquet").write_bytes(b"PAR1")
    with pytest.raises(RealFakeError, match=r"p\.parquet does not hold predictions \(.*\): write it again"):
        Predictions.read(tmp_path / "p.parquet")


def test_a_table_of_something_else_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    pq.write_table(pa.table({"colour": ["red"]}), tmp_path / "p.parquet")
    with pytest.raises(RealFakeError, match=r"does not hold predictions \(.*model.*\): write it again"):
        Predictions.read(tmp_path / "p.parquet")
