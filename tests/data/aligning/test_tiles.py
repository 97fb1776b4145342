"""Tiles at native size, on the photograph's own grid, with context."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from realfake_hf.data.aligning.encoding import orientation_of, photo_encoding
from realfake_hf.data.aligning.tiles import (
    CONTEXT,
    GRID,
    MIN_SIDE,
    choose_tiles,
    cut_with_context,
    grid_origin,
    without_context,
)
from realfake_hf.images.image_files import open_image


class TestChoice:
    @given(
        width=st.integers(1, 700),
        height=st.integers(1, 700),
        origin=st.tuples(st.integers(0, GRID - 1), st.integers(0, GRID - 1)),
        tile=st.integers(4, 40).map(lambda n: 8 * n),
        count=st.integers(1, 9),
        seed=st.integers(0, 99),
    )
    def test_tiles_lie_inside_on_the_grid_and_apart(self, width, height, origin, tile, count, seed):
        boxes = choose_tiles((width, height), origin, tile, count, seed)
        assert len(boxes) <= count
        assert boxes or min(width - origin[0], height - origin[1]) < MIN_SIDE
        covered = np.zeros((height, width), int)
        for left, top, right, bottom in boxes:
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
            assert (left - origin[0]) % GRID == (top - origin[1]) % GRID == 0
            assert (right - left) % 8 == (bottom - top) % 8 == 0
            assert MIN_SIDE <= min(right - left, bottom - top) <= max(right - left, bottom - top) <= tile
            covered[top:bottom, left:right] += 1
        assert covered.max(initial=0) <= 1

    def test_seed_alone_decides_the_positions(self):
        first, again, other = (choose_tiles((4000, 3000), (0, 0), 192, 4, seed) for seed in (1, 1, 2))
        assert first == again != other

    def test_small_photograph_gives_one_tile_of_its_whole_size_rounded_down(self):
        assert choose_tiles((190, 131), (0, 0), 192, 5, seed=0) == [(0, 0, 184, 128)]

    def test_large_photograph_gives_as_many_as_asked_for(self):
        assert len(choose_tiles((4000, 3000), (0, 0), 192, 50, seed=0)) == 50


class TestGrid:
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_tile_on_the_grid_survives_its_own_compression(self, photo, orientation):
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        buffer = io.BytesIO()
        photo.crop((0, 0, 203, 181)).save(buffer, "JPEG", quality=60, subsampling="4:4:4", exif=exif)
        stored = Image.open(buffer)
        encoding = photo_encoding(stored, seed=0)
        upright = open_image(buffer.getvalue())
        left, top = grid_origin(upright.size, orientation_of(stored))

        def change(x: int, y: int) -> float:
            tile = upright.crop((x, y, x + 128, y + 128))
            return float(np.abs(np.asarray(open_image(encoding.encode(tile)), float) - np.asarray(tile)).mean())

        assert change(left, top) < 0.35 * change(left + 3, top + 5)


class TestContext:
    def test_surroundings_come_from_the_photograph(self, photo):
        pixels = cut_with_context(photo, (64, 80, 160, 144))
        assert np.array_equal(pixels, np.asarray(photo)[80 - CONTEXT : 144 + CONTEXT, 64 - CONTEXT : 160 + CONTEXT])

    def test_photograph_is_mirrored_where_it_ends(self, photo):
        small = photo.crop((0, 0, 40, 48))
        pixels = cut_with_context(small, (0, 0, 40, 48))
        assert pixels.shape == (48 + 2 * CONTEXT, 40 + 2 * CONTEXT, 3)
        assert np.array_equal(pixels[CONTEXT - 1, CONTEXT:-CONTEXT], np.asarray(small)[1])

    def test_context_is_cut_off_again(self, photo):
        box = (0, 80, 96, 144)
        assert np.array_equal(np.asarray(without_context(cut_with_context(photo, box))), np.asarray(photo.crop(box)))
