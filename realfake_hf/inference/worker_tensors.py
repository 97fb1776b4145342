"""Tensors on their way from a loader's worker to the process that asked for them."""

from __future__ import annotations

import numpy as np
import torch
from torch.utils.data import get_worker_info


def sendable(tensor: torch.Tensor) -> torch.Tensor | np.ndarray:
    """A tensor as a worker can send it even where the system has no shared memory left (a container often has 64 MB).

    Torch moves a tensor into shared memory as it is sent, in a thread whose errors nobody hears: the process that
    waits for it would wait for ever. Here it is moved before, and what does not fit there is sent as an array instead,
    by a pipe, which is slower. Outside of workers a tensor stays as it is.
    """
    if get_worker_info() is None:
        return tensor
    try:
        return tensor.share_memory_()
    except RuntimeError:
        return tensor.numpy()
