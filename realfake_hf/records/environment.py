"""What this machine and installation are: versions of the libraries that matter, and devices."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

REQUIRED = ("realfake-hf", "torch", "transformers", "datasets", "evaluate", "accelerate", "huggingface-hub")
OPTIONAL = ("torchvision", "timm", "onnxruntime", "diffusers", "gradio")


@dataclass(frozen=True)
class Environment:
    """Versions and devices.

    Attributes:
        versions: package name -> version; None where it is not installed.
        devices: each device in words, the one that is used by default first.
    """

    versions: dict[str, str | None]
    devices: list[str]


def describe_environment() -> Environment:
    """Look the versions and devices up; imports torch."""
    versions: dict[str, str | None] = {"python": platform.python_version()}
    versions.update({name: package_version(name) for name in (*REQUIRED, *OPTIONAL)})
    return Environment(versions, _devices())


def package_version(name: str) -> str | None:
    """The installed version of a package, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _devices() -> list[str]:
    import torch

    devices = []
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        devices.append(f"cuda:{index} ({properties.name}, {properties.total_memory / 2**30:.0f} GiB)")
    cores = os.cpu_count() or 1
    devices.append(f"cpu ({platform.machine()}, {cores} cores, {torch.get_num_threads()} threads)")
    return devices
