"""Robustness curves, read as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.records.results import METRIC_NAMES, TierResult
from realfake_hf.records.robustness import SweepPoint, SweepResult


def point(model: str, sweep: str, value: float) -> SweepPoint:
    metrics = TierResult(roc_auc=0.9, ci95={"roc_auc": (0.8, 0.95)}, reasons={"ece": "one class"})
    return SweepPoint(model, sweep, "quality", value, 3, 4, metrics)


CURVES = SweepResult("photos", [point("a", "jpeg", 90), point("a", "jpeg", 50), point("b", "blur", 1.5)])


def test_curves_come_back_with_intervals_as_pairs(tmp_path: Path) -> None:
    CURVES.write(tmp_path)

    assert SweepResult.read(tmp_path) == CURVES
    assert SweepResult.read(tmp_path / "elsewhere") is None


def test_a_curve_is_one_models_along_one_degradation() -> None:
    assert [own.value for own in CURVES.curve("a", "jpeg")] == [90, 50]
    assert (CURVES.models(), CURVES.sweeps()) == (["a", "b"], ["jpeg", "blur"])


def test_a_row_of_the_table_has_every_metric_with_its_interval() -> None:
    row = CURVES.table().to_pylist()[2]

    assert (row["model"], row["value"], row["n_fake"]) == ("b", 1.5, 4)
    assert (row["roc_auc"], row["roc_auc_low"], row["roc_auc_high"]) == (0.9, 0.8, 0.95)
    assert {f"{name}_low" for name in METRIC_NAMES} <= set(row)
    assert row["ece"] is row["ece_low"] is None


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "robustness.json").write_text('{"dataset": 1}')
    with pytest.raises(RealFakeError, match=r"robustness\.json is damaged, .*: evaluate with sweeps again"):
        SweepResult.read(tmp_path)
