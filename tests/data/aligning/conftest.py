"""Autoencoders of a few channels with random weights: what they make is no picture, but has a decoder's shape."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from realfake_hf.data.aligning.taef2 import TAEF2


@pytest.fixture(scope="session")
def taef2_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TAEF2 of eight channels."""
    folder = tmp_path_factory.mktemp("autoencoders") / "taef2"
    with torch.random.fork_rng():
        torch.manual_seed(0)
        TAEF2(width=8, latent_channels=4).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def diffusers_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An AutoencoderTiny and an AutoencoderKL, by class name, as diffusers saves them."""
    from diffusers import AutoencoderKL, AutoencoderTiny

    root = tmp_path_factory.mktemp("diffusers")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        tiny = AutoencoderTiny(
            encoder_block_out_channels=(8, 8, 8, 8),
            decoder_block_out_channels=(8, 8, 8, 8),
            num_encoder_blocks=(1,) * 4,
            num_decoder_blocks=(1,) * 4,
        )
        kl = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 2,
            up_block_types=("UpDecoderBlock2D",) * 2,
            block_out_channels=(8, 8),
            norm_num_groups=4,
        )
    folders = {}
    for model in (tiny, kl):
        folders[type(model).__name__] = root / type(model).__name__.lower()
        model.save_pretrained(folders[type(model).__name__])
    return folders
