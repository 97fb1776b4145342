from __future__ import annotations

from collections.abc import Callable

import torch

from .battery import build

Pixels = Callable[..., torch.Tensor]


def test_equal_crops_are_looked_at_once(photo_pixels: Pixels) -> None:
    model = build("realfake-net")
    pixel_values = photo_pixels(32)
    seen: list[int] = []
    model.encoder.register_forward_hook(lambda module, inputs, output: seen.append(len(output)))
    logits = model(pixel_values[:, None].expand(-1, 5, -1, -1, -1)).logits
    assert seen == [2]
    assert torch.equal(logits, model(pixel_values).logits)


def test_different_crops_are_all_looked_at(photo_pixels: Pixels) -> None:
    model = build("realfake-net")
    pixel_values = torch.stack([photo_pixels(32), photo_pixels(32).flip(-1)], dim=1)
    seen: list[int] = []
    model.encoder.register_forward_hook(lambda module, inputs, output: seen.append(len(output)))
    model(pixel_values)
    assert seen == [4]


def test_hidden_states_are_what_the_head_classified(photo_pixels: Pixels) -> None:
    model = build("realfake-net")
    outputs = model(photo_pixels(32), output_hidden_states=True)
    (features,) = outputs.hidden_states
    assert torch.equal(model.classify(features), outputs.logits)
