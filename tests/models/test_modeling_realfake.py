from __future__ import annotations

from collections.abc import Callable

import torch

from .battery import build

Pixels = Callable[..., torch.Tensor]


def test_crops_of_zeros_are_neither_looked_at_nor_counted(photo_pixels: Pixels) -> None:
    model = build("realfake-net")
    pixel_values = photo_pixels(32)
    crops = torch.zeros(2, 3, *pixel_values.shape[1:])
    crops[0, 0], crops[1, :2] = pixel_values[0], pixel_values
    seen: list[int] = []
    model.encoder.register_forward_hook(lambda module, inputs, output: seen.append(len(output)))
    logits = model(crops).logits
    assert seen == [3]
    alone = model(pixel_values).logits
    torch.testing.assert_close(logits, torch.stack([alone[0], alone.mean(dim=0)]))


def test_first_crop_counts_even_where_it_is_all_zeros() -> None:
    model = build("realfake-net")
    black = torch.zeros(1, 2, 3, 32, 32)
    torch.testing.assert_close(model(black).logits, model(black[:, 0]).logits)


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
