"""The photograph's own JPEG on both sides, and files of one length."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from realfake_hf.data.aligning.encoding import QUALITIES, fill_up, photo_encoding
from realfake_hf.images.jpeg_quality import chroma_subsampling, jpeg_quality

CAMERA_TABLES = [
    [min(255, 3 + 2 * (n // 8) + n % 8) for n in range(64)],
    [min(255, 5 + 3 * (n % 8)) for n in range(64)],
]
"""Tables of nobody's standard, not symmetric."""


def saved(image: Image.Image, format: str = "JPEG", **options: object) -> Image.Image:
    """The image as opened from a file saved so."""
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return Image.open(buffer)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.fixture
def sides(photo):
    """A tile, and a smoother version as a decoder makes it."""
    tile = photo.crop((64, 64, 256, 256))
    return tile, tile.reduce(2).resize(tile.size)


class TestPhotoEncoding:
    @pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
    @pytest.mark.parametrize("quality", [40, 85, 97])
    def test_quality_and_subsampling_of_a_jpeg_are_put_back(self, sides, quality, subsampling):
        encoding = photo_encoding(saved(sides[0], quality=quality, subsampling=subsampling), seed=0)
        for content in encoding.encode_pair(*sides):
            assert jpeg_quality(opened(content)) == quality
            assert chroma_subsampling(opened(content)) == subsampling

    def test_tables_of_a_camera_are_put_back_step_by_step(self, sides):
        encoding = photo_encoding(saved(sides[0], qtables=CAMERA_TABLES), seed=0)
        for content in encoding.encode_pair(*sides):
            assert opened(content).quantization == dict(enumerate(CAMERA_TABLES))

    def test_tables_turn_with_a_photograph_that_was_stored_sideways(self, photo):
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = 6
        encoding = photo_encoding(saved(photo, qtables=CAMERA_TABLES, exif=exif, subsampling="4:2:2"), seed=0)
        assert np.array_equal(np.reshape(encoding.tables[0], (8, 8)), np.reshape(CAMERA_TABLES[0], (8, 8)).T)
        assert encoding.subsampling == "4:2:0"  # 4:4:0 cannot be written

    def test_grey_photograph_stays_grey_on_both_sides(self, sides):
        encoding = photo_encoding(saved(sides[0].convert("L"), quality=80), seed=0)
        assert [opened(content).mode for content in encoding.encode_pair(*sides)] == ["L", "L"]

    @pytest.mark.parametrize("format", ["PNG", "WEBP", "BMP"])
    def test_photograph_that_was_no_jpeg_gets_a_drawn_quality(self, photo, format):
        qualities = {photo_encoding(saved(photo.crop((0, 0, 64, 64)), format), seed).quality for seed in range(60)}
        assert min(qualities) >= QUALITIES[0]
        assert max(qualities) <= QUALITIES[1]
        assert len(qualities) > 10
        first, second = (photo_encoding(saved(photo, format), seed=7) for _ in range(2))
        assert first == second

    def test_cmyk_jpeg_can_be_paired(self, sides):
        encoding = photo_encoding(saved(sides[0].convert("CMYK"), quality=90), seed=0)
        assert {opened(content).mode for content in encoding.encode_pair(*sides)} == {"RGB"}

    def test_comments_and_profiles_of_the_photograph_do_not_follow(self, sides):
        tile = sides[0]
        tile.info = {"comment": b"mine", "icc_profile": b"profile", "exif": b"Exif\0\0"}
        content = photo_encoding(saved(sides[1], quality=90), seed=0).encode(tile)
        assert set(opened(content).info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


class TestPairs:
    def test_files_have_one_length_though_the_smooth_side_takes_fewer_bytes(self, sides):
        encoding = photo_encoding(saved(sides[0], quality=90), seed=0)
        assert len(encoding.encode(sides[1])) < len(encoding.encode(sides[0]))
        real, fake = encoding.encode_pair(*sides)
        assert len(real) == len(fake)

    def test_both_files_have_a_comment(self, sides):
        encoding = photo_encoding(saved(sides[0], quality=90), seed=0)
        assert all("comment" in opened(content).info for content in encoding.encode_pair(*sides))

    def test_pixels_are_what_the_encoder_made_of_them(self, sides):
        encoding = photo_encoding(saved(sides[0], quality=90), seed=0)
        for image, content in zip(sides, encoding.encode_pair(*sides), strict=True):
            assert np.array_equal(np.asarray(opened(content)), np.asarray(opened(encoding.encode(image))))


class TestFillUp:
    @given(missing=st.one_of(st.just(0), st.integers(4, 400_000)))
    @settings(max_examples=40)
    def test_any_length_is_met_and_the_picture_is_the_same(self, missing):
        buffer = io.BytesIO()
        Image.linear_gradient("L").save(buffer, "JPEG")
        content = buffer.getvalue()
        filled = fill_up(content, len(content) + missing)
        assert len(filled) == len(content) + missing
        assert np.array_equal(np.asarray(opened(filled)), np.asarray(opened(content)))

    @pytest.mark.parametrize("missing", [-1, 1, 3])
    def test_impossible_lengths_are_refused(self, missing):
        with pytest.raises(ValueError, match="4 bytes"):
            fill_up(b"\xff\xd8\xff\xd9", 4 + missing)
