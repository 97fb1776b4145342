"""Robustness curves: a metric along each degradation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from realfake_hf.pages.style import GREY, columns_across, models_legend, new_figure, series_style, short_name, styled
from realfake_hf.records.robustness import SweepPoint, SweepResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 3
TITLES = {"jpeg": "JPEG", "webp": "WebP"}


@styled
def robustness_figure(result: SweepResult, metric: str = "balanced_accuracy") -> Figure:
    """One panel per sweep, from mild (left) to strong, a line with its 95 % band per model.

    Args:
        result: of `summarise_sweeps`.
        metric: a name in `METRIC_NAMES`.
    """
    sweeps, models = result.sweeps(), result.models()
    columns = columns_across(min(COLUMNS, len(sweeps)), 3.3)
    rows = max(1, math.ceil(len(sweeps) / columns))
    figure, axes = new_figure(3.3 * columns, 2.7 * rows + 0.4, rows=rows, columns=columns, sharey=True)
    for panel, sweep in zip(axes, sweeps, strict=False):
        for number, model in enumerate(models):
            _curve(panel, result.curve(model, sweep), metric, number, short_name(model))
        first = result.curve(models[0], sweep)
        panel.set_title(TITLES.get(sweep, sweep.capitalize()))
        panel.set_xlabel(first[0].parameter)
        panel.set_xticks(range(len(first)), [f"{point.value:g}" for point in first], fontsize=8)
    for panel in axes[len(sweeps) :]:
        panel.remove()
    # From a little below chance, or below the lowest point: half a scale that nothing reaches helps nobody.
    lows = [point.metrics.ci95[metric][0] for point in result.points if metric in point.metrics.ci95]
    axes[0].set_ylim(max(-0.02, min([0.43, *lows]) - 0.03), 1.02)
    for row in range(rows):
        axes[row * columns].set_ylabel(metric.replace("_", " ").capitalize())
    models_legend(figure, axes[0])
    return figure


def _curve(axes: Axes, points: list[SweepPoint], metric: str, number: int, name: str) -> None:
    values = [(x, point.metrics.value(metric), point.metrics.ci95.get(metric)) for x, point in enumerate(points)]
    known = [(x, value, band or (value, value)) for x, value, band in values if value is not None]
    positions = [x for x, _, _ in known]
    style = series_style(number)
    axes.plot(positions, [value for _, value, _ in known], label=name, **style)
    lows, highs = [low for _, _, (low, _) in known], [high for _, _, (_, high) in known]
    axes.fill_between(positions, lows, highs, color=style["color"], alpha=0.15, linewidth=0)
    if metric in ("balanced_accuracy", "roc_auc"):
        axes.axhline(0.5, color=GREY, linestyle=":", linewidth=1)
