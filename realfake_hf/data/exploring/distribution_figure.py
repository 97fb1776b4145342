"""Histograms of the numbers that an image's file has, real beside fake."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from realfake_hf.data.exploring.tables import Quantity
from realfake_hf.models.labels import LABEL_NAMES
from realfake_hf.pages.style import columns_across, new_figure, series_style, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 3


@styled
def distribution_figure(histograms: pd.DataFrame, quantities: Sequence[Quantity]) -> Figure:
    """A panel per quantity with the share of each class per bin: outlines, so that neither class hides the other.

    Args:
        histograms: `histogram_table`.
        quantities: those to draw, at least one.
    """
    columns = columns_across(min(COLUMNS, len(quantities)), 2.4)
    rows = math.ceil(len(quantities) / columns)
    width = 3.1 * columns if columns > 1 else 5.2
    figure, panels = new_figure(width, 2.4 * rows + 0.5, rows=rows, columns=columns)
    for panel, quantity in zip(panels, quantities, strict=False):
        for number, name in enumerate(LABEL_NAMES):
            own = histograms[(histograms["quantity"] == quantity.column) & (histograms["class"] == name)]
            style = series_style(number)
            edges = np.append(own["low"].to_numpy(), own["high"].to_numpy()[-1:])
            panel.stairs(
                own["share"].to_numpy(), edges, label=name, color=style["color"], linestyle=style["linestyle"],
                linewidth=1.6, fill=False,
            )  # fmt: skip
            panel.stairs(own["share"].to_numpy(), edges, color=style["color"], alpha=0.15, fill=True)
        if quantity.logarithmic:
            panel.set_xscale("log")
            _label_few(panel, histograms.loc[histograms["quantity"] == quantity.column, ["low", "high"]].to_numpy())
        else:
            _whole_numbers(panel)
        panel.set_title(quantity.title)
        panel.set_ylim(bottom=0)
        panel.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.4g} %")
    for panel in panels[len(quantities) :]:
        panel.remove()
    # Inside a panel it would hide a bar somewhere.
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
    figure.supylabel("Share of the class's images", fontsize=10)
    return figure


def _whole_numbers(panel: Axes) -> None:
    """Ticks at whole numbers, a few at least: a quality of 90 alone would be drawn between 89.6 and 90.4."""
    from matplotlib.ticker import MaxNLocator

    low, high = panel.get_xlim()
    panel.set_xlim(min(low, (low + high) / 2 - 2), max(high, (low + high) / 2 + 2))
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))


def _label_few(panel: Axes, edges: np.ndarray) -> None:
    """Plain numbers on a logarithmic axis, three or four of them: powers of ten are no help between 300 and 900."""
    from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

    low, high = float(edges.min()), float(edges.max())
    steps = [digit * 10.0**power for power in range(-6, 10) for digit in (1, 1.5, 2, 3, 4, 5, 7)]
    inside = [step for step in steps if low <= step <= high]
    stride = math.ceil(len(inside) / 4) or 1
    ticks = inside[::stride] or [low, high]
    panel.xaxis.set_major_locator(FixedLocator(ticks))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_minor_formatter(NullFormatter())
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 100 else f"{value:.3g}")
