"""The numbers behind the figures, each table a CSV file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from realfake_hf.data.exploring.spectra import SIDE, NoiseMean, radial_profile
from realfake_hf.models.labels import ID2LABEL, LABEL_NAMES

if TYPE_CHECKING:
    import pandas as pd

BINS = 30
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Quantity:
    """A number of an image: its column, its name for people, and whether its axis is logarithmic."""

    column: str
    title: str
    logarithmic: bool = False


STORED = (
    Quantity("width", "Width, px", True),
    Quantity("height", "Height, px", True),
    Quantity("aspect", "Aspect, width / height", True),
    Quantity("megapixels", "Megapixels", True),
    Quantity("kilobytes", "File size, kB", True),
    Quantity("bytes_per_pixel", "Bytes per pixel", True),
)
ORIGINAL = (
    Quantity("original_width", "Width, px", True),
    Quantity("original_height", "Height, px", True),
    Quantity("original_aspect", "Aspect, width / height", True),
    Quantity("original_megapixels", "Megapixels", True),
)
QUALITY = Quantity("jpeg_quality", "JPEG quality")
ORIGINAL_QUALITY = Quantity("original_jpeg_quality", "JPEG quality")


def add_quantities(facts: pd.DataFrame) -> pd.DataFrame:
    """Add what follows from the measured columns: aspect, megapixels, kilobytes, bytes per pixel, the class's name."""
    facts = facts.copy()
    facts["class"] = facts["label"].map(ID2LABEL)
    for prefix in ("", "original_"):
        width, height = facts[f"{prefix}width"], facts[f"{prefix}height"]
        facts[f"{prefix}aspect"] = width / height
        facts[f"{prefix}megapixels"] = width * height / 1e6
    facts["kilobytes"] = facts["bytes"] / 1e3
    facts["bytes_per_pixel"] = facts["bytes"] / (facts["width"] * facts["height"])
    return facts


def known(facts: pd.DataFrame, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Those that any image has a value for."""
    return [quantity for quantity in quantities if facts[quantity.column].notna().any()]


def counts_table(facts: pd.DataFrame) -> pd.DataFrame:
    """Images per split, class and source: columns `split`, `class`, `source`, `images`, `unreadable`."""
    grouped = facts.assign(unreadable=facts["error"].notna()).groupby(["split", "class", "source"], observed=True)
    return grouped["unreadable"].agg(images="size", unreadable="sum").reset_index()


def summary_table(facts: pd.DataFrame, quantities: Sequence[Quantity]) -> pd.DataFrame:
    """Per class and quantity: `images`, `mean`, and the quantiles `p05`, `p25`, `p50`, `p75`, `p95`."""
    import pandas as pd

    rows = []
    for quantity in quantities:
        for name in LABEL_NAMES:
            values = facts.loc[facts["class"] == name, quantity.column].dropna()
            if len(values):
                quantiles = {f"p{round(100 * q):02d}": values.quantile(q) for q in QUANTILES}
                rows.append({"quantity": quantity.column, "class": name, "images": len(values),
                             "mean": values.mean(), **quantiles})  # fmt: skip
    return pd.DataFrame(rows)


def histogram_table(facts: pd.DataFrame, quantities: Sequence[Quantity]) -> pd.DataFrame:
    """Histograms per class over shared bins: `quantity`, `class`, `low`, `high`, `images`, `share` (of the class)."""
    import pandas as pd

    rows = []
    for quantity in quantities:
        edges = _edges(facts[quantity.column].dropna().to_numpy(), quantity)
        for name in LABEL_NAMES:
            values = facts.loc[facts["class"] == name, quantity.column].dropna()
            counts, _ = np.histogram(values, edges)
            for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True):
                rows.append((quantity.column, name, low, high, int(count), count / max(1, len(values))))
    return pd.DataFrame(rows, columns=["quantity", "class", "low", "high", "images", "share"])


def category_table(facts: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Shares of formats and the like: `quantity`, `class`, `value`, `images`, `share` (of the class)."""
    import pandas as pd

    rows = []
    readable = facts[facts["error"].isna()]
    for column in columns:
        for name in LABEL_NAMES:
            # Subsampling is JPEG's alone: "none" is a value, too.
            values = readable.loc[readable["class"] == name, column].astype(object)
            counted = values.where(values.notna(), "none").value_counts()
            rows += [(column, name, value, int(n), n / counted.sum()) for value, n in sorted(counted.items())]
    return pd.DataFrame(rows, columns=["quantity", "class", "value", "images", "share"])


def spectrum_table(means: Mapping[tuple[str, str], NoiseMean]) -> pd.DataFrame:
    """Radial profiles: `class`, `source`, `cycles_per_pixel`, `log10_power`; an empty source is the whole class."""
    import pandas as pd

    frequency = np.arange(SIDE // 2) / SIDE
    parts = [
        pd.DataFrame({"class": name, "source": source, "cycles_per_pixel": frequency,
                      "log10_power": radial_profile(mean.log_spectrum)})
        for (name, source), mean in means.items() if mean.n
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def residual_table(means: Mapping[tuple[str, str], NoiseMean]) -> pd.DataFrame:
    """Residuals per class and source: `crops`, `noise` (grey levels), `pattern` (see `NoiseMean`)."""
    import pandas as pd

    rows = [(name, source, mean.n, mean.noise, mean.pattern) for (name, source), mean in means.items() if mean.n]
    return pd.DataFrame(rows, columns=["class", "source", "crops", "noise", "pattern"])


def _edges(values: np.ndarray, quantity: Quantity) -> np.ndarray:
    low, high = float(values.min()), float(values.max())
    if quantity.column.endswith("jpeg_quality"):
        step = np.ceil((high - low + 1) / BINS)
        return low - 0.5 + step * np.arange(np.ceil((high - low + 1) / step) + 1)
    if low == high:
        low, high = low * 0.8, high * 1.25
    if quantity.logarithmic:
        return np.geomspace(low * 0.999, high * 1.001, BINS + 1)
    return np.linspace(low, high, BINS + 1)
