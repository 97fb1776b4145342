"""A probed head is scikit-learn's logistic regression; the final weights lie between it and the trained ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import load_model
from realfake_hf.models.configuration_realfake_backbone import RealFakeBackboneConfig
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake_backbone import RealFakeBackboneForImageClassification
from realfake_hf.training.images import LabelledImages
from realfake_hf.training.linear_probe import fit_linear_probe, interpolate, write_anchor
from realfake_hf.training.recipe import LinearProbeSpec, recipe_from_dict
from realfake_hf.training.train import train

BACKBONE = {
    "model_type": "resnet",
    "embedding_size": 8,
    "hidden_sizes": [8, 16],
    "depths": [1, 1],
    "layer_type": "basic",
}
FIELDS = {"statistics_layers": ["encoder.stages.0"], "standardize_features": True}


def make_model(**fields: Any) -> RealFakeBackboneForImageClassification:
    torch.manual_seed(0)
    return RealFakeBackboneForImageClassification(
        RealFakeBackboneConfig(backbone_config=BACKBONE, image_size=48, **{**FIELDS, **fields})
    )


def probe(model: Any, images: LabelledImages, *, copies: int = 0) -> None:
    spec = LinearProbeSpec(enabled=True, inverse_regularization=0.1, augmented_copies=copies)
    fit_linear_probe(model, images, None, spec, workers=0, seed=1, quiet=True)


@pytest.fixture
def images(make_imagefolder: Callable[..., Path]) -> LabelledImages:
    return LabelledImages(load_data(make_imagefolder(size=48))["train"], RealFakeImageProcessor(size=48))


def test_probed_logits_are_those_of_logistic_regression(images: LabelledImages) -> None:
    model = make_model().eval()
    pixels = torch.from_numpy(images.processor.normalised(np.stack([images[row]["pixels"] for row in range(24)])))
    with torch.no_grad():
        features = model.features(pixels.contiguous(memory_format=torch.channels_last)).numpy()
    scaler = StandardScaler().fit(features)
    expected = LogisticRegression(C=0.1, max_iter=1000).fit(scaler.transform(features), images.labels)
    probe(model, images)
    with torch.no_grad():
        p_fake = model(pixels).logits.softmax(dim=-1)[:, 1].numpy()
    np.testing.assert_allclose(p_fake, expected.predict_proba(scaler.transform(features))[:, 1], atol=1e-3)


def test_backbone_is_untouched(images: LabelledImages) -> None:
    model = make_model()
    before = copy.deepcopy(model.backbone.state_dict())
    probe(model, images, copies=1)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.backbone.state_dict().items())


@pytest.mark.parametrize("fields", [{"standardize_features": False}, {"head_hidden_sizes": [4]}])
def test_other_heads_are_refused(images: LabelledImages, fields: dict[str, Any]) -> None:
    with pytest.raises(RealFakeError, match="standardize_features=true"):
        probe(make_model(**fields), images)


def test_interpolation_goes_from_the_anchor_to_the_trained_weights(tmp_path: Path) -> None:
    anchor, trained = make_model(), make_model()
    with torch.no_grad():
        trained.head.classifier.weight.add_(1.0)
    write_anchor(anchor, tmp_path / "anchor.safetensors")
    interpolate(trained, tmp_path / "anchor.safetensors", 0.25)
    torch.testing.assert_close(trained.head.classifier.weight, anchor.head.classifier.weight + 0.25)


def test_run_with_a_probe_ends_between_the_two(make_imagefolder: Callable[..., Path], tmp_path: Path) -> None:
    values = {
        "name": "probed",
        "model": {
            "preset": "resnet-50",
            "fields": {
                "backbone_config": BACKBONE, "pooling": "gap", "head_hidden_sizes": [], "head_dropouts": [0.0],
                "image_size": 48, **FIELDS,
            },
            "freeze_batch_norm": True,
        },
        "processor": {"size": 48},
        "linear_probe": {"enabled": True, "inverse_regularization": 0.1, "final_share": 0.5},
        "augmentation": [{"random_crop": {"size": 48}}],
        "training": {"num_train_epochs": 1, "per_device_train_batch_size": 8, "learning_rate": 0.01, "seed": 7},
    }  # fmt: skip
    run = tmp_path / "run"
    summary = train(recipe_from_dict(values), data=make_imagefolder(size=64), output=run)
    name = "head.classifier.weight"
    final = load_file(run / "model" / "model.safetensors")[name]
    probed = load_file(run / "checkpoints" / "probed.safetensors")[name]
    trained = load_file(next((run / "checkpoints").glob("checkpoint-*")) / "model.safetensors")[name]
    assert not torch.equal(probed, trained)
    torch.testing.assert_close(final, (probed + trained) / 2)
    assert json.loads((run / "run.json").read_text())["result"]["val_loss"] == summary.val_loss


@pytest.mark.parametrize("family", ["dinov3_convnext", "resnet"])
def test_recipe_of_no_epochs_ends_with_the_probe(
    family: str, tiny_recipe_values: dict[str, Any], make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    from transformers import AutoConfig, AutoModel

    stages = {"model_type": family, "hidden_sizes": [8, 8, 16, 16], "depths": [1, 1, 1, 1]}
    config = AutoConfig.for_model(**(stages if family == "dinov3_convnext" else BACKBONE))
    torch.manual_seed(0)
    pretrained = AutoModel.from_config(config)
    pretrained.save_pretrained(tmp_path / "backbone")
    values = {
        **tiny_recipe_values,
        "model": {"preset": "dinov3-convnext-tiny", "backbone": str(tmp_path / "backbone"), "frozen_fraction": 1.0},
        "processor": {"size": 64},
        "linear_probe": {"enabled": True, "augmented_copies": 1},
        "training": {"num_train_epochs": 0, "seed": 7},
    }
    data = make_imagefolder({"train": 24, "val": 12}, size=64)
    summary = train(recipe_from_dict(values), data=data, output=tmp_path / "run")
    assert summary.epochs == summary.best_epoch == 0
    assert summary.val_accuracy > 0.7  # enlarged against sharp: statistics of any filters tell
    (record,) = json.loads((tmp_path / "run" / "history.json").read_text())
    assert record["epoch"] == 0
    assert record["val_accuracy"] == pytest.approx(summary.val_accuracy)
    assert record["train_accuracy"] > 0.7
    trained = load_model(tmp_path / "run" / "model").model.get_submodule("backbone").state_dict()
    assert all(torch.equal(trained[name], tensor) for name, tensor in pretrained.state_dict().items())


def test_no_epochs_and_no_probe_is_refused(tiny_recipe_values: dict[str, Any]) -> None:
    tiny_recipe_values["training"]["num_train_epochs"] = 0
    with pytest.raises(RealFakeError, match="num_train_epochs=0 trains nothing"):
        recipe_from_dict(tiny_recipe_values)
