"""What the first tab shows of a verdict: its card, and the viewer of where the model looked."""

from __future__ import annotations

from dataclasses import dataclass

from realfake_hf.detection.heatmaps import Heatmap
from realfake_hf.detection.pages.card_html import card_html
from realfake_hf.detection.verdict import Verdict
from realfake_hf.models.fitted import fit_inside
from realfake_hf.pages.data_uri import jpeg_uri
from realfake_hf.statistics.decision import shown_probability
from space_app.templates import render

LONGEST_SIDE = 900
"""Pixels of the viewer's pictures."""


def verdict_html(verdict: Verdict) -> str:
    """The card with the answer."""
    return render("verdict.html", card=card_html(verdict.card()))


def empty_html() -> str:
    """What stands in the card's place before there is an image."""
    return render("verdict.html", card=None)


def viewer_html(heatmap: Heatmap) -> str:
    """The photograph and where the model looked, one over the other, with a slider between them."""
    overlay = heatmap.overlay(longest_side=LONGEST_SIDE, legend=False)
    photograph = fit_inside(heatmap.image, max(overlay.size)).resize(overlay.size)
    return render(
        "viewer.html",
        photograph=jpeg_uri(photograph, quality=85),
        overlay=jpeg_uri(overlay, quality=85),
        patches=_patches(heatmap),
    )


@dataclass(frozen=True)
class _Patch:
    """A part of the image that the model saw: where it lies, in shares of the image, and what it speaks for."""

    left: float
    top: float
    width: float
    height: float
    picture: str
    p_fake: float
    is_reduced: bool

    @property
    def shown(self) -> str:
        return shown_probability(self.p_fake)


def _patches(heatmap: Heatmap) -> list[_Patch]:
    """The largest first, so that the smaller ones lie above it."""
    image = heatmap.image
    smallest = min(crop.box.right - crop.box.left for crop in heatmap.crops)
    patches = []
    for crop in {crop.box: crop for crop in heatmap.crops}.values():
        left, top = max(0.0, crop.box.left), max(0.0, crop.box.top)
        right, bottom = min(float(image.width), crop.box.right), min(float(image.height), crop.box.bottom)
        part = image.crop((round(left), round(top), round(right), round(bottom)))
        is_reduced = part.width > 1.05 * smallest
        picture = jpeg_uri(fit_inside(part, round(smallest)) if is_reduced else part, quality=92)
        place = (left / image.width, top / image.height, (right - left) / image.width, (bottom - top) / image.height)
        patches.append(_Patch(*place, picture, crop.p_fake, is_reduced))
    return sorted(patches, key=lambda patch: -patch.width * patch.height)


def no_viewer_html(reason: str) -> str:
    """Why there is no heatmap, in a sentence."""
    return render("viewer.html", photograph=None, reason=reason)
