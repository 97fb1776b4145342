"""Pictures with the truth and the answer below each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from realfake_hf.detection.gallery import GALLERY_FOLDER
from realfake_hf.images.image_files import open_image
from realfake_hf.pages.palette import FAKE_COLOUR, REAL_COLOUR
from realfake_hf.pages.style import GREY, new_figure, styled
from realfake_hf.study.report.facts import ShownCase

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIDE = 360
TRUTH = {"real": "Truth: real", "fake": "Truth: AI-generated"}
COLOURS = {"right": REAL_COLOUR, "wrong": FAKE_COLOUR, "no answer": GREY}


@styled
def case_figure(cases: Sequence[ShownCase]) -> Figure:
    """One square picture per case, side by side."""
    figure, panels = new_figure(12.0, 4.0, columns=len(cases))
    for panel, one in zip(panels, cases, strict=True):
        panel.imshow(np.asarray(_square(open_image(GALLERY_FOLDER / one.file))))
        panel.set_axis_off()
        panel.set_title(f"{TRUTH[one.truth]}\nIt says: {one.answer}", fontsize=14, loc="center")
        panel.text(
            0.5, -0.05, one.outcome, transform=panel.transAxes, ha="center", va="top", fontsize=16, fontweight="bold",
            color=COLOURS[one.outcome],
        )  # fmt: skip
    return figure


def _square(image: Image.Image) -> Image.Image:
    side = min(image.size)
    left, top = ((length - side) // 2 for length in image.size)
    return image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
