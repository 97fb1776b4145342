"""The audit in one figure."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING

from realfake_hf.data.auditing.judgement import LIMITS
from realfake_hf.pages.palette import BLACK, BLUE, VERMILION
from realfake_hf.pages.style import GREY, new_figure, styled
from realfake_hf.records.audit import AuditResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def auc_figure(result: AuditResult, titles: Mapping[str, str]) -> Figure:
    """A row per probe: its AUC with the interval, and where warnings and failures begin.

    Args:
        result: of `audit`.
        titles: of the AUCs to draw, by name; none may be None.
    """
    figure, (panel,) = new_figure(7.6, 0.9 + 0.42 * len(titles))
    rows = list(reversed(list(titles)))
    for y, name in enumerate(rows):
        value, (low, high) = getattr(result, name), result.ci95[name]
        panel.errorbar(
            [value], [y], xerr=[[value - low], [high - value]], fmt="o", color=BLUE, elinewidth=1.6, capsize=3
        )
        limits = LIMITS.get(name)
        if limits is not None:
            panel.plot([limits.warn], [y], marker="|", markersize=14, color=BLACK)
        if limits is not None and limits.fail <= 1:
            panel.plot([limits.fail], [y], marker="x", markersize=7, color=VERMILION, markeredgewidth=1.6)
    panel.plot([], [], marker="|", markersize=10, color=BLACK, linestyle="none", label="warns above")
    panel.plot([], [], marker="x", markersize=6, color=VERMILION, linestyle="none", label="fails above")
    panel.axvline(0.5, color=GREY, linestyle=":", linewidth=1)
    panel.set_yticks(range(len(rows)), [fill(titles[name], 26) for name in rows])
    panel.set_ylim(-0.6, len(rows) - 0.4)
    panel.set_xlim(min(0.4, *(result.ci95[name][0] - 0.02 for name in rows)), 1.005)
    panel.set_xlabel("ROC AUC\n(the lower end of the interval is judged)")
    panel.grid(False, axis="y")
    figure.legend(loc="outside upper right", ncols=2)
    return figure
