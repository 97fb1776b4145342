"""Mean spectra and mean noise residuals, per class and per source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from realfake_hf.data.exploring.spectra import Floats, NoiseMean, merged
from realfake_hf.models.labels import LABEL_NAMES
from realfake_hf.pages.style import GREY, columns_across, new_figure, series_style, short_name, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

COLUMNS = 6
RESIDUAL_SHOWN = 48
"""Pixels of the mean residual that are drawn: enough for six JPEG blocks, few enough to see single pixels."""

Means = Mapping[tuple[str, str], NoiseMean]
"""By class and source."""


@styled
def spectrum_figure(means: Means) -> Figure:
    """The mean log spectrum of each class and source; all on one grey scale, zero frequency in the middle."""
    panels = _classes_first(means)
    spectra = {key: mean.log_spectrum for key, mean in panels.items()}
    stacked = np.stack(list(spectra.values()))
    low, high = (float(value) for value in np.percentile(stacked, (0.5, 99.8)))
    return _grid(spectra, panels, low, high, "Mean log power of the noise (brighter is more)")


@styled
def residual_figure(means: Means) -> Figure:
    """The mean noise residual of each class and source: what all crops have at the same pixel; grey is nothing."""
    panels = _classes_first(means)
    # Few crops leave more of their own noise: each panel has a scale of its own, in deviations of that noise.
    scaled = {
        key: mean.residual[:RESIDUAL_SHOWN, :RESIDUAL_SHOWN] / max(1e-6, mean.chance) for key, mean in panels.items()
    }
    return _grid(scaled, panels, -4, 4, "Mean noise residual, -4 to 4 deviations of what chance leaves")


@styled
def profile_figure(profiles: pd.DataFrame) -> Figure:
    """Power of the noise over frequency: the classes, and thin lines for their sources.

    Args:
        profiles: `spectrum_table`.
    """
    figure, (panel,) = new_figure(6.4, 3.8)
    for number, name in enumerate(LABEL_NAMES):
        style = series_style(number)
        own = profiles[profiles["class"] == name]
        for source, line in own[own["source"] != ""].groupby("source"):
            panel.plot(
                line["cycles_per_pixel"], line["log10_power"], color=style["color"], linestyle=style["linestyle"],
                linewidth=0.6, alpha=0.5, gid=str(source),
            )  # fmt: skip
        whole = own[own["source"] == ""]
        panel.plot(whole["cycles_per_pixel"], whole["log10_power"], label=name, markevery=8, **style)
    for period in (8, 4, 2):
        panel.axvline(1 / period, color=GREY, linestyle=":", linewidth=0.9)
        panel.annotate(
            f" {period} px", (1 / period, 1.0), xycoords=("data", "axes fraction"), fontsize=8, color=GREY,
            ha="right" if period == 2 else "left", va="bottom",
        )  # fmt: skip
    panel.set(xlabel="Cycles per pixel", ylabel="Mean log10 power", xlim=(0, 0.505))
    panel.legend(loc="lower right")
    return figure


def _classes_first(means: Means) -> dict[tuple[str, str], NoiseMean]:
    """The classes as a whole, then their sources; those without a crop are left out."""
    seen = {key: mean for key, mean in means.items() if mean.n}
    panels = {}
    for name in LABEL_NAMES:
        own = {key: seen[key] for key in sorted(seen) if key[0] == name}
        if own:
            panels[name, "all"] = merged(own.values())
            panels.update({(name, key[1] or "unknown source"): mean for key, mean in own.items()})
    return panels


def _grid(pictures: Mapping[tuple[str, str], Floats], means: Means, low: float, high: float, caption: str) -> Figure:
    """Pictures in rows of at most `COLUMNS`; each class begins a row."""
    of_class = {name: [key for key in pictures if key[0] == name] for name in LABEL_NAMES}
    columns = columns_across(min(COLUMNS, max(map(len, of_class.values()))), 1.5)
    rows = {name: math.ceil(len(own) / columns) for name, own in of_class.items()}
    total = max(1, sum(rows.values()))
    figure, panels = new_figure(1.5 * max(3, columns) + 0.2, 1.78 * total + 0.4, rows=total, columns=columns)
    free = iter(range(len(panels)))
    for name, own in of_class.items():
        places = [next(free) for _ in range(rows[name] * columns)]
        for place, key in zip(places, own, strict=False):
            panel = panels[place]
            panel.imshow(pictures[key], cmap="gray", vmin=low, vmax=high, interpolation="nearest")
            panel.set_title(
                f"{name}: {short_name(key[1], 17)}\n{means[key].n} crops", fontsize=7.5, fontweight="normal"
            )
            panel.set_xticks([])
            panel.set_yticks([])
            panel.grid(False)
        for place in places[len(own) :]:
            panels[place].set_axis_off()
    figure.supxlabel(caption, fontsize=9)
    return figure
