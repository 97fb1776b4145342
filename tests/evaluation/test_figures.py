"""Figures: they show the right numbers, in a way that survives grey paper and colour blindness."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from made_predictions import predictions_of
from PIL import Image

from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.figures import (
    figure_png,
    figure_svg,
    precision_recall_figure,
    reliability_figure,
    robustness_figure,
    roc_figure,
    score_histogram_figure,
    source_figure,
    tier_figure,
    write_figure,
)
from realfake_hf.evaluation.summary import summarise
from realfake_hf.pages.style import NARROW, SERIES, columns_across, narrow_figures, short_name
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import TierResult
from realfake_hf.records.robustness import SweepPoint, SweepResult

LABELS = np.array([0, 0, 0, 1, 1, 1])
SHARP = np.array([0.05, 0.1, 0.2, 0.7, 0.8, 0.95])
BLURRED = np.array([0.3, 0.6, 0.4, 0.5, 0.7, 0.45])


def scored(n: int = 120, tiers: tuple[str, ...] = ("clean", "hard"), model: str = "tiny") -> Predictions:
    rng = np.random.default_rng(0)
    parts = []
    for tier in tiers:
        labels = np.arange(n) % 2
        p = np.clip(rng.normal(0.3 + 0.4 * labels, 0.2), 0.01, 0.99)
        names = np.array([["camera", "phone"], ["gan", "diffusion"]], dtype=object)
        parts.append(predictions_of(labels, p, names[labels, np.arange(n) // 2 % 2], model=model, tier=tier))
    return Predictions.concatenate(parts)


def test_roc_names_each_curve_with_its_area() -> None:
    figure = roc_figure({"clean": (LABELS, SHARP), "hard": (LABELS, BLURRED)})

    texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert texts == ["clean  (AUC 1.000)", "hard  (AUC 0.778)"]
    assert figure.axes[0].lines[1].get_ydata().max() == 1.0


def test_curves_leave_out_scores_of_one_class() -> None:
    figure = precision_recall_figure({"clean": (LABELS, SHARP), "reals": (LABELS[:3], SHARP[:3])})

    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["clean  (AP 1.000)"]


def test_curves_of_nothing_are_an_empty_frame() -> None:
    assert figure_png(roc_figure({"reals": (LABELS[:3], SHARP[:3])})).startswith(b"\x89PNG")


def test_reliability_points_are_the_share_of_fakes_at_the_mean_score() -> None:
    labels = np.array([0, 0, 0, 1, 0, 1, 1, 1])
    p_fake = np.repeat([0.25, 0.75], 4)

    figure = reliability_figure({"clean": (labels, p_fake)})

    points = figure.axes[0].containers[0].lines[0]
    assert points.get_xdata() == pytest.approx([0.25, 0.75])
    assert points.get_ydata() == pytest.approx([0.25, 0.75])
    assert figure.axes[0].get_title(loc="left") == "clean  (ECE 0.000)"


def test_histograms_show_every_source_with_its_count_and_accuracy() -> None:
    predictions = scored(tiers=("clean",))

    figure = score_histogram_figure(predictions, thresholds=(0.3, 0.7))

    assert [axes.get_title(loc="left") for axes in figure.axes] == ["camera", "phone", "diffusion", "gan"]
    notes = [axes.texts[0].get_text() for axes in figure.axes]
    camera = predictions.p_fake[predictions.source == "camera"]
    assert notes[0] == f"real, {np.sum(camera < 0.5)} of 30 right"
    assert re.fullmatch(r"fake, \d+ of 30 right", notes[3])


def test_source_rows_run_from_worst_to_best() -> None:
    result = summarise(scored(), model="tiny", dataset="d", n_resamples=20)

    figure = source_figure(result.sources)

    means = {s: np.mean([r.accuracy for r in result.sources if r.source == s]) for s in ("gan", "diffusion")}
    worst_on_top = [label.get_text().split("  (")[0] for label in figure.axes[1].get_yticklabels()][::-1]
    assert worst_on_top == sorted(means, key=lambda source: means[source])
    assert "(30)" in figure.axes[1].get_yticklabels()[0].get_text()


def sweep_result() -> SweepResult:
    points = []
    for model, slope in (("one", 0.02), ("two", 0.06)):
        for step, quality in enumerate((100, 70, 40)):
            value = 0.9 - slope * step
            metrics = TierResult(balanced_accuracy=value, ci95={"balanced_accuracy": (value - 0.05, value + 0.05)})
            points.append(SweepPoint(model, "jpeg", "JPEG quality", float(quality), 50, 50, metrics))
    return SweepResult("d", points)


def test_robustness_has_a_line_and_a_band_per_model_from_mild_to_strong() -> None:
    figure = robustness_figure(sweep_result())

    (axes,) = figure.axes
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["100", "70", "40"]
    assert axes.lines[0].get_ydata() == pytest.approx([0.9, 0.88, 0.86])
    assert len(axes.collections) == 2
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["one", "two"]


def test_metric_that_is_missing_leaves_its_curve_empty() -> None:
    assert robustness_figure(sweep_result(), "roc_auc").axes[0].lines[0].get_ydata().size == 0


def test_tier_figure_shows_every_model_in_every_tier() -> None:
    results = [summarise(scored(model=name), model=name, dataset="d", n_resamples=20) for name in ("one", "two")]

    figure = tier_figure(results)

    assert figure.axes[0].get_title(loc="left") == "Balanced accuracy"
    heights = figure.axes[0].containers[0].lines[0].get_ydata()
    assert heights == pytest.approx([tier.balanced_accuracy for tier in results[0].tiers.values()])


FIGURES = {
    "roc": lambda: roc_figure({"clean": (LABELS, SHARP)}),
    "precision and recall": lambda: precision_recall_figure({"clean": (LABELS, SHARP)}),
    "reliability": lambda: reliability_figure(dict.fromkeys(("clean", "web", "hard"), (LABELS, SHARP))),
    "histograms": lambda: score_histogram_figure(scored(tiers=("clean",))),
    "sources": lambda: source_figure(summarise(scored(), model="tiny", dataset="d", n_resamples=20).sources),
    "tiers": lambda: tier_figure([summarise(scored(), model="tiny", dataset="d", n_resamples=20)]),
    "robustness": lambda: robustness_figure(sweep_result()),
}


@pytest.mark.parametrize("name", FIGURES)
def test_on_a_telephone_the_same_panels_stand_in_fewer_columns(name: str) -> None:
    wide = FIGURES[name]()
    with narrow_figures():
        narrow = FIGURES[name]()
        figure_svg(narrow)  # lays it out

    assert narrow.get_figwidth() <= NARROW
    panels = [{axes.get_title(loc="left"): len(axes.get_children()) for axes in own.axes} for own in (wide, narrow)]
    assert panels[0] == panels[1]
    boxes = [axes.get_position() for axes in narrow.axes]
    assert all(box.width > 0.25 and box.height > 0.03 for box in boxes)
    assert not any(boxes[i].overlaps(boxes[j]) for i in range(len(boxes)) for j in range(i))


def test_only_a_telephone_has_fewer_columns_than_wanted() -> None:
    assert columns_across(4, 2.4) == 4
    with narrow_figures():
        assert (columns_across(4, 2.4), columns_across(1, 2.4), columns_across(3, 99)) == (2, 1, 1)
    assert columns_across(4, 2.4) == 4


def test_no_two_series_share_dashes_or_marker() -> None:
    assert len({str(style["linestyle"]) for style in SERIES}) == len(SERIES)
    assert len({style["marker"] for style in SERIES}) == len(SERIES)
    assert len({style["color"] for style in SERIES}) == len(SERIES)


def test_same_data_give_the_same_bytes() -> None:
    curves = {"clean": (LABELS, SHARP)}

    assert figure_svg(roc_figure(curves)) == figure_svg(roc_figure(curves))


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_figure_is_written_whole(tmp_path: Path, suffix: str) -> None:
    path = write_figure(roc_figure({"clean": (LABELS, SHARP)}), tmp_path / "new" / f"roc{suffix}")

    assert [file.name for file in path.parent.iterdir()] == [f"roc{suffix}"]
    if suffix == ".png":
        with Image.open(io.BytesIO(path.read_bytes())) as drawn:
            assert drawn.size == (1380, 690)
    else:
        assert b"<svg" in path.read_bytes()


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(RealFakeError, match=r"pip install 'realfake-hf\[report\]'"):
        roc_figure({"clean": (LABELS, SHARP)})


def test_long_names_are_shortened_in_the_middle() -> None:
    assert short_name("short") == "short"
    assert short_name("organisation/very-long-model-name-v2-final", 20) == "organisat…e-v2-final"
