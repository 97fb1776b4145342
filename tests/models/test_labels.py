from __future__ import annotations

import pytest

from realfake_hf.models.labels import ID2LABEL, check_label_map


@pytest.mark.parametrize("id2label", [ID2LABEL, {"0": "real", "1": "fake"}], ids=["numbers", "as JSON has it"])
def test_the_one_label_map_passes(id2label: dict) -> None:
    assert check_label_map(id2label) is None  # it raises, or says nothing


@pytest.mark.parametrize(
    "id2label",
    [{0: "fake", 1: "real"}, {0: "real"}, {0: "real", 1: "fake", 2: "unsure"}, {"real": 0, "fake": 1}, {}],
    ids=["swapped", "short", "long", "inverted", "empty"],
)
def test_any_other_label_map_is_refused(id2label: dict) -> None:
    with pytest.raises(ValueError, match="fake is the positive class 1"):
        check_label_map(id2label)
