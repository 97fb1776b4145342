"""What the first tab shows of a verdict: its card, and the viewer of where the model looked."""

from __future__ import annotations

from realfake_hf.detection.card import card_html
from realfake_hf.detection.heatmaps import Heatmap
from realfake_hf.detection.verdict import Verdict
from realfake_hf.models.fitted import fit_inside
from realfake_hf.pages.data_uri import jpeg_uri
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
    return render("viewer.html", photograph=jpeg_uri(photograph, quality=85), overlay=jpeg_uri(overlay, quality=85))


def no_viewer_html(reason: str) -> str:
    """Why there is no heatmap, in a sentence."""
    return render("viewer.html", photograph=None, reason=reason)
