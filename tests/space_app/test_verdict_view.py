"""A verdict as the page shows it: the card, and the viewer beside it."""

from __future__ import annotations

import numpy as np
from PIL import Image

from realfake_hf.detection.heatmaps.heatmap import CropMap
from realfake_hf.detection.verdict import Verdict
from realfake_hf.inference.crop_boxes import Box
from space_app.verdict_view import empty_html, no_viewer_html, verdict_html, viewer_html


class Halves:
    """A heatmap whose overlay is half as large as its image: two crops side by side, and the middle."""

    image = Image.new("RGB", (400, 200), "green")
    crops = tuple(
        CropMap(Box(*box), np.full((2, 2), logit, np.float32))
        for box, logit in (((0, 0, 150, 150), 2.0), ((250, 50, 400, 200), -2.0), ((100, 0, 300, 200), 0.0))
    )

    def overlay(self, *, longest_side: int, legend: bool) -> Image.Image:
        """Blue."""
        return Image.new("RGB", (200, 100), "blue")


def test_the_answer_is_said_to_who_listens() -> None:
    html = verdict_html(Verdict("photo.jpg", "unsure", 0.3, 0.1, 0.7, 640, 480, "JPEG"))

    assert html.startswith('<div role="status">')
    assert "Can&#39;t tell, leans real" in html


def test_before_there_is_an_image_its_place_says_what_will_come() -> None:
    assert "will appear here" in empty_html()
    assert "rf-verdict" not in empty_html()


def test_photograph_and_heatmap_lie_one_over_the_other_with_a_slider_that_has_a_name() -> None:
    html = viewer_html(Halves())  # type: ignore[arg-type]

    assert html.count("data:image/jpeg;base64,") == 2 + 3
    assert 'type="range"' in html
    assert "How much of the heatmap covers the photograph" in html


def test_every_patch_can_be_chosen_and_says_what_it_speaks_for_by_itself() -> None:
    html = " ".join(viewer_html(Halves()).split())  # type: ignore[arg-type]

    assert "Patch 1 of 3</b>, reduced, as the model sees the whole" in html  # the largest lies below the others
    assert "Patch 2 of 3</b>, at the picture&#39;s own resolution" in html.replace("picture's", "picture&#39;s")
    assert (
        'aria-label="Patch 2 of 3: 88 % fake by itself" style="left: 0.0%; top: 0.0%; width: 37.5%; height: 75.0%"'
        in html
    )
    assert 'speaks for <b class="rf-says-real">real</b>: the chance of a machine would be 11 %.' in html


def test_why_there_is_no_heatmap_is_text() -> None:
    assert "&lt;b&gt;gone" in no_viewer_html("<b>gone")
