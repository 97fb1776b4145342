"""What each left-out source costs, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from realfake_hf.pages.palette import BLACK, VERMILION
from realfake_hf.pages.style import GREY, error_lengths, new_figure, series_style, short_name, styled
from realfake_hf.study.leave_one_out.cost import SourceCost
from realfake_hf.study.leave_one_out.result import LeaveOneOutResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLES = {"fake": "Generators", "real": "Real sources"}
NAMES = {"accuracy": "Accuracy at p_fake 0.5", "roc_auc": "ROC AUC"}


@styled
def cost_figure(result: LeaveOneOutResult, metric: str = "accuracy") -> Figure:
    """A row per source, the costliest on top: left its figure with and without it in training, right what was lost.

    Args:
        result: with at least one cost.
        metric: `accuracy` or `roc_auc`.
    """
    first = result.tiers[0]
    classes = {label: own for label in ("fake", "real") if (own := result.of(first, label))}
    heights = [len(own) for own in classes.values()]
    figure, axes = new_figure(
        9.6, 1.3 + 0.36 * sum(heights) + 0.5 * len(heights), rows=len(heights), columns=2, sharex="col", sharey="row",
        height_ratios=heights, width_ratios=[1.1, 1],
    )  # fmt: skip
    for row, (label, own) in enumerate(classes.items()):
        order = [cost.source for cost in reversed(own)]
        values, losses = axes[2 * row], axes[2 * row + 1]
        _values(values, own, order, metric)
        for number, tier in enumerate(result.tiers):
            _losses(losses, result.of(tier, label), order, metric, number, len(result.tiers), tier)
        counts = {cost.source: cost.n for cost in own}
        values.set_yticks(range(len(order)), [f"{short_name(name, 28)}  ({counts[name]})" for name in order])
        values.set_ylim(-0.6, len(order) - 0.4)
        values.set_title(TITLES[label])
        losses.tick_params(labelleft=False)
        losses.axvline(0, color=GREY, linestyle=":", linewidth=1)
    axes[-2].set_xlabel(f"{NAMES[metric]}, {first} (in brackets images)")
    axes[-1].set_xlabel("Lost, with 95 % intervals")
    handles: list[Any] = []
    names: list[str] = []
    for panel in axes[:2]:
        found = panel.get_legend_handles_labels()
        handles, names = handles + found[0], names + found[1]
    figure.legend(handles, names, loc="outside upper center", ncols=len(names))
    return figure


def _values(axes: Axes, costs: list[SourceCost], order: list[str], metric: str) -> None:
    known = [cost for cost in costs if getattr(cost, f"{metric}_with") is not None]
    rows = [order.index(cost.source) for cost in known]
    seen = [getattr(cost, f"{metric}_with") for cost in known]
    left_out = [getattr(cost, f"{metric}_without") for cost in known]
    axes.hlines(rows, seen, left_out, color=GREY, linewidth=1.2)
    axes.plot(seen, rows, "o", color=BLACK, label="trained with it")
    axes.plot(left_out, rows, "D", color=VERMILION, markerfacecolor="white", label="without it")
    axes.axvline(0.5, color=GREY, linestyle=":", linewidth=1)
    axes.set_xlim(-0.02, 1.02)


def _losses(
    axes: Axes, costs: list[SourceCost], order: list[str], metric: str, number: int, tiers: int, tier: str
) -> None:
    known = [cost for cost in costs if getattr(cost, f"{metric}_cost") is not None]
    shift = 0.22 * (number - (tiers - 1) / 2)
    points = [getattr(cost, f"{metric}_cost") for cost in known]
    bounds = [getattr(cost, f"{metric}_ci95") for cost in known]
    axes.errorbar(
        points,
        [order.index(cost.source) - shift for cost in known],
        xerr=error_lengths(points, bounds),
        label=tier,
        elinewidth=1,
        **series_style(number) | {"linestyle": "none"},
    )
