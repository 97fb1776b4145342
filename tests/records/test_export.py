"""What 8 bits lose."""

from __future__ import annotations

import pytest

from realfake_hf.records.export import Agreement, Int8Check

AGREEMENT = Agreement(
    images=50, max_logit_difference=0.3, max_p_fake_difference=0.1, label_agreement=0.9, side_agreement=0.96
)


def test_with_labels_the_loss_is_that_of_balanced_accuracy():
    assert Int8Check("photos", AGREEMENT, 0.75, 0.74).loss == pytest.approx(0.01)
    assert Int8Check("photos", AGREEMENT, 0.74, 0.75).loss < 0


def test_without_labels_every_image_that_changes_sides_may_be_a_loss():
    assert Int8Check("photos", AGREEMENT).loss == pytest.approx(0.04)
