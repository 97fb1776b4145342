"""An ONNX model takes torch's place only where it says the same."""

from __future__ import annotations

import numpy as np
import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.onnx.checking import checked_agreement

LOGITS = np.array([[0.5, -0.25], [1.0, 0.75]])


@pytest.mark.parametrize("scale", [1, 40])
def test_differences_count_against_the_largest_logit(scale: int) -> None:
    logits = scale * LOGITS
    agreement = checked_agreement("some network", logits, logits + 0.9e-4 * scale, (0.5, 0.5))
    assert agreement.max_logit_difference == pytest.approx(0.9e-4 * scale)
    with pytest.raises(RealFakeError, match=r"some network does not agree with torch \(its logits differ by up to"):
        checked_agreement("some network", logits, logits + 1.2e-4 * scale, (0.5, 0.5))


def test_small_logits_are_not_held_to_more() -> None:
    agreement = checked_agreement("some network", 1e-3 * LOGITS, 1e-3 * LOGITS + 0.9e-4, (0.5, 0.5))
    assert agreement.max_logit_difference == pytest.approx(0.9e-4)


def test_what_is_no_number_agrees_with_nothing() -> None:
    with pytest.raises(RealFakeError, match="differ by up to nan"):
        checked_agreement("some network", LOGITS, np.full_like(LOGITS, np.nan), (0.5, 0.5))
