"""A verdict says no more than it knows."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realfake_hf.detection.verdict import HEAVILY_COMPRESSED, WORDS, Verdict, decide

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


class TestVerdict:
    def test_shown_probability_stays_between_1_and_99_percent_and_the_record_keeps_the_raw_one(self):
        sure = Verdict(path="a.jpg", label="fake", p_fake=0.99999)
        assert sure.shown_probability == 0.99
        assert Verdict(path="a.jpg", label="real", p_fake=0.0001).shown_probability == 0.01
        assert Verdict(path="a.jpg", label="real", p_fake=0.42).shown_probability == 0.42
        assert sure.to_record()["p_fake"] == 0.99999

    def test_record_has_exactly_the_promised_keys_and_is_json(self):
        verdict = Verdict("a.jpg", "unsure", 0.5, 0.3, 0.7, 640, 480, "JPEG", [HEAVILY_COMPRESSED])
        assert json.loads(json.dumps(verdict.to_record())) == {
            "path": "a.jpg",
            "label": "unsure",
            "p_fake": 0.5,
            "width": 640,
            "height": 480,
            "format": "JPEG",
            "warnings": ["heavily compressed"],
            "provenance": None,
            "error": None,
        }

    def test_unreadable_image_has_neither_label_nor_probability(self):
        verdict = Verdict("a.jpg", error="a.jpg is empty.")
        assert (verdict.label, verdict.p_fake, verdict.shown_probability) == (None, None, None)
        assert verdict.words == "not judged"
        assert str(verdict) == "a.jpg is empty."

    def test_reads_as_a_sentence(self):
        verdict = Verdict("a.jpg", "fake", 0.973, warnings=["too small"])
        assert str(verdict) == "a.jpg: likely fake (p_fake 97%; too small)"

    def test_cannot_be_changed(self):
        with pytest.raises(dataclasses.FrozenInstanceError):
            Verdict("a.jpg").label = "real"

    def test_words_exist_for_every_label(self):
        assert set(WORDS) == {"real", "unsure", "fake", None}
