"""A verdict as the page shows it."""

from __future__ import annotations

from typing import Any

import pytest

from realfake_hf.detection.verdict import Verdict
from realfake_hf.detection.words import (
    DRAWING_OR_SCREENSHOT,
    HEAVILY_COMPRESSED,
    NOTHING_TO_JUDGE,
    OUTSIDE_TRAINING_RANGE,
    TOO_SMALL,
    UPSCALED,
)
from realfake_hf.statistics.decision import decide
from realfake_hf.weights import embedded_model_path
from space_app.measured import Measured
from space_app.verdict_view import WARNING_MEANINGS, details_html, verdict_html


def verdict(p_fake: float, **values: Any) -> Verdict:
    """A judged image."""
    return Verdict("photo.jpg", decide(p_fake, 0.1, 0.7), p_fake, 0.1, 0.7, 640, 480, "JPEG", **values)


@pytest.mark.parametrize(("p_fake", "words"), [(0.02, "Likely real"), (0.5, "Can&#39;t tell"), (0.9, "Likely fake")])
def test_the_answer_is_in_words_and_on_a_gauge_that_is_read_aloud(p_fake: float, words: str) -> None:
    html = verdict_html(verdict(p_fake), "net")

    assert f"<h2>{words}</h2>" in html
    assert f"this image is at {p_fake:.0%}".replace("%", "\u00a0%") in html
    assert "Below 10\u00a0% is real, from 70\u00a0% is fake, between them unsure." in html


def test_nobody_reads_more_certainty_than_ninety_nine_per_cent() -> None:
    assert "99\u00a0%" in verdict_html(verdict(1.0), "net")
    assert "100\u00a0%" not in verdict_html(verdict(1.0), "net")


def test_a_file_name_and_what_a_file_declares_are_text_never_markup() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    judged = verdict(0.5, provenance={"words": f"Made with {hostile}."})
    unread = Verdict(hostile, error=f"{hostile} is no image.")

    for html in (details_html(judged, Measured()), verdict_html(unread, "net")):
        assert "<img" not in html
        assert "&lt;img src=x" in html


def test_the_guarantee_and_the_figures_for_the_unseen_are_said() -> None:
    html = details_html(verdict(0.9), Measured.read(embedded_model_path()))

    assert "At most 2\u00a0% of photographs are called fake" in html
    assert "On generators and cameras it never met" in html


def test_without_calibration_and_figures_that_is_said() -> None:
    html = details_html(verdict(0.9), Measured())

    assert "it has no calibration" in html
    assert "was not measured here" in html


def test_every_warning_means_something_to_a_reader() -> None:
    warnings = [TOO_SMALL, HEAVILY_COMPRESSED, OUTSIDE_TRAINING_RANGE, UPSCALED, DRAWING_OR_SCREENSHOT]
    warnings.append(NOTHING_TO_JUDGE)

    html = details_html(verdict(0.5, warnings=list(warnings)), Measured())

    assert set(WARNING_MEANINGS) == set(warnings)
    assert all(meaning in html for meaning in WARNING_MEANINGS.values())
