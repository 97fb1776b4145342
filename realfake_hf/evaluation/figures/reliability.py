"""Reliability diagrams: does p_fake mean what it says?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from realfake_hf.evaluation.figures.curves import Scores
from realfake_hf.evaluation.metrics.calibration_error import calibration_bins, expected_calibration_error
from realfake_hf.pages.palette import FAKE_COLOUR, REAL_COLOUR
from realfake_hf.pages.style import FAKE_HATCH, GREY, columns_across, error_lengths, new_figure, short_name, styled
from realfake_hf.statistics.calibration import clopper_pearson_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

N_BINS = 15


@styled
def reliability_figure(panels: Mapping[str, Scores]) -> Figure:
    """A reliability diagram per name: share of fakes over p_fake in 15 bins, below it how many images fall there.

    Points carry 95 % Clopper-Pearson intervals; on the diagonal p_fake is honest.
    """
    from matplotlib.ticker import MaxNLocator

    columns = columns_across(len(panels), 3.4)
    blocks = max(1, math.ceil(len(panels) / columns))
    figure, axes = new_figure(
        3.4 * columns, 4.6 * blocks, rows=2 * blocks, columns=columns, height_ratios=[3, 1] * blocks, sharex=True,
        sharey="row",
    )  # fmt: skip
    for number, (name, (labels, p_fake)) in enumerate(panels.items()):
        block, column = divmod(number, columns)
        upper, lower = axes[2 * block * columns + column], axes[(2 * block + 1) * columns + column]
        error = f"  (ECE {expected_calibration_error(labels, p_fake):.3f})" if len(labels) else ""
        upper.set_title(f"{short_name(name)}{error}")
        _diagram(upper, labels, p_fake)
        _counts(lower, labels, p_fake)
        lower.tick_params(labelbottom=True)
    for upper, lower in zip(axes[:: 2 * columns], axes[columns :: 2 * columns], strict=True):
        upper.set_ylabel("Share of fakes")
        lower.set_ylabel("Images")
        lower.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    figure.legend(*axes[columns].get_legend_handles_labels(), loc="outside lower right", ncols=2, handlelength=1.2)
    return figure


def _diagram(axes: Axes, labels: npt.NDArray[np.int64], p_fake: npt.NDArray[np.float64]) -> None:
    bins = calibration_bins(p_fake, N_BINS)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1)
    points, shares, bounds = [], [], []
    for index in np.unique(bins):
        inside = bins == index
        fakes, count = int(labels[inside].sum()), int(inside.sum())
        points.append(p_fake[inside].mean())
        shares.append(fakes / count)
        bounds.append(clopper_pearson_interval(fakes, count))
    axes.errorbar(
        points, shares, yerr=error_lengths(shares, bounds), fmt="o", color="black", ecolor=GREY, elinewidth=1,
        markersize=4.5,
    )  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(-0.02, 1.02))


def _counts(axes: Axes, labels: npt.NDArray[np.int64], p_fake: npt.NDArray[np.float64]) -> None:
    edges = np.linspace(0, 1, N_BINS + 1).tolist()
    axes.hist(
        [p_fake[labels == 0], p_fake[labels == 1]],
        bins=edges,
        stacked=True,
        color=[REAL_COLOUR, FAKE_COLOUR],
        hatch=["", FAKE_HATCH],
        edgecolor="white",
        linewidth=0.4,
        label=["real", "fake"],
    )
    axes.set_xlabel("p_fake")
