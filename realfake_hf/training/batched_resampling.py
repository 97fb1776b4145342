"""Pillow's resampling for a whole batch at once, on any device, each image by a factor and a filter of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch


def _bicubic(x: torch.Tensor) -> torch.Tensor:
    x = x.abs()
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return torch.where(x < 1, near, torch.where(x < 2, far, 0.0))


def _lanczos(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x.abs() < 3, torch.sinc(x) * torch.sinc(x / 3), 0.0)


KERNELS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "box": lambda x: ((x > -0.5) & (x <= 0.5)).float(),
    "bilinear": lambda x: (1 - x.abs()).clamp(min=0),
    "bicubic": _bicubic,
    "lanczos": _lanczos,
}
"""Weights by the distance from the middle, in px of the smaller of both sizes (Pillow's Resample.c)."""


def batched_resize(
    pixels: torch.Tensor, before: np.ndarray, after: np.ndarray, filters: Sequence[str], canvas: int | None = None
) -> torch.Tensor:
    """Scale every image to a size of its own.

    Args:
        pixels: `(B, 3, H, W)` float32, whole numbers 0 to 255.
        before: `(B, 2)`, height and width of each image; what lies beyond them in `pixels` is not looked at.
        after: `(B, 2)`, what they become.
        filters: `(B,)`, each of `KERNELS`, or nearest.
        canvas: side in px of the result; by default as large as `pixels` or the largest of `after`.

    Returns:
        `(B, 3, canvas, canvas)`; an image that is smaller is continued by reflection.
    """
    side = max(int(after.max()), *pixels.shape[-2:]) if canvas is None else canvas
    columns = _weights(before[:, 1], after[:, 1], filters, pixels.shape[-1], side, pixels.device)
    rows = _weights(before[:, 0], after[:, 0], filters, pixels.shape[-2], side, pixels.device)
    wide = (pixels @ columns.transpose(1, 2)[:, None]).round().clamp(0, 255)
    return (rows[:, None] @ wide).round().clamp(0, 255)


def reflected(positions: torch.Tensor, length: torch.Tensor) -> torch.Tensor:
    """Where to look for places outside `0..length`: the image continued by reflection, as often as it takes."""
    folded = positions % (2 * length)
    return torch.minimum(folded, 2 * length - 1 - folded)


def _weights(
    before: np.ndarray, after: np.ndarray, filters: Sequence[str], source: int, target: int, device: torch.device
) -> torch.Tensor:
    """`(B, target, source)` float32: what each place before gives to each place after."""
    length, size = (torch.from_numpy(values).to(device)[:, None] for values in (before, after))
    places = reflected(torch.arange(target, device=device)[None], size)
    scale = length.double() / size
    middle = (places + 0.5) * scale  # whole numbers and halves of them decide for nearest and box
    positions = torch.arange(source, device=device)
    distance = ((positions - middle[..., None] + 0.5) / scale.clamp(min=1)[..., None]).float()
    weights = torch.zeros_like(distance)
    names = np.array(filters)
    for name in set(filters):
        chosen = torch.from_numpy(np.flatnonzero(names == name)).to(device)
        if name == "nearest":
            weights[chosen] = (positions == middle[chosen][..., None].floor()).float()
        else:
            weights[chosen] = KERNELS[name](distance[chosen])
    weights *= positions < length[..., None]
    return weights / weights.sum(dim=-1, keepdim=True)
