"""Drawings and screenshots have areas without texture and edges between two tones; photographs have not."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from realfake_hf.images.drawn import looks_drawn, measure_drawnness
from realfake_hf.images.image_files import open_image


def page_of_text() -> Image.Image:
    image = Image.new("RGB", (700, 500), (250, 250, 245))
    for top in range(20, 480, 30):
        ImageDraw.Draw(image).text(
            (20, top), "The quick brown fox " * 4, fill=(20, 20, 30), font=ImageFont.load_default(16)
        )
    return image


def coloured_shapes() -> Image.Image:
    image = Image.new("RGB", (1200, 1000), (60, 120, 200))
    draw = ImageDraw.Draw(image)
    for index, colour in enumerate(("gold", "firebrick", "white", "darkgreen", "black", "orange")):
        left, top = 190 * index, 130 * index
        draw.ellipse((left, top, left + 330, top + 280), fill=colour, outline="black", width=5)
    return image.resize((600, 500), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("make", [page_of_text, coloured_shapes])
@pytest.mark.parametrize("quality", [None, 90])
def test_drawings_and_screenshots_are_known_before_and_after_jpeg(make, quality):
    image = make()
    if quality:
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=quality)
        image = open_image(stream.getvalue())
    assert looks_drawn(image)


def test_photographs_are_not_drawn(photo_paths):
    assert not any(looks_drawn(open_image(path)) for path in photo_paths)


def test_photograph_cut_out_on_white_is_not_drawn(photo):
    page = Image.new("RGB", (600, 600), "white")
    page.paste(photo.resize((300, 300)), (150, 150))
    assert not looks_drawn(page)


def test_image_without_edges_is_not_drawn():
    assert not looks_drawn(Image.new("RGB", (300, 300), "white"))


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (7, 7), (9, 8)])
def test_images_of_any_size_are_measured(size):
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (size[1], size[0]), dtype=np.uint8))
    assert not measure_drawnness(image).is_drawn
