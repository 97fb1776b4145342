"""How many images of which source, and what they are encoded as."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from realfake_hf.models.labels import LABEL_NAMES
from realfake_hf.pages.palette import FAKE_COLOUR, REAL_COLOUR
from realfake_hf.pages.style import FAKE_HATCH, NARROW, REAL_HATCH, Fill, columns_across, new_figure, short_name, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

CLASS_STYLE: dict[str, Fill] = {
    "real": {"color": REAL_COLOUR, "hatch": REAL_HATCH, "edgecolor": "white", "linewidth": 0.4},
    "fake": {"color": FAKE_COLOUR, "hatch": FAKE_HATCH, "edgecolor": "white", "linewidth": 0.4},
}
TITLES = {
    "format": "Format",
    "subsampling": "Chroma subsampling",
    "mode": "Mode",
    "original_format": "Original's format",
}
MOST_VALUES = 8


@styled
def count_figure(counts: pd.DataFrame) -> Figure:
    """A bar per source, reals above fakes, the splits side by side.

    Args:
        counts: `counts_table`.
    """
    splits = list(dict.fromkeys(counts["split"]))
    tall = [max(1, counts.loc[counts["class"] == name, "source"].nunique()) for name in LABEL_NAMES]
    columns = columns_across(len(splits), NARROW)
    ratios = [bars for bars in tall for _ in range(len(splits) // columns)]
    figure, panels = new_figure(
        1.9 + max(2, len(splits)) * 2.2, 0.4 + 0.5 * len(ratios) + 0.25 * sum(ratios), rows=len(ratios),
        columns=columns, sharex="col", height_ratios=ratios,
    )  # fmt: skip
    for number, panel in enumerate(panels):
        name, split = LABEL_NAMES[number // len(splits)], splits[number % len(splits)]
        of_class = counts[counts["class"] == name]
        totals = of_class.groupby("source", observed=True)["images"].sum().sort_values(kind="stable")
        here = of_class[of_class["split"] == split].set_index("source")["images"].reindex(totals.index).fillna(0)
        bars = panel.barh(range(len(here)), here.to_numpy(), **CLASS_STYLE[name])
        panel.bar_label(bars, labels=[f"{int(n)}" if n else "" for n in here], fontsize=7.5, padding=2)
        first = number % columns == 0
        names = [short_name(str(source) or "unknown source") for source in totals.index]
        panel.set_yticks(range(len(here)), names if first else [""] * len(here), fontsize=8)
        panel.set_ylim(-0.6, max(0.6, len(here) - 0.4))
        panel.set_title(f"{split}: {int(here.sum())} {name}", fontsize=10)
        panel.margins(x=0.16)
        panel.grid(False, axis="y")
    figure.supxlabel("Images", fontsize=10)
    return figure


@styled
def category_figure(categories: pd.DataFrame) -> Figure:
    """Shares of each class by format, subsampling and mode, a panel for each; the rarest values are left out.

    Args:
        categories: `category_table`.
    """
    quantities = list(dict.fromkeys(categories["quantity"]))
    columns = columns_across(len(quantities), 2.9)
    rows = math.ceil(len(quantities) / columns)
    figure, panels = new_figure(max(NARROW, 2.9 * columns), 3.2 * rows, rows=rows, columns=columns)
    for panel, quantity in zip(panels, quantities, strict=True):
        shares = categories[categories["quantity"] == quantity]
        values = list(shares.groupby("value")["share"].sum().sort_values(ascending=False).index)[:MOST_VALUES]
        for side, name in ((-0.2, "real"), (0.2, "fake")):
            own = shares[shares["class"] == name].set_index("value")["share"].reindex(values).fillna(0)
            places = [position + side for position in range(len(values))]
            percent = [f"{100 * share:.0f} %" if share else "" for share in own]
            bars = panel.bar(places, own.to_numpy(), width=0.38, label=name, **CLASS_STYLE[name])
            panel.bar_label(bars, labels=percent, fontsize=7.5, padding=1)
        panel.set_xticks(range(len(values)), [short_name(value, 10) for value in values], fontsize=8.5)
        panel.set_xlim(-0.6, max(1.6, len(values) - 0.4))
        panel.set_title(TITLES[quantity])
        panel.set_ylim(0, 1.12)
        panel.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        panel.grid(False, axis="x")
    panels[0].set_ylabel("Share of the class")
    panels[-1].legend(loc="upper right")
    return figure
