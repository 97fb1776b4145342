"""Licences are spelled as the Hub spells them."""

from __future__ import annotations

import pytest

from hub_card.licences import require_licence
from hub_card.model_records import LICENCES
from realfake_hf.errors import RealFakeError


@pytest.mark.parametrize("identifier", ["other", "unknown", *LICENCES.values()])
def test_what_cards_say_by_themselves_the_hub_knows(identifier):
    require_licence(identifier)


@pytest.mark.parametrize(
    ("identifier", "nearest"),
    [("MIT", "mit"), ("cc-by4.0", "cc-by-4.0"), ("Apache 2.0", "apache-2.0"), ("gpl3", "gpl")],
)
def test_nearest_one_is_named(identifier, nearest):
    with pytest.raises(RealFakeError, match=rf"'{identifier}' is no licence .*: did you mean {nearest}\? Others than"):
        require_licence(identifier)


@pytest.mark.parametrize("identifier", ["", "my own words", "\u202e"])
def test_one_that_is_near_none_is_refused_too(identifier):
    with pytest.raises(RealFakeError, match=r"that the Hub knows: others than those of .* are `other` there"):
        require_licence(identifier)
