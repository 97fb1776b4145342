"""Accuracy per generator and camera set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from realfake_hf.pages.palette import BLACK
from realfake_hf.pages.style import GREY, error_lengths, new_figure, short_name, styled
from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.model_labels import WIDTH, add_notes, label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LOOKS = (("#0072B2", ""), ("#E69F00", "////"), ("#CCCCCC", "...."))
"""Colour and hatch of the first, second and third model."""


@styled
def source_figure(facts: ReportFacts, names: Sequence[str]) -> Figure:
    """Bars with 95 % Clopper-Pearson intervals per source of the headline split, first tier, the hardest on top.

    Args:
        facts: of the runs.
        names: one to three compared models.
    """
    rows = {name: _rows(facts, name) for name in names}
    labels = ("real", "fake")
    keys = list(dict.fromkeys(key for found in rows.values() for key in found))
    by_label = {own: [source for label_name, source in keys if label_name == own] for own in labels}
    kept = [own for own in labels if by_label[own]]
    most = max(len(by_label[own]) for own in kept)
    figure, panels = new_figure(WIDTH, 1.3 + (0.14 + 0.12 * len(names)) * max(5, most), columns=len(kept))
    thickness = 0.8 / len(names)
    for panel, own in zip(panels, kept, strict=True):
        first = rows[names[0]]
        order = sorted(by_label[own], key=lambda source: -first[own, source][0] if (own, source) in first else 1.0)
        for place, name in enumerate(names):
            known = [(y, rows[name][own, source]) for y, source in enumerate(order) if (own, source) in rows[name]]
            heights = [y + thickness * ((len(names) - 1) / 2 - place) for y, _ in known]
            values = [100 * value for _, (value, *_) in known]
            colour, hatch = LOOKS[place]
            panel.barh(
                heights, values, height=0.92 * thickness, color=colour, hatch=hatch, edgecolor="white", linewidth=0.4,
                label=label(facts, name),
            )  # fmt: skip
            panel.errorbar(
                values,
                heights,
                xerr=error_lengths(values, [(100 * low, 100 * high) for _, (_, low, high, _) in known]),
                fmt="none",
                ecolor=BLACK,
                elinewidth=1,
                capsize=2,
            )
        counts = {source: next(f[own, source][3] for f in rows.values() if (own, source) in f) for source in order}
        panel.set_yticks(
            range(len(order)),
            [f"{short_name(source or 'unknown', 17)} ({counts[source]})" for source in order],
            fontsize=8.5,
        )
        # Both panels have room for as many bars, so that a bar is as thick left as right.
        panel.set_ylim(len(order) - most - 0.6, len(order) - 0.4)
        panel.set_title("Photographs" if own == "real" else "Fakes")
        panel.set_xlim(0, 101)
        panel.axvline(50, color=GREY, linestyle=":", linewidth=1)
        panel.grid(False, axis="y")
    figure.supxlabel("Share judged right (%); in brackets the number of images", fontsize=9)
    if len(names) > 1:
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=2, handlelength=1.6)
    add_notes(figure, facts, list(names))
    return figure


def _rows(facts: ReportFacts, name: str) -> dict[tuple[str, str], tuple[float, float, float, int]]:
    """By label and source: accuracy, its interval, images."""
    found = facts.headline(name)
    assert found is not None, f"{name} is not compared"
    return {
        (row.label, row.source): (row.accuracy, low, high, row.n)
        for row, (low, high) in zip(found.sources, found.source_intervals, strict=True)
        if row.tier == found.first_tier
    }
