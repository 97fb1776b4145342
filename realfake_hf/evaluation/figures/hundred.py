"""For readers who do not read tables: which verdicts a hundred photographs and a hundred fakes get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from realfake_hf.pages.palette import LIGHT
from realfake_hf.pages.style import Fill, new_figure, styled
from realfake_hf.records.outcomes import Outcomes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LOOKS: dict[str, Fill] = {
    "real": {"facecolor": LIGHT["real-fill"]},
    "unsure": {"facecolor": LIGHT["unsure-zone"], "hatch": "...."},
    "fake": {"facecolor": LIGHT["fake-fill"], "hatch": "////"},
}
"""By verdict; the hatches tell them apart in grey."""
WORDS = {"real": "called real", "unsure": "can't tell", "fake": "called fake"}


@styled
def hundred_figure(outcomes: Outcomes) -> Figure:
    """Two squares of a hundred dots, coloured by the verdict.

    Args:
        outcomes: at least one image of each class.
    """
    from matplotlib.patches import Circle

    figure, panels = new_figure(8.6, 5.0, columns=2)
    figure.set_layout_engine("constrained", w_pad=0.25, h_pad=0.25)
    both = (("photographs", outcomes.photographs), ("AI-generated images", outcomes.fakes))
    for panel, (title, own) in zip(panels, both, strict=True):
        shares = own.per_hundred()
        verdicts = [verdict for verdict in LOOKS for _ in range(shares[verdict])]
        for place, verdict in enumerate(verdicts):
            centre = (place % 10 + 0.5, 9.5 - place // 10)
            panel.add_patch(Circle(centre, 0.4, linewidth=0, edgecolor="white", **LOOKS[verdict]))
        panel.set(xlim=(0, 10), ylim=(0, 10))
        panel.set_aspect("equal")
        panel.set_axis_off()
        told = ", ".join(f"{shares[verdict]} {words}" for verdict, words in WORDS.items())
        panel.set_title(f"Of 100 {title}\n{told}", fontsize=11, loc="center")
    return figure
