"""Accuracy against what it costs, with the Pareto front."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from realfake_hf.pages.style import GREY, new_figure, plain_log_ticks, styled
from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.model_labels import WIDTH, add_notes, label, style_of
from realfake_hf.study.report.recommendation import Candidate, pareto_front

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXES = {
    "parameters": "Millions of parameters (logarithmic)",
    "macs": "Millions of multiply-adds of one image (logarithmic)",
    "milliseconds": "Milliseconds of one image (logarithmic)",
    "training_seconds": "Minutes of training (logarithmic)",
}
UNITS = {"parameters": 1e-6, "macs": 1e-6, "training_seconds": 1 / 60}

Box = tuple[float, float, float, float]
SIDES = [(side, level) for level in (1, -1, 2, -2, 3, -3) for side in (1, -1)]
"""Right or left of a point, and how far above it (not beside it: the front runs there), the most wanted first."""

CHARACTER, LINE = 0.0128, 0.06
"""Width of a character and height of a line, as shares of the axes."""


def costed(facts: ReportFacts, measure: str) -> list[str]:
    """The compared models whose cost was measured.

    Args:
        facts: of the runs.
        measure: a key of `AXES`.
    """
    return [name for name in facts.ranked if facts.model(name).cost_by(measure)]


@styled
def cost_figure(facts: ReportFacts, measure: str) -> Figure:
    """A point with its interval per compared model, named where it lies; the line is the Pareto front."""
    figure, (axes,) = new_figure(WIDTH, 3.5)
    unit, rule = UNITS.get(measure, 1), facts.recommendation
    names = costed(facts, measure)
    points = [
        Candidate(name, facts.accuracy(name), None, unit * float(facts.model(name).cost_by(measure) or 0), False)
        for name in names
    ]
    for own in points:
        value, (low, high) = own.accuracy.value, own.accuracy.bounds
        axes.errorbar(
            [own.cost], [100 * value], yerr=[[100 * (value - low)], [100 * (high - value)]], elinewidth=1, capsize=3,
            markersize=8, **style_of(facts, own.name) | {"linestyle": "none"},
        )  # fmt: skip
    front = pareto_front([own for own in points if rule.provisional or not facts.model(own.name).unfit])
    axes.step(
        [own.cost for own in front], [100 * own.accuracy.value for own in front], where="post", color=GREY,
        linestyle="--", linewidth=1.2, zorder=0,
    )  # fmt: skip
    axes.set_xscale("log")
    axes.axhline(50, color=GREY, linestyle=":", linewidth=1)
    axes.margins(x=0.2, y=0.12)
    axes.set(xlabel=AXES[measure], ylabel="Balanced accuracy (%)")
    left, right = axes.get_xlim()
    plain_log_ticks(axes.xaxis, (1, 2, 5) if right / left < 200 else (1,))
    _name_points(axes, [(own.cost, 100 * own.accuracy.value, label(facts, own.name)) for own in points])
    add_notes(figure, facts, names)
    return figure


def _name_points(axes: Axes, points: list[tuple[float, float, str]]) -> None:
    """Write each name beside its point, where it covers the fewest other names, points and the ends of the axes."""
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    places = [
        (math.log(cost / low) / math.log(high / low), (accuracy - bottom) / (top - bottom))
        for cost, accuracy, _ in points
    ]
    taken = [(x - 0.012, y - 0.03, x + 0.012, y + 0.03) for x, y in places]
    for (x, y), (cost, accuracy, name) in zip(places, points, strict=True):
        boxes = {side: _box(x, y, len(name), *side) for side in SIDES}
        best = min(boxes, key=lambda side: _covered(boxes[side], taken))
        taken.append(boxes[best])
        axes.annotate(
            name,
            (cost, accuracy),
            xytext=(9 * best[0], 10 * best[1]),
            textcoords="offset points",
            ha="left" if best[0] > 0 else "right",
            va="center",
            fontsize=9.5,
        )


def _box(x: float, y: float, characters: int, side: int, level: int) -> Box:
    """Where a name would lie, in shares of the axes: left, bottom, right, top."""
    width, middle = CHARACTER * characters, y + 0.05 * level
    start = x + 0.022 if side > 0 else x - 0.022 - width
    return start, middle - LINE / 2, start + width, middle + LINE / 2


def _covered(box: Box, taken: list[Box]) -> float:
    left, bottom, right, top = box
    area = sum(
        max(0.0, min(right, other[2]) - max(left, other[0])) * max(0.0, min(top, other[3]) - max(bottom, other[1]))
        for other in taken
    )
    return area + max(0.0, -left) + max(0.0, right - 1.0)
