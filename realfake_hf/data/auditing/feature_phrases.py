"""Where the classes differ in one feature, said so that nobody needs to know the feature's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from realfake_hf.data.auditing.features import GENERATOR_STEP
from realfake_hf.models.labels import FAKE, REAL

if TYPE_CHECKING:
    import pandas as pd

Booleans = npt.NDArray[np.bool_]

FLAGS = {
    "exif": "carry EXIF",
    "icc": "carry a colour profile",
    "text": "carry text of their own (such as a generator's prompt)",
    "progressive": "are progressive JPEGs",
    "multiple_of_64": f"have sides that are multiples of {GENERATOR_STEP} px",
}
CATEGORIES = {"format": "are {}", "mode": "have the mode {}", "subsampling": "have the chroma subsampling {}"}
NUMBERS = {
    "width": ("a width", " px"),
    "height": ("a height", " px"),
    "shorter_side": ("a shorter side", " px"),
    "aspect": ("an aspect (width / height)", ""),
    "megapixels": ("a size", " megapixels"),
    "jpeg_quality": ("a JPEG quality", ""),
    "file_size": ("a file size", " bytes"),
    "bytes_per_pixel": ("a compressed size", " bytes per pixel"),
    "black_bars": ("black bars", " of their area"),
    "flat_bars": ("bars of one colour", " of their area"),
}
COLUMNS = {"file_size": "bytes"}
CUTS = 200
USUAL_VALUES = 5


def difference_in_words(facts: pd.DataFrame, feature: str) -> str:
    """A sentence on the value (or limit) of a feature whose share differs most between fakes and reals.

    Args:
        facts: of the images that the feature was measured on.
        feature: a name of `metadata_features` or `original_features`.
    """
    name = feature.removeprefix("original_")
    prefix = "original_" if feature != name else ""
    fake = facts["label"].to_numpy() == FAKE
    candidates = list(_candidates(facts, name, prefix))
    differences = [float(has[fake].mean() - has[~fake].mean()) for has, _ in candidates]
    # Of two that say the same, what the fakes have: "the fakes are PNG" before "the reals are JPEG".
    order = [(round(abs(difference), 9), difference > 0) for difference in differences]
    has, phrase = candidates[order.index(max(order))]
    shares = {FAKE: float(has[fake].mean()), REAL: float(has[~fake].mean())}
    first, second = (FAKE, REAL) if shares[FAKE] >= shares[REAL] else (REAL, FAKE)
    names = {FAKE: "fakes", REAL: "reals"}
    if prefix:
        names = {FAKE: "fakes' originals", REAL: "reals' originals"}
    return f"{_share(shares[first])} the {names[first]} but {_share(shares[second])} the {names[second]} {phrase}"


def _candidates(facts: pd.DataFrame, name: str, prefix: str) -> list[tuple[Booleans, str]]:
    """What may be said of an image: whether it holds, and the words."""
    if name == "multiple_of_64":
        width, height = (facts[f"{prefix}{side}"].to_numpy(float) for side in ("width", "height"))
        return [((width % GENERATOR_STEP == 0) & (height % GENERATOR_STEP == 0), FLAGS[name])]
    if name in FLAGS:
        return [(facts[name].to_numpy(float) == 1, FLAGS[name])]
    if name in CATEGORIES:
        values = facts[f"{prefix}{name}"].astype(object)
        found = [
            ((values == value).to_numpy(bool), CATEGORIES[name].format(value)) for value in values.dropna().unique()
        ]
        return (
            [*found, (values.isna().to_numpy(bool), "have no chroma subsampling")] if name == "subsampling" else found
        )
    values = _values(facts, name, prefix)
    what, unit = NUMBERS[name]
    known = np.sort(values[~np.isnan(values)])
    usual, counts = np.unique(known, return_counts=True)
    found = [(np.isnan(values), "are no JPEG")] if name == "jpeg_quality" else []
    found += [
        (values == value, f"have {what} of exactly {_number(value)}{unit}")
        for value in usual[np.argsort(-counts, kind="stable")][:USUAL_VALUES].tolist()
    ]
    for cut in np.unique(known[np.linspace(0, len(known) - 1, CUTS).astype(int)]).tolist():
        found.append((values >= cut, f"have {what} of at least {_number(cut)}{unit}"))
    return found


def _values(facts: pd.DataFrame, name: str, prefix: str) -> npt.NDArray[np.float64]:
    if name in ("shorter_side", "aspect", "megapixels", "bytes_per_pixel"):
        width, height = (facts[f"{prefix}{side}"].to_numpy(float) for side in ("width", "height"))
        ways = {
            "shorter_side": np.minimum(width, height),
            "aspect": width / height,
            "megapixels": width * height / 1e6,
            "bytes_per_pixel": facts["bytes"].to_numpy(float) / (width * height),
        }
        return ways[name]
    values: npt.NDArray[np.float64] = facts[f"{prefix}{COLUMNS.get(name, name)}"].to_numpy(float)
    return values


def _share(share: float) -> str:
    if share in (0.0, 1.0):
        return "none of" if share == 0 else "100 % of"
    return f"{min(99, max(1, round(100 * share)))} % of"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
