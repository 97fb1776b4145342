"""A row's image: from bytes or from a file, and an error that names it."""

from __future__ import annotations

import numpy as np
import pytest

from realfake_hf.errors import UnreadableImageError
from realfake_hf.images.image_files import open_image
from realfake_hf.images.stored_image import open_stored


def test_bytes_and_file_give_the_same_pixels(photo_paths):
    path = photo_paths[0]
    expected = np.asarray(open_image(path))
    for stored in ({"bytes": path.read_bytes(), "path": "a.jpg"}, {"bytes": None, "path": str(path)}):
        assert np.array_equal(np.asarray(open_stored(stored)), expected)


@pytest.mark.parametrize(("path", "named"), [("a.jpg", "a.jpg"), (None, "row 7")])
def test_damaged_bytes_are_named(photo_paths, path, named):
    with pytest.raises(UnreadableImageError, match=f"^{named} is truncated"):
        open_stored({"bytes": photo_paths[0].read_bytes()[:5000], "path": path}, name="row 7")


def test_row_without_either_is_named():
    with pytest.raises(UnreadableImageError, match="row 7"):
        open_stored({"bytes": None, "path": None}, name="row 7")
