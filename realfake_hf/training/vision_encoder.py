"""A pretrained vision encoder as a teacher: CLIP, SigLIP, DINOv2, DINOv3 or whatever else Transformers loads.

It is never shipped and never a backbone; it only looks at the training images once, clean, and says what it sees.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image

from realfake_hf.errors import WeightsError, first_sentence

# Where the folder has no preprocessor_config.json: what CLIP was trained with (Radford et al. 2021, arXiv:2103.00020).
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
IDENTITY_DIGITS = 12


@dataclass(frozen=True)
class VisionEncoder:
    """A frozen encoder and how it wants its pixels.

    Attributes:
        model: in evaluation mode.
        size: side in px of the square it is shown; position embeddings are interpolated where it has another.
        mean, std: per RGB channel, on the scale 0..1.
        identity: names the family, the size and a hash of the weights; features of equal identity are the same.
    """

    model: torch.nn.Module
    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    identity: str

    def view(self, image: Image.Image) -> Image.Image:
        """The square that the encoder is shown of an upright RGB image: the centre at native resolution.

        What is smaller is enlarged to it (bicubic, shortest side), never padded.
        """
        shortest = min(image.size)
        if shortest < self.size:
            scale = self.size / shortest
            width, height = (max(self.size, round(side * scale)) for side in image.size)
            image = image.resize((width, height), Image.Resampling.BICUBIC)
        left, top = (image.width - self.size) // 2, (image.height - self.size) // 2
        return image.crop((left, top, left + self.size, top + self.size))

    @torch.inference_mode()
    def encode(self, views: Sequence[Image.Image]) -> np.ndarray:
        """Pooled features `(B, F)` float32 of squares as `view` makes them."""
        pixels = torch.from_numpy(np.stack([np.asarray(view) for view in views])).permute(0, 3, 1, 2)
        device = next(self.model.parameters()).device
        return self.features(pixels.float().to(device) / 255).cpu().numpy()

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pooled features `(B, F)` of `(B, 3, H, W)` pixels on the scale 0..1: float32, on the model's device."""
        mean, std = (pixels.new_tensor(values)[:, None, None] for values in (self.mean, self.std))
        outputs = self.model((pixels - mean) / std, **_interpolation(self.model))
        pooled = getattr(outputs, "pooler_output", None)
        if pooled is None:
            hidden = outputs.last_hidden_state
            pooled = hidden.mean(dim=(-2, -1)) if hidden.ndim == 4 else hidden.mean(dim=1)
        return pooled.flatten(1).float()


def load_vision_encoder(source: str, size: int) -> VisionEncoder:
    """Load an encoder from a folder or the Hub: safetensors only, no remote code.

    Args:
        source: folder or Hub id of a model with an image tower.
        size: side in px of the square it is shown.

    Raises:
        WeightsError: it cannot be loaded, or has no image tower.
    """
    from transformers import AutoConfig, AutoImageProcessor

    try:
        config = AutoConfig.from_pretrained(source)
        model = _image_tower(source, config)
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise WeightsError(f"The teaching encoder {source} cannot be loaded ({first_sentence(error)}).") from error
    try:
        processor: Any = AutoImageProcessor.from_pretrained(source)
        mean, std = tuple(processor.image_mean), tuple(processor.image_std)
    except (OSError, ValueError, ImportError, AttributeError, TypeError):
        mean, std = CLIP_MEAN, CLIP_STD
    model = model.eval().requires_grad_(False)
    if torch.cuda.is_available():
        model = model.cuda()
    identity = f"{model.config.model_type.replace('_', '-')}-{size}-{_weights_hash(model)}"
    return VisionEncoder(model, size, mean, std, identity)


def _image_tower(source: str, config: Any) -> Any:
    from transformers import AutoModel
    from transformers.models.auto.modeling_auto import MODEL_MAPPING

    from realfake_hf.inference.model_loading import quiet_transformers

    settings = {"dtype": torch.float32, "use_safetensors": True, "trust_remote_code": False}
    with quiet_transformers():
        # A model of text and images (CLIP, SigLIP) keeps its image tower's configuration apart.
        vision = getattr(config, "vision_config", None)
        if vision is not None and type(vision) in MODEL_MAPPING:
            tower: Any = MODEL_MAPPING[type(vision)]
            return tower.from_pretrained(source, config=vision, **settings)
        return AutoModel.from_pretrained(source, **settings)


def _interpolation(model: torch.nn.Module) -> dict[str, bool]:
    name = "interpolate_pos_encoding"
    return {name: True} if name in inspect.signature(model.forward).parameters else {}


def _weights_hash(model: torch.nn.Module) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:IDENTITY_DIGITS]
