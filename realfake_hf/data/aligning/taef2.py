"""TAEF2, the tiny autoencoder of FLUX.2's latent space (madebyollin/taesd, MIT), in plain torch."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from realfake_hf.errors import RealFakeError, one_line
from realfake_hf.storage.files import read_json, write_json, written_whole

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "diffusion_pytorch_model.safetensors"
"""The names that diffusers gives them, so that every autoencoder's folder looks alike."""

CLASS_NAME = "TAEF2"
PARTS = ("encoder", "decoder")
WIDTH = 64
LATENT_CHANNELS = 32
STAGES = 3
"""Halvings of the side: one latent pixel stands for 8 x 8 pixels."""


class TAEF2(nn.Module):
    """Encoder and decoder; modules are numbered as in the published state dicts.

    Args:
        width: channels of every inner layer.
        latent_channels: channels of the latent.
    """

    def __init__(self, width: int = WIDTH, latent_channels: int = LATENT_CHANNELS) -> None:
        super().__init__()
        self.config = {"width": width, "latent_channels": latent_channels}
        self.encoder = _encoder(width, latent_channels)
        self.decoder = _decoder(width, latent_channels)

    def forward(self, images: Tensor) -> Tensor:
        """Reconstruct `(B, 3, H, W)` float in [0, 1], H and W multiples of 8; the result may leave [0, 1] a little."""
        return self.decoder(self.encoder(images))

    def save_pretrained(self, folder: str | Path) -> None:
        """Write config.json and the weights as safetensors into a folder, each atomically."""
        from safetensors.torch import save_file

        target = Path(folder)
        with written_whole(target / WEIGHTS_FILE) as partial:
            save_file({name: tensor.contiguous() for name, tensor in self.state_dict().items()}, partial)
        write_json(target / CONFIG_FILE, {"_class_name": CLASS_NAME, **self.config})

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> TAEF2:
        """Load a folder that `save_pretrained` or `convert_taef2` wrote, in float32.

        Raises:
            RealFakeError: the weights are missing or are not those of this network.
        """
        from safetensors.torch import load_file

        where = Path(folder)
        try:
            config = read_json(where / CONFIG_FILE)
            model = cls(config.get("width", WIDTH), config.get("latent_channels", LATENT_CHANNELS))
            model.load_state_dict(load_file(where / WEIGHTS_FILE))
        except Exception as error:  # damaged JSON, damaged weights, other shapes: one sentence for all
            raise RealFakeError(f"{where} holds no TAEF2 weights that can be loaded: {one_line(error)}.") from error
        return model


def convert_taef2(source: str | Path, destination: str | Path) -> Path:
    """Turn the published `taef2_encoder.pth` and `taef2_decoder.pth` into a folder with safetensors, once.

    The pickled files are read with `weights_only=True`, which runs no code of theirs; nothing else in the package
    reads pickles.

    Args:
        source: the folder with the two files.
        destination: a folder to write config.json and the safetensors into.

    Raises:
        RealFakeError: a file is missing or holds other weights, or the destination has weights already.
    """
    target = Path(destination)
    if (target / WEIGHTS_FILE).exists():
        raise RealFakeError(f"{target / WEIGHTS_FILE} exists already: give another folder.")
    model = TAEF2().half()
    for part in PARTS:
        file = Path(source) / f"taef2_{part}.pth"
        if not file.is_file():
            raise RealFakeError(f"{file} does not exist: give the folder with taef2_encoder.pth and taef2_decoder.pth.")
        try:
            state = torch.load(file, map_location="cpu", weights_only=True)
            getattr(model, part).load_state_dict(state)
        except Exception as error:  # torn files, other pickles, other networks: one sentence for all
            raise RealFakeError(f"{file} does not hold TAEF2's {part}: {one_line(error)}.") from error
    model.save_pretrained(target)
    return target


class Clamp(nn.Module):
    """Soft limits of -3 and 3 for latents."""

    def forward(self, latents: Tensor) -> Tensor:
        """Any shape."""
        return torch.tanh(latents / 3) * 3


class Block(nn.Module):
    """Three convolutions and a shortcut; around the latent, a pooled branch of 1 x 1 convolutions first.

    Args:
        width: channels in and out.
        pooled: with the GroupNorm branch, whose statistics span the whole image.
    """

    def __init__(self, width: int, *, pooled: bool = False) -> None:
        super().__init__()
        self.conv = nn.Sequential(_conv(width), nn.ReLU(), _conv(width), nn.ReLU(), _conv(width))
        self.pool = (
            nn.Sequential(
                nn.Conv2d(width, 4 * width, 1, bias=False),
                nn.GroupNorm(4, 4 * width),
                nn.ReLU(),
                nn.Conv2d(4 * width, width, 1, bias=False),
            )
            if pooled
            else None
        )

    def forward(self, features: Tensor) -> Tensor:
        """`(B, width, H, W)` to the same shape."""
        if self.pool is not None:
            features = features + self.pool(features)
        return torch.relu(self.conv(features) + features)


def _conv(width: int, **options: int | bool) -> nn.Conv2d:
    return nn.Conv2d(width, width, 3, padding=1, **options)  # type: ignore[arg-type]


def _encoder(width: int, latent_channels: int) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Conv2d(3, width, 3, padding=1), Block(width)]
    for stage in range(STAGES):
        layers.append(_conv(width, stride=2, bias=False))
        layers += [Block(width, pooled=stage == STAGES - 1) for _ in range(3)]
    return nn.Sequential(*layers, nn.Conv2d(width, latent_channels, 3, padding=1))


def _decoder(width: int, latent_channels: int) -> nn.Sequential:
    layers: list[nn.Module] = [Clamp(), nn.Conv2d(latent_channels, width, 3, padding=1), nn.ReLU()]
    for stage in range(STAGES):
        layers += [Block(width, pooled=stage == 0) for _ in range(3)]
        layers += [nn.Upsample(scale_factor=2), _conv(width, bias=False)]
    return nn.Sequential(*layers, Block(width), nn.Conv2d(width, 3, 3, padding=1))
