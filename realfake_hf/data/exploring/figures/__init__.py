"""Figures of a data set, in the house style."""

from __future__ import annotations

from realfake_hf.data.exploring.figures.counts import category_figure, count_figure
from realfake_hf.data.exploring.figures.distributions import distribution_figure
from realfake_hf.data.exploring.figures.noise import profile_figure, residual_figure, spectrum_figure

__all__ = [
    "category_figure",
    "count_figure",
    "distribution_figure",
    "profile_figure",
    "residual_figure",
    "spectrum_figure",
]
