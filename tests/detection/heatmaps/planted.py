"""Networks whose evidence is known: green speaks for real, red for fake."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from PIL import Image
from torch import nn

from realfake_hf import RealFakeImageProcessor
from realfake_hf.inference.predictor import Predictor

SIZE = 64


class RedIsFake(nn.Module):
    """Means over cells of 8 px, a convolution that takes the class's colour, the mean: Grad-CAM must be exact."""

    def __init__(self, id2label: dict[int, str] | None = None) -> None:
        super().__init__()
        self.config = SimpleNamespace(id2label=id2label or {0: "real", 1: "fake"})
        self.cells = nn.AvgPool2d(8)
        self.colours = nn.Conv2d(3, 2, 1, bias=False)
        self.colours.weight.data = torch.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])[..., None, None]

    def forward(self, pixel_values: torch.Tensor) -> Any:
        if pixel_values.ndim == 5:
            crops = self.forward(pixel_values.flatten(0, 1)).logits
            return SimpleNamespace(logits=crops.unflatten(0, pixel_values.shape[:2]).mean(dim=1))
        return SimpleNamespace(logits=self.colours(self.cells(pixel_values)).mean(dim=(-2, -1)))


def processor(**fields: Any) -> RealFakeImageProcessor:
    return RealFakeImageProcessor(size=SIZE, image_mean=(0.0, 0.0, 0.0), image_std=(1.0, 1.0, 1.0), **fields)


def planted(**fields: Any) -> Predictor:
    return Predictor.of(RedIsFake(), processor(**fields), name="red is fake", device="cpu")


def red_and_green(width: int, height: int, *, red_width: int) -> Image.Image:
    """Red on the left, green on the right."""
    image = Image.new("RGB", (width, height), (0, 200, 0))
    image.paste((200, 0, 0), (0, 0, red_width, height))
    return image
