from __future__ import annotations

import pytest
from PIL import Image, ImageOps

from realfake_hf.models.fitted import fit_inside, pad_to_square


@pytest.mark.parametrize("size", [(300, 200), (200, 301), (128, 128), (40, 25), (1, 1)])
def test_pad_is_what_pillow_pads(size: tuple[int, int], photo: Image.Image) -> None:
    photo = photo.crop((0, 0, *size))
    expected = ImageOps.pad(photo, (128, 128), method=Image.Resampling.LANCZOS, color=(0, 0, 0))
    assert pad_to_square(photo, 128).tobytes() == expected.tobytes()


@pytest.mark.parametrize("size", [(1, 600), (600, 1), (2, 601)])
def test_thin_strip_keeps_a_pixel_in_every_pillow(size: tuple[int, int], photo: Image.Image) -> None:
    fitted = fit_inside(photo.resize(size), 64)
    assert max(fitted.size) == 64
    assert min(fitted.size) == 1
    assert pad_to_square(photo.resize(size), 64).size == (64, 64)
