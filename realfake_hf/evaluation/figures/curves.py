"""ROC and precision-recall curves of several scorings: tiers of one model, or models on the same images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from realfake_hf.pages.style import GREY, columns_across, new_figure, series_style, short_name, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Scores = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]
"""Labels int {0, 1} (n,) and p_fake (n,)."""

FPR_MARKS = (0.01, 0.05)


@styled
def roc_figure(curves: Mapping[str, Scores]) -> Figure:
    """ROC curves by name, beside them the part that matters in use: false-positive rates from 0.1 to 100 %.

    A name whose labels hold one class only is left out.
    """
    columns = columns_across(2, 4.6)
    figure, (whole, low) = new_figure(4.6 * columns, 9.2 / columns, rows=2 // columns, columns=columns)
    for position, (name, (labels, p_fake)) in enumerate(_with_both_classes(curves).items()):
        fpr, tpr, _ = roc_curve(labels, p_fake)
        style = series_style(position) | {"marker": ""}
        area = roc_auc_score(labels, p_fake)
        whole.plot(fpr, tpr, label=f"{short_name(name)}  (AUC {area:.3f})", **style)
        # A curve of false-positive rates is made of steps; on a logarithmic axis straight lines would lie.
        low.plot(np.maximum(fpr, 1e-6), tpr, drawstyle="steps-post", **style)
    whole.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1)
    whole.set(title="ROC", xlabel="Reals called fake", ylabel="Fakes found", xlim=(0, 1), ylim=(0, 1.01))
    whole.set_aspect("equal")
    _legend(whole, "lower right")
    low.set(
        title="The same at few false alarms",
        xlabel="Reals called fake (logarithmic)",
        ylabel="Fakes found",
        xscale="log",
        xlim=(1e-3, 1),
        ylim=(0, 1.01),
    )
    for mark in FPR_MARKS:
        low.axvline(mark, color=GREY, linestyle=":", linewidth=1)
        low.text(mark * 1.06, 0.985, f"{100 * mark:.0f} %", color=GREY, fontsize=8, va="top")
    low.set_xticks([1e-3, 1e-2, 1e-1, 1], ["0.1 %", "1 %", "10 %", "100 %"])
    return figure


@styled
def precision_recall_figure(curves: Mapping[str, Scores]) -> Figure:
    """Precision-recall curves by name, with the precision of chance (the share of fakes) as a dotted line."""
    figure, (axes,) = new_figure(5.4, 4.6)
    shares = set()
    for position, (name, (labels, p_fake)) in enumerate(_with_both_classes(curves).items()):
        precision, recall, _ = precision_recall_curve(labels, p_fake)
        area = average_precision_score(labels, p_fake)
        shares.add(round(float(labels.mean()), 3))
        axes.plot(
            recall,
            precision,
            label=f"{short_name(name)}  (AP {area:.3f})",
            drawstyle="steps-pre",
            **series_style(position) | {"marker": ""},
        )
    for share in sorted(shares):
        axes.axhline(share, color=GREY, linestyle=":", linewidth=1)
    axes.set(
        title="Precision and recall",
        xlabel="Fakes found (recall)",
        ylabel="Right among those called fake (precision)",
        xlim=(0, 1.01),
        ylim=(0, 1.02),
    )
    _legend(axes, "lower left")
    return figure


def _with_both_classes(curves: Mapping[str, Scores]) -> dict[str, Scores]:
    return {name: scores for name, scores in curves.items() if len(np.unique(scores[0])) == 2}


def _legend(axes: Axes, place: Literal["lower right", "lower left"]) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc=place, handlelength=3)
