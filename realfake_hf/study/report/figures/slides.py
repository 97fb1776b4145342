"""Charts for slides: one panel, a few large words, every line and bar named where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from realfake_hf.pages.style import GREY, new_figure, styled
from realfake_hf.study.report.facts import ReportFacts
from realfake_hf.study.report.model_labels import add_notes, label, style_of
from realfake_hf.study.report.numbers import percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE = 11.5, 4.9
"""Inches: what a slide has room for."""
TEXT = 15
"""Points."""
APART = 0.055
"""Of the axes' height, between the names at the ends of two lines."""


@styled
def tested_figure(facts: ReportFacts) -> Figure:
    """Balanced accuracy of the compared models, the best on top, with intervals."""
    figure, (axes,) = new_figure(*SIZE)
    for place, name in enumerate(facts.ranked):
        found, colour = facts.accuracy(name), style_of(facts, name)["color"]
        axes.barh(place, 100 * found.value, height=0.55, color=colour, alpha=0.85)
        end = 100 * found.bounds[1]
        if found.low is not None:
            axes.plot([100 * found.low, end], [place, place], color="black", linewidth=1.5)
        axes.text(end + 1.5, place, percent(found.value), va="center", fontsize=TEXT, fontweight="bold")
    axes.set_yticks(range(len(facts.ranked)), [label(facts, name) for name in facts.ranked], fontsize=TEXT)
    axes.axvline(50, color=GREY, linestyle=":", linewidth=1.5)
    axes.text(50, -0.62, "guessing", ha="center", fontsize=TEXT - 2, color=GREY)
    axes.set(xlim=(0, 100), ylim=(len(facts.ranked) - 0.45, -0.8))
    axes.set_xlabel("Test pictures judged right, photographs and fakes alike (%)", fontsize=TEXT - 2)
    axes.grid(False, axis="y")
    add_notes(figure, facts, facts.ranked)
    return figure


@styled
def web_figure(facts: ReportFacts) -> Figure:
    """A line of balanced accuracy per compared model, from the file as it is to the hardest tier."""
    figure, (axes,) = new_figure(*SIZE)
    found = facts.headlines()
    tiers = list(dict.fromkeys(tier for own in found.values() for tier in own.tiers))
    ends: list[tuple[float, str, str]] = []
    for name, own in found.items():
        known = [(x, 100 * m.value) for x, tier in enumerate(tiers) if (m := own.measured("balanced_accuracy", tier))]
        style = style_of(facts, name)
        axes.plot([x for x, _ in known], [y for _, y in known], linewidth=2.5, **style)
        if known:
            ends.append((known[-1][1], label(facts, name), style["color"]))
    low = min(45.0, *(end for end, _, _ in ends)) - 2
    high = max(60.0, *(end for end, _, _ in ends)) + 12
    for place, (_, name, colour) in zip(_spread([end for end, _, _ in ends], APART * (high - low)), ends, strict=True):
        axes.text(len(tiers) - 0.93, place, name, va="center", fontsize=TEXT, color=colour, fontweight="bold")
    axes.axhline(50, color=GREY, linestyle=":", linewidth=1.5)
    axes.text(-0.22, 50, "guessing", va="bottom", fontsize=TEXT - 2, color=GREY)
    axes.set(xlim=(-0.25, len(tiers) - 0.25), ylim=(low, high))
    axes.set_xticks(range(len(tiers)), tiers, fontsize=TEXT)
    axes.set_ylabel("Judged right (%)", fontsize=TEXT - 2)
    add_notes(figure, facts, list(found))
    return figure


def _spread(places: Sequence[float], apart: float) -> list[float]:
    """The places, moved up where one would be nearer to the one below it than `apart`; in the given order."""
    moved = list(places)
    order = sorted(range(len(moved)), key=moved.__getitem__)
    for below, above in pairwise(order):
        moved[above] = max(moved[above], moved[below] + apart)
    return moved
