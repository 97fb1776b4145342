"""The same verdict whatever it is computed with: threads, batches and runtimes move p_fake by less than 0.005."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from realfake_hf.detection.detector import Detector
from realfake_hf.storage.machine import available_cores

ALLOWED = 0.005


@pytest.fixture
def crops(photo_paths: list[Path], tmp_path: Path) -> list[Path]:
    """Twenty images of many sizes, smaller and larger than the network's input."""
    paths = []
    for number in range(20):
        with Image.open(photo_paths[number % len(photo_paths)]) as photo:
            side = 60 + 17 * number
            paths.append(tmp_path / f"{number:02}.png")
            photo.convert("RGB").crop((3 * number, 2 * number, 3 * number + side, 2 * number + side // 2 + 40)).save(
                paths[-1]
            )
    return paths


@pytest.fixture
def by_torch_threads():
    """Give torch so many threads, until the test ends."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_threads_batches_and_runtimes_agree(crops: list[Path], by_torch_threads: Callable[[int], None]) -> None:
    found = {}
    for runtime, threads, batch_size in itertools.product(("onnx", "torch"), (1, 2), (1, 64)):
        by_torch_threads(threads)
        # onnxruntime gets the cores that the workers leave.
        workers = max(1, available_cores() // threads)
        detector = Detector("realfake-net", runtime=runtime, batch_size=batch_size, workers=workers)
        found[runtime, threads, batch_size] = [verdict.p_fake for verdict in detector(crops)]
    wanted = found["onnx", 1, 1]
    for how, p_fakes in found.items():
        assert p_fakes == pytest.approx(wanted, abs=ALLOWED), how
