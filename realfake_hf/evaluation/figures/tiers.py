"""The headline metrics of one or several models, tier by tier."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from realfake_hf.pages.style import (
    GREY,
    columns_across,
    error_lengths,
    models_legend,
    new_figure,
    series_style,
    short_name,
    styled,
)
from realfake_hf.records.results import EvaluationResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEADLINES = {
    "balanced_accuracy": "Balanced accuracy",
    "real_accuracy": "Reals called real",
    "fake_accuracy": "Fakes called fake",
    "roc_auc": "ROC AUC",
}


@styled
def tier_figure(results: Sequence[EvaluationResult]) -> Figure:
    """A panel per headline metric, tiers from left to right, a line with 95 % intervals per model."""
    columns = columns_across(len(HEADLINES), 2.4)
    down = math.ceil(len(HEADLINES) / columns)
    figure, axes = new_figure(2.6 * columns, 2.9 * down + 0.4, rows=down, columns=columns, sharey=True)
    tiers = list(dict.fromkeys(tier for result in results for tier in result.tiers))
    for panel, (metric, title) in zip(axes, HEADLINES.items(), strict=True):
        for number, result in enumerate(results):
            shift = 0.09 * (number - (len(results) - 1) / 2)
            known = [(x, result.tiers[t]) for x, t in enumerate(tiers) if t in result.tiers]
            rows = [(x + shift, tier.value(metric), tier.ci95.get(metric)) for x, tier in known]
            drawn = [(x, value, band or (value, value)) for x, value, band in rows if value is not None]
            values = [value for _, value, _ in drawn]
            panel.errorbar(
                [x for x, _, _ in drawn],
                values,
                yerr=error_lengths(values, [band for _, _, band in drawn]),
                label=short_name(result.model),
                elinewidth=1,
                capsize=2,
                **series_style(number),
            )
        panel.set_title(title)
        panel.set_xticks(range(len(tiers)), tiers)
        panel.set(xlim=(-0.4, len(tiers) - 0.6), ylim=(0, 1.02))
        panel.axhline(0.5, color=GREY, linestyle=":", linewidth=1)
    models_legend(figure, axes[0])
    return figure
