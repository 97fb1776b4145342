"""A value whose interval is wide steps back behind it."""

from __future__ import annotations

import pytest

from realfake_hf.pages.tables import Cell, difference_cell, p_value_text, share_cell


def test_a_share_stands_before_its_interval() -> None:
    assert share_cell(0.8764, (0.85, 0.9)) == Cell("0.876", "(0.850 to 0.900)")
    assert share_cell(0.8764, None) == Cell("0.876")


def test_a_share_with_a_wide_interval_steps_back_behind_it() -> None:
    assert share_cell(0.5, (0.3, 0.7)) == Cell("too few to tell", "0.50 (0.30 to 0.70)")


def test_a_difference_has_its_sign_and_a_missing_one_its_reason() -> None:
    assert difference_cell(-0.02, (-0.04, 0.0)) == Cell("-0.020", "(-0.040 to +0.000)")
    assert difference_cell(0.1, (-0.2, 0.4)) == Cell("too few to tell", "+0.10 (-0.20 to +0.40)")
    assert difference_cell(None, None, "one class only") == Cell("none", hint="one class only")


@pytest.mark.parametrize(("value", "text"), [(None, "none"), (0.0004, "< 0.001"), (0.0126, "0.013")])
def test_p_values_have_three_places(value: float | None, text: str) -> None:
    assert p_value_text(value) == text
