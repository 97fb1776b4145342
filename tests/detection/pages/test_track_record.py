"""Figures come from the results beside a model, or there are none."""

from __future__ import annotations

from pathlib import Path

from realfake_hf.detection.pages.track_record import TrackRecord
from realfake_hf.records.outcomes import ClassOutcomes, Outcomes
from realfake_hf.records.results import EvaluationResult, TierResult
from realfake_hf.weights import embedded_model_path, embedded_models


def write(folder: Path, outcomes: Outcomes | None) -> None:
    folder.mkdir(parents=True)
    tier = TierResult(balanced_accuracy=0.5, outcomes=outcomes)
    EvaluationResult("m", "d", 1, 1, 0.2, 0.8, tiers={"clean": tier}).write(folder / "results.json")


def test_what_it_never_met_is_counted_together_and_other_splits_not(tmp_path: Path) -> None:
    for split in ("unseen", "fresh", "whole", "val"):
        write(tmp_path / "evaluations" / split, Outcomes(ClassOutcomes(1, 2, 3), ClassOutcomes(4, 5, 6)))

    record = TrackRecord.read(tmp_path)

    together = Outcomes(ClassOutcomes(3, 6, 9), ClassOutcomes(12, 15, 18))
    assert record == TrackRecord(together, ("unseen", "fresh", "whole"))
    assert (record.of_fakes["fake"], record.of_photographs["fake"]) == (40, 50)


def test_a_runs_evaluations_lie_beside_its_model_folder(tmp_path: Path) -> None:
    write(tmp_path / "evaluations" / "unseen", Outcomes(ClassOutcomes(1, 2, 3), ClassOutcomes(4, 5, 6)))

    assert TrackRecord.read(tmp_path / "model") is not None


def test_without_counts_without_a_class_or_with_a_damaged_file_there_is_none(tmp_path: Path) -> None:
    assert TrackRecord.read(tmp_path) is None
    write(tmp_path / "earlier" / "evaluations" / "unseen", None)
    assert TrackRecord.read(tmp_path / "earlier") is None
    write(tmp_path / "half" / "evaluations" / "unseen", Outcomes(ClassOutcomes(1, 2, 3), ClassOutcomes()))
    assert TrackRecord.read(tmp_path / "half") is None
    (tmp_path / "half" / "evaluations" / "unseen" / "results.json").write_text("{")
    assert TrackRecord.read(tmp_path / "half") is None


def test_figures_of_an_earlier_calibration_are_left_out(tmp_path: Path) -> None:
    write(tmp_path / "evaluations" / "unseen", Outcomes(ClassOutcomes(1, 2, 3), ClassOutcomes(4, 5, 6)))

    assert TrackRecord.read(tmp_path, (0.2, 0.8)) is not None
    assert TrackRecord.read(tmp_path, (0.3, 0.8)) is None


def test_every_embedded_model_has_its_own_figures() -> None:
    for name in embedded_models():
        record = TrackRecord.read(embedded_model_path(name))
        assert record is not None
        assert sum(record.of_fakes.values()) == sum(record.of_photographs.values()) == 100
