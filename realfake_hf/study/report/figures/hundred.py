"""For readers who do not read curves: what happens to a hundred photographs and to a hundred fakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from realfake_hf.pages.style import Fill, new_figure, styled
from realfake_hf.study.report.numbers import of_hundred

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RIGHT: Fill = {"facecolor": "#56B4E9", "edgecolor": "white"}
WRONG: Fill = {"facecolor": "#3A1A00", "edgecolor": "white", "hatch": "xxxx"}


@styled
def hundred_figure(real_right: float, fake_right: float) -> Figure:
    """Two squares of a hundred fields, the dark ones judged wrong.

    Args:
        real_right, fake_right: shares in [0, 1].
    """
    from matplotlib.patches import Rectangle

    figure, panels = new_figure(9.0, 4.6, columns=2)
    for panel, share, name, verdict in zip(
        panels, (real_right, fake_right), ("photographs", "fakes"), ("called fake", "taken for real"), strict=True
    ):
        right = int(of_hundred(share))
        for place in range(100):
            look = RIGHT if place < right else WRONG
            panel.add_patch(Rectangle((place % 10 + 0.06, 9 - place // 10 + 0.06), 0.88, 0.88, linewidth=0, **look))
        panel.set(xlim=(0, 10), ylim=(0, 10))
        panel.set_aspect("equal")
        panel.set_axis_off()
        panel.set_title(f"Of 100 {name}, {100 - right} {verdict}", fontsize=14)
    return figure
