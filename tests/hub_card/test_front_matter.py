"""The front matter of a card is what the Hub will read."""

from __future__ import annotations

import pytest
from huggingface_hub import DatasetCard

from hub_card.front_matter import check_front_matter
from realfake_hf.errors import RealFakeError


@pytest.mark.parametrize(
    ("as_written", "sentence"),
    [
        ("---\nlicense: cc0-1.0\n---\n", "The card's front matter changes when it is read again"),
        ("---\n- mit\n---\n", r"The card's front matter is not valid: .+\.$"),
    ],
)
def test_what_the_hub_would_not_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, as_written: str, sentence: str
) -> None:
    card = DatasetCard("---\nlicense: mit\n---\n# Photos\n")
    monkeypatch.setattr(DatasetCard, "__str__", lambda self: as_written)
    with pytest.raises(RealFakeError, match=sentence):
        check_front_matter(card)
