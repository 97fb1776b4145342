"""Batches come out of a loader's workers whatever the system's shared memory."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

from realfake_hf.inference.worker_tensors import sendable


@contextmanager
def no_shared_memory() -> Iterator[None]:
    """No file may grow, as those are in which shared memory is had; nor may a file that pytest's own words go to."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def first_batch() -> torch.Tensor | np.ndarray:
    """Of a loader with one worker."""
    loader = torch.utils.data.DataLoader(
        [torch.full((3, 64, 64), 7.0)], num_workers=1, collate_fn=lambda rows: sendable(torch.stack(rows)), timeout=60
    )
    return next(iter(loader))


def test_a_worker_sends_tensors() -> None:
    batch = first_batch()
    assert isinstance(batch, torch.Tensor)
    assert batch.is_shared()


def test_without_shared_memory_a_worker_sends_arrays() -> None:
    with no_shared_memory():
        batch = first_batch()
    assert isinstance(batch, np.ndarray)
    assert (batch == 7.0).all()


def test_outside_of_workers_a_tensor_stays_as_it_is() -> None:
    tensor = torch.zeros(3)
    assert sendable(tensor) is tensor
