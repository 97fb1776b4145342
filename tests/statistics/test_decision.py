"""From probability to label."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realfake_hf.statistics.decision import decide, shown_probability

PROBABILITIES = st.floats(0, 1)


class TestDecide:
    @pytest.mark.parametrize(
        ("p_fake", "label"),
        [(0.0, "real"), (0.29, "real"), (0.3, "unsure"), (0.69, "unsure"), (0.7, "fake"), (1.0, "fake")],
    )
    def test_below_low_is_real_between_is_unsure_at_or_above_high_is_fake(self, p_fake, label):
        assert decide(p_fake, 0.3, 0.7) == label

    def test_before_calibration_nothing_is_unsure(self):
        assert [decide(p, 0.5, 0.5) for p in (0.499, 0.5, 0.501)] == ["real", "fake", "fake"]

    @given(p_fake=PROBABILITIES, thresholds=st.tuples(PROBABILITIES, PROBABILITIES))
    def test_more_fake_never_becomes_less_fake(self, p_fake, thresholds):
        low, high = sorted(thresholds)
        order = ["real", "unsure", "fake"]
        more = math.nextafter(p_fake, 1)
        assert order.index(decide(more, low, high)) >= order.index(decide(p_fake, low, high))

    @pytest.mark.parametrize("p_fake", [-0.1, 1.1, math.nan])
    def test_what_is_no_probability_is_refused(self, p_fake):
        with pytest.raises(ValueError, match="p_fake"):
            decide(p_fake, 0.5, 0.5)

    def test_thresholds_out_of_order_are_refused(self):
        with pytest.raises(ValueError, match=r"0\.7 and 0\.3"):
            decide(0.5, 0.7, 0.3)


@pytest.mark.parametrize(
    ("p_fake", "shown"),
    [(0.0, "1 %"), (0.004, "1 %"), (0.019, "1 %"), (0.5, "50 %"), (0.876, "87 %"), (0.987, "98 %"), (1.0, "99 %")],
)
def test_probability_is_shown_in_whole_per_cent_and_never_as_certain(p_fake: float, shown: str) -> None:
    assert shown_probability(p_fake) == shown


def test_no_probability_reads_as_a_threshold_that_it_does_not_reach() -> None:
    for per_cent in range(1, 100):
        assert shown_probability(per_cent / 100) == f"{per_cent} %"
        assert shown_probability(per_cent / 100 - 1e-6) == f"{max(1, per_cent - 1)} %"
