"""Diffusion autoencoders by one interface: `diffusers`' AutoencoderKL and AutoencoderTiny, and TAEF2."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from realfake_hf.data.aligning.taef2 import CLASS_NAME, CONFIG_FILE, STAGES, TAEF2, WEIGHTS_FILE
from realfake_hf.errors import RealFakeError, first_line, one_line
from realfake_hf.storage.files import read_json

DIFFUSERS_CLASSES = ("AutoencoderKL", "AutoencoderTiny")
CLASS_NAMES = (*DIFFUSERS_CLASSES, CLASS_NAME)
HUB_FILES = [f"{folder}{name}" for folder in ("", "vae/") for name in (CONFIG_FILE, WEIGHTS_FILE)]
"""What is fetched from the Hub: an autoencoder's own repository, or the one inside a pipeline's. Nothing pickled."""

PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """An autoencoder that is ready to reconstruct.

    Attributes:
        name: plain name for files and sources.
        sha256: of the weights' file, 64 hexadecimal digits.
        network: takes and gives `(B, 3, H, W)` float in [0, 1].
        multiple: its latent stands for squares of so many pixels.
        device: where it runs.
        bfloat16: compute in bfloat16. Measured on photographs, the result differs from float32's by 46 to 56 dB PSNR,
            which is less than what the JPEG afterwards takes away.
    """

    name: str
    sha256: str
    network: Callable[[Tensor], Tensor] = field(repr=False)
    multiple: int
    device: torch.device
    bfloat16: bool

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """Encode and decode once.

        Args:
            images: (B, H, W, 3) uint8, sRGB. Sides that are no multiples of `multiple` are continued for the time.

        Returns:
            (B, H, W, 3) uint8.
        """
        height, width = images.shape[1:3]
        pixels = torch.from_numpy(images).to(self.device).permute(0, 3, 1, 2).float() / 255
        right, below = -width % self.multiple, -height % self.multiple
        pixels = torch.nn.functional.pad(pixels, (0, right, 0, below), mode="replicate")
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        reduced = torch.autocast(self.device.type, torch.bfloat16) if self.bfloat16 else contextlib.nullcontext()
        with torch.inference_mode(), reduced:
            result = self.network(pixels).float()
        result = (result[:, :, :height, :width].clamp(0, 1) * 255).round().to(torch.uint8)
        return result.permute(0, 2, 3, 1).cpu().numpy()


def load_autoencoder(vae: str | Path, *, device: str | None = None, precision: str = "auto") -> Autoencoder:
    """Load an autoencoder, safetensors only.

    Args:
        vae: a folder with config.json and diffusion_pytorch_model.safetensors, a pipeline's folder with a `vae` below
            it, or a Hub id of either.
        device: `cpu`, `cuda`, ...; by default a GPU where there is one.
        precision: `"float32"`, `"bfloat16"`, or `"auto"`: bfloat16 where the device has matrix units for it.

    Raises:
        RealFakeError: there is none, it is of another kind, its weights are pickled, or `diffusers` is missing.
    """
    if precision not in PRECISIONS:
        raise RealFakeError(f"precision is {precision!r}: give {', '.join(PRECISIONS[:-1])} or {PRECISIONS[-1]}.")
    folder = _autoencoder_folder(vae)
    class_name = _read_class(folder, vae)
    weights = folder / WEIGHTS_FILE
    if not weights.is_file():
        pickled = " (and pickled weights are not loaded)" if any(folder.glob("*.bin")) else ""
        raise RealFakeError(f"{vae} has no {WEIGHTS_FILE}{pickled}: save it with safe_serialization=True.")
    where = _device(device)
    network, multiple = _taef2(folder, where) if class_name == CLASS_NAME else _of_diffusers(class_name, folder, where)
    return Autoencoder(
        name=_plain_name(vae, class_name),
        sha256=hashlib.sha256(weights.read_bytes()).hexdigest(),
        network=network,
        multiple=multiple,
        device=where,
        bfloat16=precision == "bfloat16" or (precision == "auto" and _has_bfloat16(where)),
    )


def _taef2(folder: Path, device: torch.device) -> tuple[TAEF2, int]:
    return _ready(TAEF2.from_pretrained(folder), device), 2**STAGES


def _of_diffusers(class_name: str, folder: Path, device: torch.device) -> tuple[Callable[[Tensor], Tensor], int]:
    try:
        import diffusers
    except ImportError:
        raise RealFakeError(f"{class_name} needs diffusers: pip install 'realfake-hf[align]'.") from None
    diffusers.utils.logging.set_verbosity_error()
    try:
        model: Any = getattr(diffusers, class_name).from_pretrained(
            str(folder), use_safetensors=True, local_files_only=True, torch_dtype=torch.float32
        )
    except Exception as error:  # third-party configs and weights fail in every way there is
        raise RealFakeError(f"{folder} cannot be loaded as {class_name}: {one_line(error)}.") from error
    _ready(model, device)

    def reconstruct(pixels: Tensor) -> Tensor:
        encoded = model.encode(pixels * 2 - 1)
        # The mean of the latent's distribution, not a draw from it: one photograph, one reconstruction.
        latents = encoded.latent_dist.mode() if hasattr(encoded, "latent_dist") else encoded.latents
        return model.decode(latents).sample.float() / 2 + 0.5

    if class_name == "AutoencoderTiny":
        return reconstruct, 2 ** sum(1 for blocks in model.config.num_encoder_blocks[1:] if blocks)
    return reconstruct, 2 ** (len(model.config.block_out_channels) - 1)


def _ready(model: Any, device: torch.device) -> Any:
    spoilt = next((name for name, weight in model.state_dict().items() if not torch.isfinite(weight).all()), None)
    if spoilt:
        raise RealFakeError(
            f"The autoencoder's weights hold values that are no finite numbers ({spoilt}): get a fresh copy of it."
        )
    # Channels last, convolutions are twice as fast on CPUs.
    return model.requires_grad_(False).eval().to(device, memory_format=torch.channels_last)


def _autoencoder_folder(vae: str | Path) -> Path:
    path = Path(vae).expanduser()
    if path.is_file():
        raise RealFakeError(f"{path} is a file: give the folder of the autoencoder.")
    if path.is_dir() and not (path / CONFIG_FILE).is_file() and (path / "taef2_encoder.pth").is_file():
        raise RealFakeError(
            f"{path} holds pickled weights, which are not loaded: convert them once with "
            f"'realfake align --convert-taef2 {path} taef2' and give the folder taef2."
        )
    root = path if path.is_dir() else _fetch(str(vae))
    for folder in (root, root / "vae"):
        if (folder / CONFIG_FILE).is_file():
            return folder
    raise RealFakeError(f"{vae} holds no autoencoder (no config.json, nor vae/config.json): check the path.")


def _fetch(vae: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError

    try:
        return Path(snapshot_download(vae, allow_patterns=HUB_FILES))
    except GatedRepoError:
        raise RealFakeError(f"{vae} is gated: accept its terms on the Hub and run `hf auth login`.") from None
    except Exception as error:  # no such name, no such repository, no network
        raise RealFakeError(
            f"There is no autoencoder {vae}: no such folder, and the Hub does not give it ({first_line(error)})."
        ) from error


def _read_class(folder: Path, vae: str | Path) -> str:
    try:
        name = read_json(folder / CONFIG_FILE).get("_class_name")
    except (OSError, ValueError, AttributeError):
        raise RealFakeError(f"{folder / CONFIG_FILE} is no valid JSON: get a fresh copy of the autoencoder.") from None
    if name not in CLASS_NAMES:
        raise RealFakeError(
            f"{vae} is {name or 'of no known class'}: give one of the classes {', '.join(CLASS_NAMES[:-1])} or "
            f"{CLASS_NAMES[-1]}."
        )
    return str(name)


def _plain_name(vae: str | Path, class_name: str) -> str:
    """What fakes of this autoencoder are called: its folder's or repository's last part."""
    if class_name == CLASS_NAME:
        return CLASS_NAME.lower()
    path = Path(str(vae).rstrip("/"))
    path = path.resolve() if path.exists() else path
    name = path.parent.name if path.name == "vae" and path.parent.name else path.name
    return "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in name).strip("-.") or "vae"


def _device(device: str | None) -> torch.device:
    try:
        chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        torch.empty(1, device=chosen)
    except (RuntimeError, AssertionError) as error:
        raise RealFakeError(f"The device {device} cannot be used: {first_line(error)}.") from None
    return chosen


def _has_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    # Without matrix units bfloat16 is emulated on CPUs.
    return device.type == "cpu" and torch.cpu._is_amx_tile_supported()
