"""Recipes that train in seconds on one core, and one finished study of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tiny_recipe import TINY_MODEL

from realfake_hf.study import study as module
from realfake_hf.study.study import study

TRAINING = {"num_train_epochs": 2, "per_device_train_batch_size": 8, "learning_rate": 0.01, "seed": 7}
TINY = {"model": TINY_MODEL, "processor": {"size": 48}, "training": TRAINING}
PRETRAINED = {
    "model": {
        "preset": "efficientnetv2-b0",
        "backbone": "nobody/no-such-weights",
        "frozen_fraction": 1.0,
        "fields": {
            "backbone_config": {"model_type": "resnet", "embedding_size": 8, "hidden_sizes": [8], "depths": [1]}
        },
    },
    "processor": {"mode": "pad", "size": 48},
    "linear_probe": {"enabled": True},
    "training": {**TRAINING, "num_train_epochs": 1},
}
RECIPES: dict[str, dict[str, Any]] = {"tiny": TINY, "pretrained": PRETRAINED}


@pytest.fixture(scope="session")
def recipes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """`tiny`, from scratch, and `pretrained`, whose weights no network reaches."""
    folder = tmp_path_factory.mktemp("recipes")
    for name, values in RECIPES.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(values))
    return {name: str(folder / f"{name}.yaml") for name in RECIPES}


@pytest.fixture(scope="session")
def data(write_imagefolder: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 training images and two small held-out splits, from two sources a class."""
    return write_imagefolder(tmp_path_factory.mktemp("study-data"), {"train": 12, "val": 6, "unseen": 6}, size=64)


@pytest.fixture(scope="session")
def finished(recipes: dict[str, str], data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quick study of both, without the report: `tiny` is done, `pretrained` skipped."""
    folder = tmp_path_factory.mktemp("finished") / "study"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_report", lambda *arguments: None)
        study([recipes["tiny"], recipes["pretrained"]], data=data, output=folder, quick=True, quiet=True)
    return folder


@pytest.fixture
def without_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its documents take longer than all the rest of a tiny study."""
    monkeypatch.setattr(module, "_report", lambda *arguments: None)


@pytest.fixture
def begun(finished: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(finished, tmp_path / "study"))
