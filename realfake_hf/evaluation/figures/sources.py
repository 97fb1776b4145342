"""Accuracy per generator and camera set, in every tier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from realfake_hf.pages.style import GREY, error_lengths, new_figure, series_style, short_name, styled
from realfake_hf.records.results import SourceResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def source_figure(sources: Sequence[SourceResult]) -> Figure:
    """A row per source with its accuracy in every tier and 95 % Clopper-Pearson intervals, the worst on top.

    Args:
        sources: as in `EvaluationResult.sources`.
    """
    tiers = list(dict.fromkeys(row.tier for row in sources))
    by_key = {(row.label, row.source, row.tier): row for row in sources}
    figure, panels = new_figure(
        8.4, 1.0 + 0.34 * max(2, len({(row.label, row.source) for row in sources})) + 0.6, rows=2, sharex=True,
        height_ratios=[max(1, len({r.source for r in sources if r.label == label})) for label in ("real", "fake")],
    )  # fmt: skip
    for panel, label in zip(panels, ("real", "fake"), strict=True):
        rows = [row for row in sources if row.label == label]
        means = {row.source: 0.0 for row in rows}
        for row in rows:
            means[row.source] += row.accuracy
        order = sorted(means, key=lambda source: means[source], reverse=True)
        for number, tier in enumerate(tiers):
            style = series_style(number) | {"linestyle": "none"}
            # Tiers lie a little apart, so that their intervals do not cover one another.
            shift = 0.22 * (number - (len(tiers) - 1) / 2)
            kept = [(y, by_key[label, s, tier]) for y, s in enumerate(order) if (label, s, tier) in by_key]
            accuracies = [row.accuracy for _, row in kept]
            panel.errorbar(
                accuracies,
                [y - shift for y, _ in kept],
                xerr=error_lengths(accuracies, [row.interval for _, row in kept]),
                label=tier,
                elinewidth=1,
                markersize=4.5,
                **style,
            )
        counts = {row.source: row.n for row in rows}
        names = [f"{short_name(source or 'unknown source')}  ({counts[source]})" for source in order]
        panel.set_yticks(range(len(order)), names)
        panel.set_ylim(-0.6, max(0.6, len(order) - 0.4))
        panel.set_title("Reals called real" if label == "real" else "Fakes called fake")
        panel.axvline(0.5, color=GREY, linestyle=":", linewidth=1)
        panel.set_xlim(-0.01, 1.01)
    panels[1].set_xlabel("Accuracy at p_fake 0.5\n(in brackets the number of images)")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=max(1, len(tiers)))
    return figure
