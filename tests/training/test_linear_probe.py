"""A probed head is scikit-learn's logistic regression; the final weights lie between it and the trained ones."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from tiny_backbone import BACKBONE

from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.evaluation.evaluate import calibrate_folder
from realfake_hf.images.degradations import build_augmentation
from realfake_hf.inference.model_loading import load_model
from realfake_hf.models.configuration_realfake_backbone import RealFakeBackboneConfig
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake_backbone import RealFakeBackboneForImageClassification
from realfake_hf.records.predictions import LEFT_OUT, WITH, WITHOUT, Predictions
from realfake_hf.training.images import LabelledImages
from realfake_hf.training.linear_probe import fit_linear_probe, interpolate, write_anchor
from realfake_hf.training.recipe import LinearProbeSpec, recipe_from_dict
from realfake_hf.training.train import train

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


def logit_of_head(model: Any) -> tuple[np.ndarray, float]:
    """Coefficients and bias, fake minus real."""
    weight, bias = (tensor.detach().double().numpy() for tensor in model.head.classifier.parameters())
    return weight[1] - weight[0], bias[1] - bias[0]


@pytest.mark.parametrize("inverse_regularization", [1e-7, 0.1])
def test_head_is_corrected_by_what_lies_between_it_and_a_multiple_of_itself(
    images: LabelledImages, inverse_regularization: float
) -> None:
    model = make_model()
    torch.nn.init.normal_(model.head.classifier.weight)
    model.head.standardization.mean.fill_(0.1)
    former, former_bias = logit_of_head(model)
    spec = LinearProbeSpec(
        enabled=True, inverse_regularization=inverse_regularization, augmented_copies=0, near_start=True
    )
    seen = fit_linear_probe(model, images, None, spec, workers=0, seed=1, quiet=True).features.astype(np.float64)
    assert torch.all(model.head.standardization.mean == 0.1)

    sign = 2 * images.labels - 1

    def objective(unknown: np.ndarray) -> float:
        coefficients, bias, multiple = unknown[:-2], unknown[-2], unknown[-1]
        losses = np.logaddexp(0, -sign * (seen @ coefficients + bias))
        return inverse_regularization * losses.sum() + 0.5 * ((coefficients - multiple * former) ** 2).sum()

    found, bias = logit_of_head(model)
    reached = min(objective(np.r_[found, bias, multiple]) for multiple in np.linspace(-5, 5, 2001))
    best = minimize(objective, np.r_[former, former_bias, 1.0], method="BFGS", options={"maxiter": 2000}).fun
    assert reached <= best + 1e-3 * inverse_regularization * len(sign)
    if inverse_regularization < 1e-5:
        assert abs(np.corrcoef(found, former)[0, 1]) > 0.999


def test_head_without_a_start_cannot_stay_near_it(tiny_recipe_values: dict[str, Any]) -> None:
    tiny_recipe_values["linear_probe"] = {"enabled": True, "near_start": True}
    with pytest.raises(RealFakeError, match=r"near_start needs model\.start_from"):
        recipe_from_dict(tiny_recipe_values)


@pytest.mark.parametrize("copies", [0, 1])
def test_sources_are_judged_by_heads_that_did_not_see_them(make_imagefolder: Callable[..., Path], copies: int) -> None:
    """In their damaged copies, where there are such; the model's own head sees all sources."""
    damage = build_augmentation([{"jpeg": {"probability": 1.0, "quality": [20, 20]}}])
    rows = load_data(make_imagefolder(size=48))["train"]
    images = LabelledImages(rows, RealFakeImageProcessor(size=48), damage)
    model, whole = make_model().eval(), make_model().eval()
    sources = ["a" if row < 6 else "b" for row in range(12)] * 2
    spec = LinearProbeSpec(enabled=True, inverse_regularization=0.1, augmented_copies=copies, left_out_folds=2)
    found = fit_linear_probe(model, images, None, spec, sources=sources, workers=0, seed=1, quiet=True)
    probe(whole, images, copies=copies)
    assert torch.equal(model.head.classifier.weight, whole.head.classifier.weight)

    labels = np.tile(images.labels, 1 + copies)
    names = np.array([f"{label}/{source}" for label, source in zip(images.labels, sources, strict=True)])
    assert found.left_out is not None
    as_expected = []
    for pair in (("0/a", "1/a"), ("0/a", "1/b"), ("0/b", "1/a"), ("0/b", "1/b")):
        held = np.isin(names, pair)
        kept = np.tile(~held, 1 + copies)
        head = LogisticRegression(C=0.1, max_iter=1000).fit(found.features[kept], labels[kept])
        judged = head.decision_function(found.features[-24:][held])
        as_expected += [held] if np.allclose(judged, found.left_out[held], atol=1e-4) else []
    assert len(as_expected) == 2
    assert np.all(as_expected[0] ^ as_expected[1])


@pytest.mark.parametrize("sources", [["a"] * 24, ["", "b"] * 12], ids=["one source", "no name"])
def test_folds_take_as_many_named_sources(images: LabelledImages, sources: list[str]) -> None:
    spec = LinearProbeSpec(enabled=True, left_out_folds=2)
    with pytest.raises(RealFakeError, match="left_out_folds=2 takes at least 2 named sources of each class"):
        fit_linear_probe(make_model(), images, None, spec, sources=sources, workers=0, seed=1, quiet=True)


def test_one_fold_would_leave_out_everything(tiny_recipe_values: dict[str, Any]) -> None:
    tiny_recipe_values["linear_probe"] = {"enabled": True, "left_out_folds": 1}
    with pytest.raises(RealFakeError, match="left_out_folds must be 0 or at least 2"):
        recipe_from_dict(tiny_recipe_values)


def test_run_that_corrects_a_head_holds_what_calibrate_takes(
    make_imagefolder: Callable[..., Path], tmp_path: Path
) -> None:
    config = {"backbone_config": BACKBONE, "head_hidden_sizes": [], "head_dropouts": [0.0], "image_size": 48}
    values = {
        "name": "first",
        "model": {"preset": "resnet-50", "fields": {**config, **FIELDS, "pooling": "gap"}},
        "processor": {"size": 48},
        "linear_probe": {"enabled": True, "inverse_regularization": 0.1},
        "training": {"num_train_epochs": 0, "seed": 7},
    }
    data = make_imagefolder({"train": 24, "val": 12}, size=64)
    train(recipe_from_dict(values), data=data, output=tmp_path / "first")
    values["model"] = {"start_from": str(tmp_path / "first")}
    values["linear_probe"] = {"enabled": True, "near_start": True, "left_out_folds": 2}
    run = tmp_path / "second"
    train(recipe_from_dict(values), data=data, output=run)
    scores = Predictions.read(run / LEFT_OUT)
    assert [len(scores.of_model(name)) for name in (WITHOUT, WITH)] == [48, 48]
    assert [*scores.tier] == ["augmented"] * 48 + ["clean"] * 48
    assert set(scores.source) == set(load_data(data)["train"]["source"])

    found = calibrate_folder(run, data, split="train", left_out=run, max_fpr=0.4, workers=0).calibration
    assert (found.n_real, found.n_fake, found.n_real_sources, found.n_fake_sources) == (24, 24, 2, 2)
    assert not any("trained on" in note for note in found.notes)
    assert found.fpr_guarantee == 0.4
    for label, source in (("real", "real-source-1"), ("fake", "fake-source-1")):
        shutil.rmtree(data / "train" / label / source)
    fewer = calibrate_folder(run, data, split="train", left_out=run, max_fpr=0.6, workers=0).calibration
    assert (fewer.n_real, fewer.n_fake, fewer.n_real_sources, fewer.n_fake_sources) == (12, 12, 1, 1)


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
