"""Decoded images in memory, and when processes of their own load them."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from realfake_hf.data.loading import load_data
from realfake_hf.training import kept_images
from realfake_hf.training.kept_images import LITTLE_MEMORY, WORKERS, KeptImages, loader_workers, memory_for_images

LIBC: Any = ctypes.CDLL(None) if sys.platform == "linux" else None


def test_kept_image_is_the_same_image(photo: Image.Image) -> None:
    kept = KeptImages(10**9)
    assert kept.get(3) is None
    kept.keep(3, photo)
    found = kept.get(3)
    assert found is not None
    assert found.mode == "RGB"
    np.testing.assert_array_equal(np.asarray(found), np.asarray(photo))


def test_images_beyond_a_chunk_are_kept_whole(monkeypatch: pytest.MonkeyPatch, photo: Image.Image) -> None:
    monkeypatch.setattr(kept_images, "CHUNK", 3 * 20 * 20)
    kept = KeptImages(10**9)
    images = [photo.resize((side, 20)) for side in (9, 9, 9, 50)]
    for row, image in enumerate(images):
        kept.keep(row, image)
    for row, image in enumerate(images):
        found = kept.get(row)
        assert found is not None
        np.testing.assert_array_equal(np.asarray(found), np.asarray(image))


def test_what_no_longer_fits_is_not_kept() -> None:
    kept = KeptImages(3 * 10 * 10)
    kept.keep(0, Image.new("RGB", (10, 11)))
    kept.keep(1, Image.new("RGB", (8, 10)))
    kept.keep(2, Image.new("RGB", (10, 3)))
    assert [kept.get(row) is not None for row in range(3)] == [False, True, False]


def test_several_processes_share_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = memory_for_images()
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    assert memory_for_images() == alone // 4


@pytest.fixture
def roomy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a GPU; images cannot be kept."""
    monkeypatch.setattr(kept_images.torch.accelerator, "is_available", lambda: False)
    monkeypatch.setattr(kept_images, "available_cores", lambda: 8)
    monkeypatch.setattr(kept_images, "available_memory", lambda: LITTLE_MEMORY)


@pytest.mark.usefixtures("roomy_machine")
@pytest.mark.parametrize(("memory", "workers"), [(LITTLE_MEMORY, WORKERS), (LITTLE_MEMORY - 1, 0), (0, WORKERS)])
def test_no_process_loads_images_where_memory_is_little(
    make_imagefolder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, memory: int, workers: int
) -> None:
    monkeypatch.setattr(kept_images, "available_memory", lambda: memory)  # 0: unknown
    assert loader_workers(load_data(make_imagefolder()).values()) == workers


@pytest.mark.usefixtures("roomy_machine")
def test_no_process_loads_images_where_processes_cannot_share_work(
    make_imagefolder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    splits = load_data(make_imagefolder()).values()
    assert loader_workers(splits) == WORKERS
    monkeypatch.setattr(kept_images, "can_share_work", lambda: False)
    assert loader_workers(splits) == 0


@pytest.mark.parametrize(
    ("cores", "memory", "workers"),
    [(2, 36 * 3 * 96 * 96, 0), (2, 36 * 3 * 96 * 96 - 1, WORKERS), (8, 36 * 3 * 96 * 96, WORKERS)],
)
def test_no_process_loads_images_on_few_cores_where_all_can_be_kept(
    make_imagefolder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, cores: int, memory: int, workers: int
) -> None:
    monkeypatch.setattr(kept_images.torch.accelerator, "is_available", lambda: False)
    monkeypatch.setattr(kept_images, "available_cores", lambda: cores)
    monkeypatch.setattr(kept_images, "available_memory", lambda: LITTLE_MEMORY)
    monkeypatch.setattr(kept_images, "memory_for_images", lambda: memory)
    splits = load_data(make_imagefolder())  # 24 and 12 images of 96 px
    assert loader_workers(splits.values()) == workers


def test_unreadable_images_do_not_count(make_imagefolder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_imagefolder({"train": 1})
    for path in folder.rglob("*.jpg"):
        path.write_bytes(b"no JPEG")
    monkeypatch.setattr(kept_images.torch.accelerator, "is_available", lambda: False)
    monkeypatch.setattr(kept_images, "available_cores", lambda: 2)
    monkeypatch.setattr(kept_images, "memory_for_images", lambda: 0)
    assert loader_workers(load_data(folder).values()) == 0


@pytest.mark.skipif(not hasattr(LIBC, "mallinfo2"), reason="another C library than glibc, or an old one")
def test_nothing_of_a_kept_image_lies_on_the_heap_of_a_training() -> None:
    """48 bytes an image on it made trainings take five times the memory: they cut up what the steps free."""
    kept, image, count = KeptImages(10**9), Image.new("RGB", (4, 4)), 20_000
    before = heap_in_use()
    for row in range(count):
        kept.keep(row, image)
    of_the_table = sys.getsizeof(dict.fromkeys(range(count)))  # one block
    assert heap_in_use() - before < of_the_table + 8 * count


def heap_in_use() -> int:
    """Bytes, by glibc's `mallinfo2`."""

    class Counts(ctypes.Structure):
        _fields_ = [(f"field_{index}", ctypes.c_size_t) for index in range(10)]

    mallinfo = LIBC.mallinfo2
    mallinfo.restype = Counts
    return int(mallinfo().field_7)
