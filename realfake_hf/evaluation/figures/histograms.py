"""Score histograms: where the images of each source lie between real and fake."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from realfake_hf.models.labels import FAKE
from realfake_hf.pages.palette import FAKE_COLOUR, REAL_COLOUR
from realfake_hf.pages.style import FAKE_HATCH, GREY, REAL_HATCH, columns_across, new_figure, short_name, styled
from realfake_hf.records.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

N_BINS = 20
COLUMNS = 4


@styled
def score_histogram_figure(predictions: Predictions, *, thresholds: tuple[float, float] = (0.5, 0.5)) -> Figure:
    """One small histogram of p_fake per source, reals first; the shaded band is where the verdict is 'unsure'.

    Args:
        predictions: of one model in one tier; rows with errors are left out.
        thresholds: `threshold_low` and `threshold_high`.
    """
    judged = predictions.judged()
    sources = sorted(set(zip(judged.label.tolist(), judged.source.tolist(), strict=True)))
    columns = columns_across(min(COLUMNS, len(sources)), 2.3)
    rows = max(1, math.ceil(len(sources) / columns))
    figure, axes = new_figure(2.55 * columns + 0.3, 1.55 * rows + 0.6, rows=rows, columns=columns, sharex=True)
    low, high = thresholds
    for panel, (label, source) in zip(axes, sources, strict=False):
        p_fake = judged.p_fake[(judged.label == label) & (judged.source == source)]
        fake = label == FAKE
        panel.hist(
            p_fake,
            bins=np.linspace(0, 1, N_BINS + 1).tolist(),
            weights=np.full(len(p_fake), 1 / len(p_fake)),
            color=FAKE_COLOUR if fake else REAL_COLOUR,
            hatch=FAKE_HATCH if fake else REAL_HATCH,
            edgecolor="white",
            linewidth=0.4,
        )
        if high > low:
            panel.axvspan(low, high, color="#E4E4E4", linewidth=0, zorder=0)
        else:
            panel.axvline(high, color=GREY, linestyle=":", linewidth=1)
        right = int(np.sum((p_fake >= 0.5) == fake))
        panel.set_title(short_name(source or "unknown source", 24), fontsize=9)
        panel.set_ylim(0, panel.get_ylim()[1] * 1.4)  # room for the note above the bars
        note = f"{'fake' if fake else 'real'}, {right} of {len(p_fake)} right"
        panel.text(0.5, 0.96, note, transform=panel.transAxes, fontsize=7.5, va="top", ha="center")
        panel.set(xlim=(0, 1))
        panel.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "0.5", "", "1"])
        panel.set_yticks([])
        panel.grid(False)
    for panel in axes[len(sources) :]:
        panel.remove()
    for panel in axes[max(0, len(sources) - columns) : len(sources)]:  # the lowest of each column
        panel.tick_params(labelbottom=True)
    figure.supxlabel("p_fake", fontsize=10)
    figure.supylabel("Share of the source's images", fontsize=10)
    return figure
