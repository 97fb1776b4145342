"""What the summary of an exploration names first."""

from __future__ import annotations

import pandas as pd
import pytest

from realfake_hf.data.exploring.page import _differences, unreadable_tables

TITLES = {"quality": "JPEG quality", "width": "Width, px", "size": "File size, kB"}


def quantity(name: str, label: str, p05: float, p50: float, p95: float) -> dict[str, object]:
    return {"quantity": name, "class": label, "p05": p05, "p50": p50, "p95": p95}


@pytest.fixture
def summary() -> pd.DataFrame:
    return pd.DataFrame(
        [
            quantity("width", "real", 224, 224, 224),
            quantity("width", "fake", 224, 224, 224),
            quantity("size", "real", 5, 14, 25),
            quantity("size", "fake", 5, 9, 15),
            quantity("quality", "real", 90, 90, 90),
            quantity("quality", "fake", 85, 85, 85),
        ]
    )


def test_what_tells_the_classes_without_overlap_stands_first_and_what_is_alike_nowhere(summary):
    assert _differences(summary, TITLES) == ["JPEG quality: real 90, fake 85.", "File size, kB: real 14, fake 9."]


def test_images_that_could_not_be_read_are_named_without_the_folders_above():
    why = "cannot be opened as an image: Truncated File Read."
    facts = pd.DataFrame({"split": ["val"], "row": [3], "error": [f"/home/me/photos/a.jpg {why}"]})
    (table,) = unreadable_tables(facts)
    assert [cell.text for cell in table.rows[0]] == ["val 3", f"a.jpg {why}"]
