"""The HTML page of an evaluation: whole in itself, right in its numbers, safe with any name."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from made_predictions import predictions_of
from PIL import Image

from realfake_hf.evaluation.comparison import compare_predictions
from realfake_hf.evaluation.drawings import comparison_drawings, evaluation_drawings
from realfake_hf.evaluation.evaluate import evaluate
from realfake_hf.evaluation.metrics.calibration_error import expected_calibration_error
from realfake_hf.evaluation.page import comparison_page, evaluation_page
from realfake_hf.evaluation.page_files import write_comparison_page
from realfake_hf.evaluation.page_summary import evaluation_card
from realfake_hf.evaluation.summary import summarise
from realfake_hf.pages.data_uri import jpeg_uri
from realfake_hf.pages.page import Picture
from realfake_hf.records.calibration import Calibration
from realfake_hf.records.outcomes import ClassOutcomes, Outcomes
from realfake_hf.records.predictions import Predictions
from realfake_hf.records.results import TierResult
from realfake_hf.records.robustness import SweepPoint, SweepResult

VOID = {"meta", "img", "source"}


class Outline(HTMLParser):
    """Checks that tags close in order, and collects headings, rows and addresses."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.rows: list[list[str]] = []
        self.addresses: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for name, value in attrs if name in ("src", "srcset", "href") and value]
        if tag in VOID:
            return
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag in ("h1", "h2"):
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("h1", "h2"):
            self.headings[-1] += data
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def scored(model: str, *, seed: int = 0, n: int = 60, label: int | None = None) -> Predictions:
    rng = np.random.default_rng(seed)
    parts = []
    for tier in ("clean", "web"):
        labels = np.arange(n) % 2 if label is None else np.full(n, label)
        p = np.clip(rng.normal(0.3 + 0.4 * labels, 0.2), 0.01, 0.99)
        parts.append(predictions_of(labels, p, np.where(labels == 1, "gan", "camera"), model=model, tier=tier))
    return Predictions.concatenate(parts)


def robustness(model: str) -> SweepResult:
    metrics = TierResult(balanced_accuracy=0.8, ci95={"balanced_accuracy": (0.7, 0.9)})
    return SweepResult("d", [SweepPoint(model, "jpeg", "JPEG quality", 90.0, 30, 30, metrics)])


def test_page_holds_every_metric_and_source_and_needs_no_other_file() -> None:
    predictions = scored("tiny")
    result = summarise(predictions, model="org/tiny", dataset="crops", thresholds=(0.3, 0.7), n_resamples=50)

    drawings = evaluation_drawings(result, predictions, robustness("tiny"))
    mistakes = Picture("The worst mistakes", "", jpeg_uri(Image.new("RGB", (40, 30)), quality=88))
    outline = Outline(evaluation_page(result, predictions, drawings, mistakes=mistakes))

    assert outline.headings[0] == "org/tiny on crops"
    assert {"Metrics", "Sources", "Is p_fake honest?", "Robustness", "The worst mistakes"} < set(outline.headings)
    clean = result.tiers["clean"]
    low, high = clean.ci95["roc_auc"]
    (auc_row,) = [row for row in outline.rows if row[0] == "ROC AUC"]
    assert auc_row[1] == f"{clean.roc_auc:.3f} ({low:.3f} to {high:.3f})"
    assert [row[:3] for row in outline.rows if row[0] in ("camera", "gan")] == [
        ["camera", "real", "30"],
        ["gan", "fake", "30"],
    ]
    assert outline.addresses
    assert all(address.startswith(("data:image/", "#")) for address in outline.addresses)
    n_svg = sum(address.startswith("data:image/svg") for address in outline.addresses)
    assert n_svg == 2 * len(drawings)  # every figure as it is and narrow


def test_page_of_one_class_says_why_metrics_are_missing() -> None:
    predictions = scored("tiny", label=0)
    result = summarise(predictions, model="tiny", dataset="reals", n_resamples=50)

    page = evaluation_page(result, predictions, evaluation_drawings(result, predictions))

    outline = Outline(page)
    assert ["ROC AUC", "none", "none"] in outline.rows
    assert "there is no fake image" in page
    assert "Precision and recall" not in outline.headings


@pytest.mark.parametrize(
    ("n_real_sources", "promise"),
    [
        (None, "at most 2 % of new reals from the same sources are called fake; other sources are promised nothing."),
        (60, "at most 2 % of reals from new sources are called fake, on average over sources; the images were of 60,"),
    ],
)
def test_calibration_error_is_shown_without_and_with_the_temperature(n_real_sources: int | None, promise: str) -> None:
    predictions = scored("tiny")
    result = summarise(predictions, model="tiny", dataset="d", n_resamples=50)
    record = Calibration(
        temperature=2.0, threshold_low=0.4, threshold_high=0.6, max_fpr=0.02, max_fnr=0.02, fpr=0.0, fnr=0.0,
        fpr_upper95=0.1, fnr_upper95=0.1, fpr_guarantee=0.02, fnr_guarantee=0.02, ece_before=0.2, ece_after=0.1,
        n_real=1140, n_fake=50, n_real_sources=n_real_sources, dataset="val",
    )  # fmt: skip

    page = evaluation_page(result, predictions, [], temperature=2.0, record=record)

    (clean,) = [row for row in Outline(page).rows if row[0] == "These images, clean"]
    own = predictions.of_tier("clean")
    undivided = 1 / (1 + np.exp(-2 * own.logit))
    assert clean[1:] == [f"{expected_calibration_error(own.label, p):.3f}" for p in (undivided, own.p_fake)]
    assert ["The images it was calibrated on", "0.200", "0.100"] in Outline(page).rows
    assert "1,140 real and 50 fake images" in page
    assert promise in page


def test_thresholds_are_told_in_words_with_what_they_do() -> None:
    predictions = scored("tiny")
    clean = predictions.of_tier("clean")
    result = summarise(predictions, model="tiny", dataset="d", thresholds=(0.3, 0.6), n_resamples=50)

    page = evaluation_page(result, predictions, [])

    wrong = 100 * np.mean(clean.p_fake[clean.label == 0] >= 0.6)
    assert "&#39;real&#39; below p_fake 0.300, &#39;fake&#39; from 0.600 on" in page
    assert f"{wrong:.1f} % of the reals are called fake" in page


def test_unjudged_images_are_listed() -> None:
    predictions = scored("tiny")
    predictions.error[:1] = "0.jpg is truncated: get a complete copy of it."
    result = summarise(predictions, model="tiny", dataset="d", n_resamples=50)

    page = evaluation_page(result, predictions, [])

    assert "1 more images could not be" in page
    assert "<li>0.jpg is truncated: get a complete copy of it.</li>" in page


def test_names_from_elsewhere_are_escaped() -> None:
    predictions = scored("tiny")
    predictions.source[predictions.label == 1] = "<script>alert(1)</script>"
    result = summarise(predictions, model="<b>tiny</b>", dataset="d", n_resamples=50)

    page = evaluation_page(result, predictions, [])

    assert "<script" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_many_sources_are_folded_away() -> None:
    predictions = scored("tiny")
    predictions.source[:] = np.array([f"source-{i % 15}" for i in range(len(predictions))], dtype=object)
    result = summarise(predictions, model="tiny", dataset="d", n_resamples=50)

    assert re.search(r"<summary>Show \d+ rows</summary>", evaluation_page(result, predictions, []))


def test_comparison_page_has_every_model_and_pair() -> None:
    predictions = Predictions.concatenate([scored("one"), scored("two", seed=1)])
    comparison = compare_predictions(predictions, dataset="crops", n_resamples=50)

    outline = Outline(comparison_page(comparison, comparison_drawings(comparison, predictions, robustness("one"))))

    assert outline.headings[:4] == ["2 models on crops", "Best first (clean)", "Metrics, clean", "Metrics, web"]
    assert [row[:2] for row in outline.rows if "against" in row[0]] == [
        ["one against two", "clean"],
        ["one against two", "web"],
    ]
    pair = comparison.pairs[0]
    (row,) = [row for row in outline.rows if row[:2] == ["one against two", "clean"]]
    assert row[2] == f"{pair.only_first_right} : {pair.only_second_right}"
    assert row[3] == pytest.approx(f"{pair.mcnemar_p_holm:.3f}")


def test_page_of_a_comparison_does_not_say_where_anything_lies(tmp_path: Path) -> None:
    predictions = Predictions.concatenate([scored("/home/me/one/net"), scored("/home/me/two/net", seed=1)])
    predictions.error[:1] = "/home/me/my photos/0.jpg is truncated: get a complete copy of it."
    comparison = compare_predictions(predictions, dataset="/home/me/photos (val)", n_resamples=50)

    write_comparison_page(tmp_path, comparison, predictions, robustness=robustness("/home/me/one/net"))

    page = (tmp_path / "page.html").read_text()
    outline = Outline(page)
    assert outline.headings[0] == "2 models on photos (val)"
    assert ["one/net against two/net", "clean"] in [row[:2] for row in outline.rows]
    drawn = [base64.b64decode(uri.partition(",")[2]).decode() for uri in outline.addresses if uri.startswith("data:")]
    assert not any("/home" in text for text in (page, *drawn))


def test_page_of_an_evaluation_does_not_say_where_anything_lies(
    make_imagefolder: Callable[..., Path], tiny_model: Path, tmp_path: Path
) -> None:
    data = make_imagefolder({"val": 4})
    evaluate(data, model=tiny_model, output=tmp_path / "out", tiers=("clean",), workers=0)

    page = (tmp_path / "out" / "page.html").read_text()
    assert Outline(page).headings[0].startswith(f"{tiny_model.name} on ")
    assert str(tiny_model.parent) not in page
    assert str(data.parent) not in page


def test_summary_stands_first_and_contents_lead_to_every_heading() -> None:
    predictions = scored("tiny", n=200)
    result = summarise(predictions, model="tiny", dataset="d", thresholds=(0.3, 0.6), n_resamples=50)
    page = evaluation_page(result, predictions, [])
    assert page.index('class="card"') < page.index("<table>")
    assert "Of 100 such fakes it catches" in page
    assert "<strong>pass</strong>better than guessing: balanced accuracy" in page
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets
    assert [target for target in targets if f'id="{target}"' not in page] == []
    assert len(targets) == page.count("<h2 id=")


def test_what_scrolls_sideways_can_be_reached_by_keyboard_and_no_heading_is_empty() -> None:
    predictions = scored("tiny", n=200)
    page = evaluation_page(summarise(predictions, model="tiny", dataset="d", n_resamples=50), predictions, [])
    assert page.count('<div class="scroll"') == page.count('<div class="scroll" tabindex="0" role="group"') > 0
    assert "></th>" not in page
    assert page.index("<main>") < page.index("<h1>")


def test_verdicts_are_counted_by_class() -> None:
    predictions = scored("tiny")
    result = summarise(predictions, model="tiny", dataset="d", thresholds=(0.3, 0.6), n_resamples=50)
    own = result.tiers["clean"].outcomes.photographs
    (row,) = [row for row in Outline(evaluation_page(result, predictions, [])).rows if row[0] == "photographs, clean"]
    assert [cell.split()[0] for cell in row[1:]] == [str(n) for n in (30, own.real, own.unsure, own.fake)]
    assert own.real + own.unsure + own.fake == 30


def test_wide_intervals_are_too_few_to_tell() -> None:
    predictions = scored("tiny", n=8)
    result = summarise(predictions, model="tiny", dataset="d", n_resamples=50)
    (row,) = [row for row in Outline(evaluation_page(result, predictions, [])).rows if row[0] == "camera"]
    assert row[3].startswith("too few to tell")


def test_backticks_are_set_as_code() -> None:
    predictions = scored("tiny")
    result = summarise(predictions, model="tiny", dataset="d", n_resamples=50)
    page = evaluation_page(result, predictions, [], temperature=1.0)
    assert "<code>realfake calibrate</code>" in page
    assert "`" not in page


@pytest.mark.parametrize(("fake", "level"), [(0, "pass"), (3, "look"), (20, "fail")])
def test_promise_is_kept_or_broken(fake: int, level: str) -> None:
    predictions = scored("tiny")
    result = summarise(predictions, model="tiny", dataset="d", n_resamples=50)
    result.tiers["clean"].outcomes = Outcomes(ClassOutcomes(100 - fake, 0, fake), ClassOutcomes(0, 0, 40))
    record = Calibration(
        temperature=1.0, threshold_low=0.4, threshold_high=0.6, max_fpr=0.02, max_fnr=0.02, fpr=0.0, fnr=0.0,
        fpr_upper95=0.1, fnr_upper95=0.1, fpr_guarantee=0.02, fnr_guarantee=0.02, ece_before=0.2, ece_after=0.1,
        n_real=40, n_fake=50, dataset="val",
    )  # fmt: skip
    (badge,) = [badge for badge in evaluation_card(result, record).badges if f"here {fake} of 100" in badge.text]
    assert badge.mark == level
    result.tiers["clean"].outcomes = Outcomes(ClassOutcomes(14, 0, 0), ClassOutcomes(0, 0, 40))
    assert "too few to tell" in [badge.mark for badge in evaluation_card(result, record).badges]
