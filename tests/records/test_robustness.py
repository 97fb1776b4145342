"""Robustness curves, read as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.records.results import TierResult
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


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "robustness.json").write_text('{"dataset": 1}')
    with pytest.raises(RealFakeError, match=r"robustness\.json is damaged, .*: evaluate with sweeps again"):
        SweepResult.read(tmp_path)
