"""Names of models in figures and tables: short, with signs for what must be said beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from realfake_hf.pages.style import GREY, LineStyle, series_style, short_name
from realfake_hf.study.report.facts import ReportFacts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIGNS = "*†‡§¶"
WIDTH = 6.5
"""Inches: as wide as the text of a document, so that a label of 9 points is printed at 9 points."""


def label(facts: ReportFacts, name: str) -> str:
    """The name with a sign per kind of note."""
    return short_name(name, 28) + signs(facts, name)


def signs(facts: ReportFacts, name: str) -> str:
    """A sign per kind of note of a model."""
    kinds = facts.note_kinds()
    return "".join(SIGNS[kinds.index(kind) % len(SIGNS)] for kind in facts.model(name).note_kinds)


def explained(facts: ReportFacts, names: Sequence[str]) -> list[str]:
    """What the signs of some models mean."""
    kinds = facts.note_kinds()
    shown = [kind for kind in kinds if any(kind in facts.model(name).note_kinds for name in names)]
    return [f"{SIGNS[kinds.index(kind) % len(SIGNS)]} {kind}" for kind in shown]


def add_notes(figure: Figure, facts: ReportFacts, names: Sequence[str]) -> None:
    """Say below a figure what the signs mean; the space is taken from the drawing."""
    if notes := explained(facts, names):
        figure.supxlabel("   ".join(notes), x=0.01, ha="left", fontsize=8.5, color=GREY)


def add_legend(figure: Figure, axes: Axes) -> None:
    """The names of the lines of one panel, above the figure."""
    handles, names = axes.get_legend_handles_labels()
    columns = 3 if max(map(len, names)) < 22 else 2
    figure.legend(handles, names, loc="outside upper left", ncols=min(columns, len(names)), handlelength=4)


def style_of(facts: ReportFacts, name: str) -> LineStyle:
    """Colour, dashes and marker of a model, the same in every figure."""
    return series_style([own.name for own in facts.models].index(name))
