"""The three fixed conditions in which every model is measured: clean, web, hard."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from realfake_hf.images.degradations.base import check_rgb
from realfake_hf.images.degradations.jpeg import jpeg_round_trip
from realfake_hf.images.degradations.parameters import unknown
from realfake_hf.images.degradations.resample import shrink_to


@dataclass(frozen=True)
class Tier:
    """One condition: a longest side and a JPEG, both or neither.

    Attributes:
        name: its name in results and options.
        longest_side: larger images are reduced to it with Lanczos, in px; None keeps the size.
        jpeg_quality: then one JPEG with 4:2:0, 1 to 100; None keeps the pixels.
    """

    name: str
    longest_side: int | None
    jpeg_quality: int | None


TIERS: dict[str, Tier] = {
    tier.name: tier for tier in (Tier("clean", None, None), Tier("web", 768, 60), Tier("hard", 512, 40))
}
"""Side lengths and qualities as Sieve publishes its figures (Phineas1500/sieve-ai-image-detector)."""


def apply_tier(image: Image.Image, name: str) -> Image.Image:
    """Put an image into a tier's condition, without any randomness.

    Args:
        image: RGB, left untouched.
        name: `clean` (the very object comes back), `web` or `hard`.

    Raises:
        RealFakeError: the tier is unknown, or the image is not RGB.
    """
    if name not in TIERS:
        raise unknown("tier", name, TIERS)
    check_rgb(image)
    tier = TIERS[name]
    if tier.longest_side is not None:
        image = shrink_to(image, tier.longest_side)
    if tier.jpeg_quality is not None:
        image = jpeg_round_trip(image, tier.jpeg_quality, "4:2:0")
    return image
