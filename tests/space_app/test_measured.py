"""The figures beside a model."""

from __future__ import annotations

import shutil
from pathlib import Path

from realfake_hf.records.model_config import ModelConfig
from realfake_hf.weights import embedded_model_path
from space_app.measured import Measured
from space_app.measured_view import measured_html


def test_the_unseen_come_first_with_intervals_and_one_row_a_generator() -> None:
    measured = Measured.read(embedded_model_path())

    html = measured_html(measured, "net", (0.1, 0.7))

    assert list(measured.evaluations) == ["unseen", "fresh", "val", "val-of-more"]
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


def test_a_run_folder_keeps_its_figures_beside_the_model(tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(embedded_model_path() / "evaluations", run / "evaluations")
    (run / "model").mkdir()

    assert "unseen" in Measured.read(run / "model").evaluations


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
