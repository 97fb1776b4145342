from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d
from transformers import AutoModelForImageClassification

from realfake_hf.models.modeling_realfake_cnn import LAPLACIAN_KERNEL, SRM_KERNEL, RealFakeHighPass

from .battery import build, tiny_config

Pixels = Callable[..., torch.Tensor]


@pytest.mark.parametrize(("name", "kernel", "divisor"), [("laplacian", LAPLACIAN_KERNEL, 4), ("srm", SRM_KERNEL, 12)])
def test_high_pass_is_the_correlation_with_its_kernel(
    name: str, kernel: tuple, divisor: int, photo_pixels: Pixels
) -> None:
    pixel_values = photo_pixels(33)
    residual = RealFakeHighPass([name])(pixel_values)[:, 3:]
    border = len(kernel) // 2
    for image in range(2):
        for channel in range(3):
            padded = np.pad(pixel_values[image, channel].numpy(), border, mode="reflect")
            expected = correlate2d(padded, np.asarray(kernel) / divisor, mode="valid")
            np.testing.assert_allclose(residual[image, channel].numpy(), expected, atol=1e-5)


@pytest.mark.parametrize("side", [32, 33])
def test_npr_is_the_residual_of_nearest_neighbour_down_and_up(side: int, photo_pixels: Pixels) -> None:
    pixel_values = photo_pixels(side)
    residual = RealFakeHighPass(["npr"])(pixel_values)[:, 3:]
    rows = torch.arange(side) // 2 * 2
    expected = pixel_values - pixel_values[:, :, rows][..., rows]
    assert torch.equal(residual, expected)


@pytest.mark.parametrize("name", ["npr", "laplacian", "srm"])
def test_high_pass_of_a_flat_image_is_zero(name: str) -> None:
    flat = torch.full((1, 3, 16, 16), 0.7)
    residual = RealFakeHighPass([name])(flat)[:, 3:]
    torch.testing.assert_close(residual, torch.zeros_like(residual), atol=1e-6, rtol=0)


def test_high_pass_keeps_rgb_first(photo_pixels: Pixels) -> None:
    pixel_values = photo_pixels(32)
    stacked = RealFakeHighPass(["npr", "laplacian", "srm"])(pixel_values)
    assert stacked.shape == (2, 12, 32, 32)
    assert torch.equal(stacked[:, :3], pixel_values)


def test_high_pass_buffers_are_in_the_file_and_come_back_bit_for_bit(tmp_path: Path) -> None:
    model = build("realfake-net")
    model.save_pretrained(tmp_path)
    loaded = AutoModelForImageClassification.from_pretrained(tmp_path)
    assert {"encoder.high_pass.srm", "encoder.high_pass.laplacian"} <= model.state_dict().keys()
    for name, buffer in model.encoder.high_pass.named_buffers():
        assert torch.equal(loaded.encoder.high_pass.get_buffer(name), buffer)
        assert torch.equal(buffer, RealFakeHighPass.kernel(name))


def test_high_pass_buffers_that_a_checkpoint_lacks_are_filled(tmp_path: Path) -> None:
    build("realfake-net", high_pass=()).save_pretrained(tmp_path)
    loaded = AutoModelForImageClassification.from_pretrained(
        tmp_path, config=tiny_config("realfake-net", high_pass=["srm"]), ignore_mismatched_sizes=True
    )
    assert torch.equal(loaded.encoder.high_pass.srm, RealFakeHighPass.kernel("srm"))


def test_patch_logits_are_a_map_whose_mean_is_the_images_logits(photo_pixels: Pixels) -> None:
    model = build("realfake-net", temperature=2.0)
    pixel_values = photo_pixels(96)[..., :64, :]
    patches = model.patch_logits(pixel_values)
    assert patches.shape == (2, 2, 16, 24)
    torch.testing.assert_close(patches.mean(dim=(-2, -1)) / 2.0, model(pixel_values).logits)


def test_patch_logits_see_where_a_part_was_changed(photo_pixels: Pixels) -> None:
    model = build("realfake-net")
    pixel_values = photo_pixels(96)
    changed = pixel_values.clone()
    changed[..., 64:, 64:] = pixel_values[..., :32, :32]
    difference = (model.patch_logits(changed) - model.patch_logits(pixel_values)).abs().sum(dim=1)
    assert difference[:, :10, :10].max() == 0
    assert difference[:, 18:, 18:].min() > 0


def test_patch_logits_need_the_patch_head() -> None:
    with pytest.raises(ValueError, match="need the patch head"):
        build("cnn-128").patch_logits(torch.zeros(1, 3, 32, 32))


def test_flatten_head_refuses_other_sizes_than_configured() -> None:
    with pytest.raises(ValueError, match="takes 32 x 32 px, not 64 x 48"):
        build("cnn-128")(torch.zeros(1, 3, 48, 64))


def test_fresh_network_passes_signal_on(photo_pixels: Pixels) -> None:
    features = build("realfake-net").train().encoder(photo_pixels(32))
    assert 0.1 < features.std() < 10
