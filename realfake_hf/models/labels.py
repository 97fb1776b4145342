"""The one label map of the project: fake is the positive class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REAL = 0
FAKE = 1
LABEL_NAMES = ("real", "fake")
ID2LABEL = {REAL: "real", FAKE: "fake"}
LABEL2ID = {name: index for index, name in ID2LABEL.items()}


def check_label_map(id2label: Mapping[Any, str]) -> None:
    """Assert that a label map is `{0: "real", 1: "fake"}`; keys may be strings, as JSON makes them.

    Raises:
        ValueError: it is any other map. `imagefolder` sorts the classes the other way round, so a
            silent swap here would turn every verdict upside down.
    """
    if {str(index): name for index, name in id2label.items()} != {str(index): name for index, name in ID2LABEL.items()}:
        raise ValueError(f"The label map must be {ID2LABEL}, not {dict(id2label)}: fake is the positive class 1.")
