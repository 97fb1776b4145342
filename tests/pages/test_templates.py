"""The one Jinja environment escapes every value and refuses names that are not given."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from realfake_hf.pages.templates import percent, prose, render


def test_values_are_escaped_and_code_is_set() -> None:
    assert render("{{ name }}", name="<b>") == "&lt;b&gt;"
    assert str(prose("see `a<b`")) == "see <code>a&lt;b</code>"


def test_a_name_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'name' is undefined"):
        render("{{ name }}")


@pytest.mark.parametrize(("share", "digits", "text"), [(0.874, 0, "87\u00a0%"), (0.8744, 1, "87.4\u00a0%")])
def test_shares_are_per_cent_on_one_line(share: float, digits: int, text: str) -> None:
    assert percent(share, digits) == text
    assert render("{{ share | percent(digits) }}", share=share, digits=digits) == text


def test_no_share_is_a_dash() -> None:
    assert percent(None) == "\u2013"
