"""Shared fixtures: real photographs, and small data sets cut from them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import settings
from PIL import Image
from tiny_recipe import recipe_values

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

settings.register_profile("busy", deadline=None)  # a machine that others use is slow, not wrong
settings.load_profile("busy")

PHOTOGRAPHS = Path(__file__).resolve().parent / "photographs"


@pytest.fixture(scope="session")
def photo_paths() -> list[Path]:
    """Six real photographs (JPEG, 300 to 640 px)."""
    return sorted(PHOTOGRAPHS.glob("*.jpg"))


@pytest.fixture
def photo(photo_paths: list[Path]) -> Image.Image:
    """A fresh copy of one real photograph, RGB."""
    return Image.open(photo_paths[0]).convert("RGB")


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe of one's own, in a file, that trains in a second."""
    path = tmp_path / "tiny.yaml"
    path.write_text(yaml.safe_dump(recipe_values(use_cpu=True)))
    return path


def checkerboard(size: int, amplitude: int = 12) -> np.ndarray:
    """`(size, size, 1)` of alternating signs."""
    rows, columns = np.indices((size, size))
    return np.where((rows + columns) % 2, amplitude, -amplitude)[..., None]


@pytest.fixture(scope="session")
def write_imagefolder(photo_paths: list[Path]) -> Callable[..., Path]:
    """Write `{split}/{real,fake}/{source}/*.jpg` from crops of the photographs, into a folder.

    The 'fake' class is the same photographs with the faint checkerboard that transposed convolutions leave
    (Odena et al. 2016, "Deconvolution and checkerboard artifacts"): learnable in seconds, and made of real pixels.
    """

    def write(root: Path, splits: dict[str, int] | None = None, *, size: int = 96, quality: int = 90) -> Path:
        for split, per_class in (splits or {"train": 12, "val": 6}).items():
            for label in ("real", "fake"):
                for index in range(per_class):
                    with Image.open(photo_paths[index % len(photo_paths)]) as opened:
                        picture = opened.convert("RGB")
                    left = (37 * index + 13 * len(split)) % (picture.width - size)
                    top = (53 * index) % (picture.height - size)
                    crop = picture.crop((left, top, left + size, top + size))
                    if label == "fake":
                        crop = Image.fromarray((np.asarray(crop) + checkerboard(size)).clip(0, 255).astype(np.uint8))
                    folder = root / split / label / f"{label}-source-{index % 2}"
                    folder.mkdir(parents=True, exist_ok=True)
                    crop.save(folder / f"{index:03d}.jpg", quality=quality)
        return root

    return write


@pytest.fixture
def make_imagefolder(write_imagefolder: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """As `write_imagefolder`, into a folder of the test's own."""

    def make(splits: dict[str, int] | None = None, *, size: int = 96, name: str = "data", quality: int = 90) -> Path:
        return write_imagefolder(tmp_path / name, splits, size=size, quality=quality)

    return make


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a `realfake-net` of eight channels with random weights, whose processor takes 64 px crops."""
    import torch

    from realfake_hf import RealFakeCNNForImageClassification, RealFakeImageProcessor
    from realfake_hf.models.presets import preset_config

    folder = tmp_path_factory.mktemp("tiny-model")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = RealFakeCNNForImageClassification(preset_config("realfake-net", widths=[8] * 5))
    model.save_pretrained(folder)
    RealFakeImageProcessor(size=64).save_pretrained(folder)
    return folder


@pytest.fixture
def build_resnet() -> Callable[..., Any]:
    """Build a two-class ResNet of a few thousand parameters; `seed` decides its weights."""

    import torch
    from transformers import ResNetConfig, ResNetForImageClassification

    def build(names: tuple[str, ...] = ("real", "fake"), seed: int = 0) -> Any:
        torch.manual_seed(seed)
        id2label = dict(enumerate(names))
        config = ResNetConfig(
            embedding_size=8,
            hidden_sizes=[8, 8],
            depths=[1, 1],
            layer_type="basic",
            id2label=id2label,
            label2id={name: index for index, name in id2label.items()},
        )
        model = ResNetForImageClassification(config)
        torch.nn.init.normal_(model.classifier[1].weight, std=3.0)
        return model.eval()

    return build


@pytest.fixture
def resnet_processor() -> Any:
    """Resizes to 32 x 32 by Pillow."""
    from transformers import ConvNextImageProcessorPil

    return ConvNextImageProcessorPil(size={"shortest_edge": 32}, crop_pct=1.0)


@pytest.fixture(scope="session")
def tiny_onnx(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, taking five crops, calibrated anyhow, as `realfake export` writes it; in 8 bits, too."""
    import json
    import shutil

    from realfake_hf.inference.onnx.export import export_model
    from realfake_hf.inference.onnx.int8 import Int8Options

    source = tmp_path_factory.mktemp("calibrated") / "tiny"
    shutil.copytree(tiny_model, source)
    for name, fields in {
        "config.json": {"temperature": 0.5, "threshold_low": 0.3, "threshold_high": 0.7},
        "preprocessor_config.json": {"num_crops": 5},
    }.items():
        content = json.loads((source / name).read_text())
        (source / name).write_text(json.dumps({**content, **fields}))
    export_model(source, source / "onnx", int8=Int8Options(keep=True))
    return source


@pytest.fixture
def invoke() -> Callable[..., Result]:
    """`invoke("scan", path)` in this process; standard output and error apart, no terminal."""

    from realfake_hf.cli.main import cli

    def call(*arguments: object, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=input, prog_name="realfake")

    return call


@pytest.fixture
def metrics_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parallel tests must not load the metrics through one cache of modules."""
    monkeypatch.setattr("evaluate.config.HF_METRICS_CACHE", str(tmp_path_factory.mktemp("metrics")))
