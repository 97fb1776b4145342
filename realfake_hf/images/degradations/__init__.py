"""Degradations: what happens to images on their way, as augmentation, test tiers and sweeps.

Pillow and NumPy only. Every step is `step(image, rng) -> image`, RGB in and out, seeded by the generator.
"""

from realfake_hf.images.degradations.base import Degradation
from realfake_hf.images.degradations.blur import GaussianBlur
from realfake_hf.images.degradations.color_jitter import ColorJitter
from realfake_hf.images.degradations.compose import STEPS, Compose, build_augmentation
from realfake_hf.images.degradations.cutout import Cutout
from realfake_hf.images.degradations.flip import Flip
from realfake_hf.images.degradations.jpeg import RecompressJpeg
from realfake_hf.images.degradations.noise import GaussianNoise
from realfake_hf.images.degradations.random_crop import RandomCrop
from realfake_hf.images.degradations.resample import Resample
from realfake_hf.images.degradations.sweep import SWEEPS, Sweep, apply_sweep
from realfake_hf.images.degradations.tiers import TIERS, Tier, apply_tier
from realfake_hf.images.degradations.webp import RecompressWebp

__all__ = [
    "STEPS",
    "SWEEPS",
    "TIERS",
    "ColorJitter",
    "Compose",
    "Cutout",
    "Degradation",
    "Flip",
    "GaussianBlur",
    "GaussianNoise",
    "RandomCrop",
    "RecompressJpeg",
    "RecompressWebp",
    "Resample",
    "Sweep",
    "Tier",
    "apply_sweep",
    "apply_tier",
    "build_augmentation",
]
