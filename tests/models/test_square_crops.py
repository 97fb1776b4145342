"""Where crops lie: the centre first, then a grid that covers, as many as an image needs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realfake_hf.models.square_crops import TOLERANCE, crop_boxes, share_of_image

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
