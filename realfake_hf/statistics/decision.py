"""From a probability and two thresholds to a label, and to what people read."""

from __future__ import annotations

import math
from typing import Literal

Label = Literal["real", "unsure", "fake"]


def decide(p_fake: float, threshold_low: float, threshold_high: float) -> Label:
    """The verdict of a probability: below `threshold_low` real, at or above `threshold_high` fake, else unsure.

    Args:
        p_fake: calibrated probability of fake, 0..1.
        threshold_low: 0..1.
        threshold_high: `threshold_low`..1.

    Raises:
        ValueError: a probability outside 0..1 (or NaN), or thresholds out of order.
    """
    if not 0.0 <= p_fake <= 1.0:
        raise ValueError(f"p_fake must be in 0..1, not {p_fake}.")
    if not 0.0 <= threshold_low <= threshold_high <= 1.0:
        raise ValueError(f"Thresholds must be in order within 0..1, not {threshold_low} and {threshold_high}.")
    if p_fake >= threshold_high:
        return "fake"
    return "real" if p_fake < threshold_low else "unsure"


def shown_per_cent(p_fake: float) -> int:
    """A probability in whole per cent between 1 and 99: no detector knows more than that.

    Cut off and not rounded: 88.7 % must not read as 89 %, where a threshold of 89 % is not reached.
    """
    return min(99, max(1, math.floor(round(100 * p_fake, 9))))  # 0.29 is 28.999999999999996 hundredths


def shown_probability(p_fake: float) -> str:
    """The same with its sign, such as `88 %`."""
    return f"{shown_per_cent(p_fake)} %"
