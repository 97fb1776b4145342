"""Images counted by class and verdict, and as hundreds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realfake_hf.records.outcomes import ClassOutcomes


def test_labels_are_counted() -> None:
    assert ClassOutcomes.of(["fake", "real", "fake", "unsure"]) == ClassOutcomes(real=1, unsure=1, fake=2)


def test_three_thirds_of_a_hundred_are_a_hundred() -> None:
    assert sorted(ClassOutcomes(1, 1, 1).per_hundred().values()) == [33, 33, 34]


def test_what_rounding_leaves_over_goes_to_the_largest_remainder() -> None:
    assert ClassOutcomes(0, 1, 2).per_hundred() == {"real": 0, "unsure": 33, "fake": 67}
    # of 7: 14.29, 28.57 and 57.14 in a hundred
    assert ClassOutcomes(1, 2, 4).per_hundred() == {"real": 14, "unsure": 29, "fake": 57}
    assert ClassOutcomes(4, 1, 2).per_hundred() == {"real": 57, "unsure": 14, "fake": 29}


@given(st.tuples(*[st.integers(0, 10**6)] * 3).filter(any))
def test_a_hundred_images_are_always_a_hundred_and_each_share_is_off_by_less_than_one(counts: tuple[int, ...]) -> None:
    shares = ClassOutcomes(*counts).per_hundred()

    assert sum(shares.values()) == 100
    for label, count in zip(("real", "unsure", "fake"), counts, strict=True):
        assert abs(shares[label] - 100 * count / sum(counts)) < 1


def test_no_image_has_no_hundredths() -> None:
    with pytest.raises(ValueError, match="no image of this class"):
        ClassOutcomes().per_hundred()
