from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForImageClassification, pipeline
from without_package import scores_without_package

from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.remote_code import save_with_remote_code

from .battery import build

SHARED_FILES = {
    "fitted.py",
    "configuration_realfake.py",
    "image_processing_realfake.py",
    "labels.py",
    "modeling_realfake.py",
    "square_crops.py",
    "upright_rgb.py",
}
NETWORKS = {"realfake-net": "cnn", "efficientnet-lite0": "backbone"}


def _pushed_style(network: str, folder: Path) -> tuple[torch.nn.Module, RealFakeImageProcessor]:
    model = build(network, temperature=0.8)
    processor = RealFakeImageProcessor(size=model.config.image_size, num_crops=3)
    save_with_remote_code(model, processor, folder)
    return model, processor


def test_without_the_package_it_gives_bit_equal_scores(photo_paths: list[Path], tmp_path: Path) -> None:
    folders = [tmp_path / network for network in NETWORKS]
    for network, folder in zip(NETWORKS, folders, strict=True):
        _pushed_style(network, folder)
    scores = scores_without_package(folders, photo_paths[0], tmp_path)
    assert scores == [pipeline("image-classification", str(folder))(str(photo_paths[0])) for folder in folders]


@pytest.mark.parametrize(("network", "kind"), NETWORKS.items())
def test_folder_holds_weights_configs_and_the_code_that_they_name(network: str, kind: str, tmp_path: Path) -> None:
    _pushed_style(network, tmp_path)
    code = SHARED_FILES | {f"configuration_realfake_{kind}.py", f"modeling_realfake_{kind}.py"}
    assert {path.name for path in tmp_path.iterdir()} == code | {
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
    }
    auto_map = json.loads((tmp_path / "config.json").read_text())["auto_map"]
    auto_map |= json.loads((tmp_path / "preprocessor_config.json").read_text())["auto_map"]
    assert set(auto_map) == {"AutoConfig", "AutoModelForImageClassification", "AutoImageProcessor"}
    for reference in auto_map.values():
        module, name = reference.split(".")
        assert f"class {name}(" in (tmp_path / f"{module}.py").read_text()


@pytest.mark.parametrize("network", NETWORKS)
def test_code_that_travels_imports_no_package_but_the_promised_ones(network: str, tmp_path: Path) -> None:
    import ast

    _pushed_style(network, tmp_path)
    promised = {"torch", "transformers", "numpy", "PIL"} | set(sys.stdlib_module_names)
    for path in tmp_path.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert {alias.name.partition(".")[0] for alias in node.names} <= promised, path.name
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                assert node.module.partition(".")[0] in promised, path.name
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 1, path.name
                assert (tmp_path / f"{node.module}.py").is_file(), path.name


@pytest.mark.parametrize("network", NETWORKS)
def test_model_and_processor_stay_as_they_are(network: str, tmp_path: Path) -> None:
    model, processor = _pushed_style(network, tmp_path / "pushed")
    assert "auto_map" not in processor.to_dict()
    assert getattr(model.config, "auto_map", None) is None


@pytest.mark.parametrize("network", NETWORKS)
def test_saving_alone_writes_the_same_folder(network: str, tmp_path: Path) -> None:
    model, processor = _pushed_style(network, tmp_path / "pushed")
    model.save_pretrained(tmp_path / "plain")
    processor.save_pretrained(tmp_path / "plain")
    assert {path.name for path in (tmp_path / "plain").iterdir()} == {
        path.name for path in (tmp_path / "pushed").iterdir()
    }
    for path in (tmp_path / "pushed").iterdir():
        assert (tmp_path / "plain" / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("trust_remote_code", [None, False, True])
def test_installed_package_wins_over_the_code_in_the_folder(
    trust_remote_code: bool | None, photo: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "modules"))
    model, processor = _pushed_style("realfake-net", tmp_path)
    loaded = AutoModelForImageClassification.from_pretrained(tmp_path, trust_remote_code=trust_remote_code)
    loaded_processor = AutoImageProcessor.from_pretrained(tmp_path, trust_remote_code=trust_remote_code)
    if trust_remote_code is not True:  # the first releases of Transformers 5 then take the folder's code
        assert type(loaded) is type(model)
        assert type(loaded_processor) is type(processor)
    inputs = loaded_processor(photo, return_tensors="pt")
    assert torch.equal(loaded(**inputs).logits, model(**inputs).logits)


def test_model_loaded_from_such_a_folder_can_be_written_again(tmp_path: Path) -> None:
    _pushed_style("realfake-net", tmp_path / "first")
    loaded = AutoModelForImageClassification.from_pretrained(tmp_path / "first")
    loaded_processor = AutoImageProcessor.from_pretrained(tmp_path / "first")
    save_with_remote_code(loaded, loaded_processor, tmp_path / "second")
    for path in (tmp_path / "first").iterdir():
        assert (tmp_path / "second" / path.name).read_bytes() == path.read_bytes(), path.name
