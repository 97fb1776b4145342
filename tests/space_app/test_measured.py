"""The figures beside a model."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from realfake_hf.records.calibration import Calibration
from realfake_hf.records.model_config import ModelConfig
from realfake_hf.weights import embedded_model_path
from space_app.measured import Measured
from space_app.measured_view import measured_html


def test_the_unseen_come_first_with_intervals_and_one_row_a_generator() -> None:
    measured = Measured.read(embedded_model_path())

    html = measured_html(measured, "net", (0.1, 0.7))

    assert list(measured.evaluations) == ["unseen", "fresh", "whole", "val", "val-of-more"]
    assert html.index("Measured on “unseen”") < html.index("Measured on “val”")
    accuracy = measured.evaluations["unseen"].tiers["clean"].balanced_accuracy
    assert f"{100 * (accuracy or 0):.0f}\u00a0%" in html
    assert "stylegan3-r" in html


def test_plain_words_come_first_and_a_few_images_are_counted_instead_of_rated() -> None:
    measured = Measured.read(embedded_model_path())
    config = ModelConfig.read(embedded_model_path())
    assert config is not None

    html = measured_html(measured, "net", (config.threshold_low, config.threshold_high))

    assert html.index("Of 100 AI images from generators it never met") < html.index("Where it draws the line")
    few = min(
        (row for row in measured.evaluations["val-of-more"].sources if row.tier == "clean"), key=lambda row: row.n
    )
    assert f"of {few.n} <small>too few to tell</small>" in html


@pytest.mark.parametrize(
    ("n_real_sources", "promise"),
    [
        (None, "It was set for at most 5\u00a0% of new ones like them; with bad luck"),
        (187, "It was set for at most 5\u00a0% of photographs from new sources, on average over such sources."),
    ],
)
def test_promise_of_the_thresholds_is_the_one_that_the_calibration_makes(
    n_real_sources: int | None, promise: str, tmp_path: Path
) -> None:
    found = Calibration.read(embedded_model_path())
    assert found is not None
    dataclasses.replace(found, n_real=1176, n_real_sources=n_real_sources, fpr_guarantee=0.05).write(tmp_path)

    html = re.sub(r"[ \n]+", " ", measured_html(Measured.read(tmp_path), "net", (0.1, 0.7)))

    assert promise in html
    assert "set on 1,176 photographs" in html


def test_a_run_folder_keeps_its_figures_beside_the_model(tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(embedded_model_path() / "evaluations", run / "evaluations")
    (run / "model").mkdir()

    assert "unseen" in Measured.read(run / "model").evaluations


def test_visitors_are_not_told_where_the_data_of_the_calibration_lie(tmp_path: Path) -> None:
    calibration = Calibration.read(embedded_model_path())
    assert calibration is not None
    dataclasses.replace(calibration, dataset="/home/me/my case (val)").write(tmp_path)
    assert Measured.read(tmp_path).calibrated_on == "my case (val)"


def test_a_model_without_figures_says_so(tmp_path: Path) -> None:
    html = measured_html(Measured.read(tmp_path), "net", (0.5, 0.5))

    assert "No figures come with net" in html
    assert "never calibrated" in html


def test_damaged_figures_are_named_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "calibration.json").write_text("[]")
    (tmp_path / "evaluations" / "val").mkdir(parents=True)
    (tmp_path / "evaluations" / "val" / "results.json").write_text("{}")

    measured = Measured.read(tmp_path)

    assert (measured.calibration, measured.evaluations) == (None, {})
    assert len(measured.notes) == 2
