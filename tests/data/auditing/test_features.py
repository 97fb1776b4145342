"""What the probes see."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from realfake_hf.data.auditing.feature_phrases import difference_in_words
from realfake_hf.data.auditing.features import audit_extract, metadata_features, original_features
from realfake_hf.data.exploring.facts import FACT_NAMES, ImageFacts


def facts(*changes: dict[str, object]) -> pd.DataFrame:
    usual = {"width": 640.0, "height": 480.0, "bytes": 90_000.0, "mode": "RGB", "format": "JPEG"}
    rows = []
    for index, change in enumerate(changes):
        own = ImageFacts("train", index, "", int(change.pop("label", index % 2)), "source")
        for name, value in {**usual, **change}.items():
            setattr(own, name, value)
        rows.append(own.values())
    table = pd.DataFrame(rows, columns=list(FACT_NAMES))
    words = {
        "split",
        "path",
        "source",
        "mode",
        "format",
        "subsampling",
        "sha256",
        "phash",
        "group",
        "original_format",
        "error",
    }
    return table.astype({name: "float64" for name in FACT_NAMES if name not in words | {"row", "label"}})


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (640, 480)])
def test_any_size_gives_the_same_number_of_finite_values(photo, size):
    extract = audit_extract(photo.resize(size))
    whole = audit_extract(photo)
    assert extract.border.shape == whole.border.shape
    assert extract.thumbnail.shape == (16 * 16 * 3,)
    assert np.isfinite(extract.border).all()


def test_border_features_do_not_see_the_middle(photo):
    changed = photo.copy()
    changed.paste((255, 0, 0), (20, 20, photo.width - 20, photo.height - 20))
    np.testing.assert_array_equal(audit_extract(photo).border, audit_extract(changed).border)


def test_a_black_bar_shows_in_the_border(photo):
    padded = Image.new("RGB", (photo.width, photo.height + 40))
    padded.paste(photo, (0, 20))
    assert np.abs(audit_extract(photo).border - audit_extract(padded).border).max() > 0.5


def test_what_never_varies_is_left_out():
    assert metadata_features(facts({}, {})) == {}
    assert set(metadata_features(facts({}, {"format": "PNG"}))) == {"format"}


def test_originals_without_columns_tell_nothing():
    assert original_features(facts({}, {"width": 100.0})) == {}


def test_differences_are_said_in_words():
    table = facts({}, {"format": "PNG"}, {}, {"format": "PNG"})
    assert difference_in_words(table, "format") == "100 % of the fakes but none of the reals are PNG"
    wide = facts({}, {"width": 1024.0}, {"width": 500.0}, {"width": 1024.0})
    assert (
        difference_in_words(wide, "width")
        == "100 % of the fakes but none of the reals have a width of exactly 1,024 px"
    )
