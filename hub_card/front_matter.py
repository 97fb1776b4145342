"""What the cards of models and of data sets have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from realfake_hf.errors import RealFakeError

if TYPE_CHECKING:
    from huggingface_hub import RepoCard

TAGS = ["ai-generated-image-detection", "image-forensics", "real-or-fake"]


def check_front_matter(card: RepoCard) -> None:
    """Parse a card's front matter again, as the Hub will.

    Raises:
        RealFakeError: it does not survive that.
    """
    try:
        parsed = type(card)(str(card), ignore_metadata_errors=False).data.to_dict()
    except ValueError as error:
        raise RealFakeError(f"The card's front matter is not valid: {' '.join(str(error).split())}.") from error
    if parsed != card.data.to_dict():
        raise RealFakeError("The card's front matter changes when it is read again: choose a plainer title.")
