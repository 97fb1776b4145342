"""Paths in, the same paths out."""

from __future__ import annotations

import sys
from pathlib import Path

from realfake_hf.images.image_paths import ImagePaths


def test_paths_come_back_in_their_order_each_time():
    paths = ImagePaths(["b/1.jpg", Path("a/2.jpg")])
    paths.append(Path("c.png"))
    assert len(paths) == 3
    for _ in range(2):
        assert list(paths) == [Path("b/1.jpg"), Path("a/2.jpg"), Path("c.png")]
    assert not ImagePaths()


def test_iterating_leaves_no_paths_behind():
    paths = ImagePaths(["a.jpg"])
    (first,) = paths
    assert sys.getrefcount(first) == 2
