"""Where crops lie: the centre first, then a grid that covers, as many as an image needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.square_crops import TOLERANCE, crop_boxes, middle_square, share_of_image

sides = st.integers(0, 3000)


@given(room_x=sides, room_y=sides, size=st.integers(1, 256), limit=st.integers(1, 30))
def test_boxes_are_inside_distinct_few_and_begin_at_the_centre(room_x: int, room_y: int, size: int, limit: int) -> None:
    width, height = size + room_x, size + room_y
    boxes = crop_boxes(width, height, size, limit)
    assert 1 <= len(set(boxes)) == len(boxes) <= limit
    assert boxes[0][:2] == (room_x // 2, room_y // 2)
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert (right - left, bottom - top) == (size, size)


@pytest.mark.parametrize(("width", "height"), [(192, 192), (210, 200), (384, 384), (512, 512), (700, 430), (1100, 192)])
def test_grid_covers_where_the_limit_allows(width: int, height: int) -> None:
    needed = int(np.ceil((width - 192 * TOLERANCE) / 192)) * int(np.ceil((height - 192 * TOLERANCE) / 192)) + 1
    boxes = crop_boxes(width, height, 192, needed)
    inner = share_of_image(boxes, width, height)
    assert inner >= (1 - 24 / width) * (1 - 24 / height)


@pytest.mark.parametrize(
    ("width", "height", "count"), [(192, 192, 1), (216, 216, 1), (256, 256, 5), (512, 512, 9), (4032, 3024, 9)]
)
def test_number_of_crops_grows_with_the_image(width: int, height: int, count: int) -> None:
    assert len(crop_boxes(width, height, 192, 9)) == count


def test_share_counts_what_two_boxes_cover_once_and_nothing_outside() -> None:
    assert share_of_image([(0, 0, 10, 10)], 20, 10) == 0.5
    assert share_of_image([(0, 0, 10, 10), (5, 0, 15, 10)], 20, 10) == 0.75
    assert share_of_image([(-5, -5, 25, 15)], 20, 10) == 1.0


class TestWholeView:
    def test_the_last_view_is_the_middle_square_reduced(self, photo: Image.Image) -> None:
        processor = RealFakeImageProcessor(size=64, num_crops=3, whole_view=True)
        wide = photo.resize((300, 200))
        views = processor.crops(wide, 3)
        expected = wide.crop((50, 0, 250, 200)).resize((64, 64), Image.Resampling.BICUBIC)
        np.testing.assert_array_equal(views[-1], np.asarray(expected))
        plain = RealFakeImageProcessor(size=64, num_crops=2).crops(wide, 2)
        assert len(views) == len(plain) + 1
        np.testing.assert_array_equal(views[:-1], plain)

    @pytest.mark.parametrize("size", [(900, 700), (1153, 1400), (2003, 1999)])
    def test_a_large_image_is_reduced_by_means_first(self, size: tuple[int, int], photo: Image.Image) -> None:
        large = photo.resize(size)
        (view,) = RealFakeImageProcessor(size=64, num_crops=2, whole_view=True).crops(large, 2)[1:]
        square = large.crop(middle_square(*size))
        expected = square.resize((64, 64), Image.Resampling.BICUBIC, reducing_gap=3.0)
        np.testing.assert_array_equal(view, np.asarray(expected))
        exact = np.asarray(square.resize((64, 64), Image.Resampling.BICUBIC))
        assert 0 < np.abs(view - exact.astype(float)).mean() < 1

    def test_boxes_say_what_each_view_shows(self) -> None:
        processor = RealFakeImageProcessor(size=64, num_crops=2, whole_view=True)
        assert processor.boxes(300, 200, 2) == [(118, 68, 182, 132), (50, 0, 250, 200)]

    @pytest.mark.parametrize(("side", "views"), [(64, 1), (79, 1), (80, 2), (40, 1)])
    def test_an_image_hardly_larger_than_a_crop_has_none(self, side: int, views: int, photo: Image.Image) -> None:
        processor = RealFakeImageProcessor(size=64, num_crops=2, whole_view=True)
        found = processor.crops(photo.resize((side, side)), 2)
        assert len(found) == len(processor.boxes(side, side, 2)) == views
        assert (processor.boxes(side, side, 2)[-1] == (0, 0, side, side)) is (views == 2 or side == 64)

    def test_a_strip_too_low_for_it_is_judged_by_its_middle_so_that_several_always_end_with_the_whole(
        self, photo: Image.Image
    ) -> None:
        strip = photo.resize((400, 70))
        processor = RealFakeImageProcessor(size=64, num_crops=5, whole_view=True)
        np.testing.assert_array_equal(processor.crops(strip, 5), RealFakeImageProcessor(size=64).crops(strip, 1))
        assert processor.boxes(400, 70, 5) == [(168, 3, 232, 67)]

    @pytest.mark.parametrize("size", [(40, 30), (64, 64), (70, 300), (300, 200)])
    def test_it_can_be_had_of_any_image(self, size: tuple[int, int], photo: Image.Image) -> None:
        processor = RealFakeImageProcessor(size=64, num_crops=2, whole_view=True)
        image = photo.resize(size)
        view = processor.whole(image)
        assert view.shape == (64, 64, 3)
        if min(size) >= 80:
            np.testing.assert_array_equal(view, processor.crops(image, 2)[1])
        if max(size) <= 64:
            np.testing.assert_array_equal(view, processor.crops(image, 1)[0])

    def test_one_view_alone_is_the_crop_in_the_middle(self, photo: Image.Image) -> None:
        processor = RealFakeImageProcessor(size=64, whole_view=True)
        np.testing.assert_array_equal(processor.crops(photo, 1), RealFakeImageProcessor(size=64).crops(photo, 1))

    def test_it_survives_saving(self, tmp_path: Path) -> None:
        RealFakeImageProcessor(size=64, num_crops=2, whole_view=True).save_pretrained(tmp_path)
        assert RealFakeImageProcessor.from_pretrained(tmp_path).whole_view is True

    def test_other_modes_have_none(self) -> None:
        with pytest.raises(ValueError, match="whole_view needs mode='native-crops', not 'pad'"):
            RealFakeImageProcessor(mode="pad", whole_view=True)
