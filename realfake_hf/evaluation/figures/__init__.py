"""Figures of an evaluation; matplotlib (the extra `report`) is imported when the first one is drawn."""

from __future__ import annotations

from realfake_hf.evaluation.figures.curves import precision_recall_figure, roc_figure
from realfake_hf.evaluation.figures.histograms import score_histogram_figure
from realfake_hf.evaluation.figures.hundred import hundred_figure
from realfake_hf.evaluation.figures.reliability import reliability_figure
from realfake_hf.evaluation.figures.robustness import robustness_figure
from realfake_hf.evaluation.figures.sources import source_figure
from realfake_hf.evaluation.figures.tiers import tier_figure
from realfake_hf.pages.style import figure_png, figure_svg, write_figure

__all__ = [
    "figure_png",
    "figure_svg",
    "hundred_figure",
    "precision_recall_figure",
    "reliability_figure",
    "robustness_figure",
    "roc_figure",
    "score_histogram_figure",
    "source_figure",
    "tier_figure",
    "write_figure",
]
