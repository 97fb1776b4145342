"""A layer for the whole view: at first a copy, fitted to whole views alone, gone where the backbone is trained on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from sklearn.linear_model import LogisticRegression
from tiny_backbone import BACKBONE

from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.images.stored_image import open_stored
from realfake_hf.inference.model_loading import load_model
from realfake_hf.models.configuration_realfake_backbone import RealFakeBackboneConfig
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake_backbone import RealFakeBackboneForImageClassification
from realfake_hf.training.added_statistics import with_added_statistics
from realfake_hf.training.model_factory import build_model
from realfake_hf.training.recipe import ModelSpec, recipe_from_dict
from realfake_hf.training.train import train
from realfake_hf.training.whole_view_layer import has_whole_view_layer, with_whole_view_layer

PROCESSOR: dict[str, Any] = {"size": 48, "num_crops": 2, "whole_view": True}
FIT = {
    "linear_probe": {"enabled": True, "near_start": True, "view": "whole", "augmented_copies": 0},
    "augmentation": [],
}


def make_detector(**fields: Any) -> RealFakeBackboneForImageClassification:
    torch.manual_seed(0)
    config = RealFakeBackboneConfig(backbone_config=BACKBONE, image_size=48, standardize_features=True, **fields)
    detector = RealFakeBackboneForImageClassification(config).eval()
    torch.nn.init.normal_(detector.head.classifier.weight)
    detector.head.standardization.mean.fill_(0.1)
    return detector


def write(detector: RealFakeBackboneForImageClassification, folder: Path) -> str:
    detector.save_pretrained(folder)
    RealFakeImageProcessor(**PROCESSOR).save_pretrained(folder)
    return str(folder)


def run_recipe(values: dict[str, Any], start_from: str, epochs: int, **changes: Any) -> dict[str, Any]:
    training = {**values["training"], "num_train_epochs": epochs}
    changed = {"processor": PROCESSOR, "model": {"start_from": start_from}, "training": training}
    return {**values, **changed, **changes}


def test_answers_stay_until_it_is_fitted() -> None:
    former = make_detector()
    grown = with_whole_view_layer(former).eval()
    crops = torch.rand(3, 2, 3, 48, 48)
    with torch.no_grad():
        torch.testing.assert_close(grown(crops).logits, former(crops).logits)
    assert has_whole_view_layer(grown)
    assert not has_whole_view_layer(former)


def test_layers_that_are_read_besides_are_nothing_to_it_at_first() -> None:
    former = with_whole_view_layer(make_detector(statistics_layers=["encoder.stages.0"]))
    grown = with_added_statistics(former, ["encoder.stages.1"]).eval()
    crops = torch.rand(3, 2, 3, 48, 48)
    with torch.no_grad():
        torch.testing.assert_close(grown(crops).logits, former.eval()(crops).logits)


def test_it_is_fitted_to_the_images_as_a_whole_and_nothing_else_changes(
    make_imagefolder: Callable[..., Path], tmp_path: Path, tiny_recipe_values: dict[str, Any]
) -> None:
    data = make_imagefolder({"train": 24, "val": 8}, size=96)
    start = write(make_detector(), tmp_path / "start")
    values = run_recipe(tiny_recipe_values, start, 0, **FIT)
    values["model"]["add_whole_view_layer"] = True
    train(recipe_from_dict(values), data=data, output=tmp_path / "run", quiet=True)

    before, after = (load_file(folder / "model.safetensors") for folder in (tmp_path / "start", tmp_path / "run/model"))
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    assert not torch.equal(after["head.whole_view_classifier.weight"], after["head.classifier.weight"])

    model = load_model(tmp_path / "run").model
    rows = load_data(data)["train"]
    images = [open_stored(row["image"], name="row") for row in rows]
    whole = [np.asarray(image.resize((48, 48), Image.Resampling.BICUBIC)) for image in images]
    pixels = torch.from_numpy(RealFakeImageProcessor(**PROCESSOR).normalised(np.stack(whole)))
    with torch.no_grad():
        seen = model.head.standardization(model.features(pixels))
        found = model.head.whole_view_classifier(seen).diff(dim=1)[:, 0].double().numpy()
        former = model.head.classifier(seen).diff(dim=1)[:, 0].double().numpy()
    (record,) = json.loads((tmp_path / "run" / "history.json").read_text())
    assert record["train_accuracy"] == pytest.approx(np.mean((found > 0) == rows["label"][:]), abs=0.05)

    stretched = np.column_stack([seen.double().numpy(), 100 * former / former.std()])
    expected = LogisticRegression(C=0.001, max_iter=1000).fit(stretched, rows["label"][:])
    np.testing.assert_allclose(found, expected.decision_function(stretched), atol=0.02)


def test_its_validation_is_of_whole_views(
    make_imagefolder: Callable[..., Path], tmp_path: Path, tiny_recipe_values: dict[str, Any]
) -> None:
    """Of pictures that are only as large as a crop, both are the same pixels."""
    data = make_imagefolder({"train": 24, "val": 8}, size=48)
    start = write(with_whole_view_layer(make_detector()), tmp_path / "start")
    values = run_recipe(tiny_recipe_values, start, 0, **FIT)
    summary = train(recipe_from_dict(values), data=data, output=tmp_path / "run", quiet=True)

    model, rows = load_model(tmp_path / "run").model, load_data(data)["val"]
    pixels = [np.asarray(open_stored(row["image"], name="row")) for row in rows]
    with torch.no_grad():
        features = model.features(
            torch.from_numpy(RealFakeImageProcessor(**PROCESSOR).normalised(np.stack(pixels))).contiguous()
        )
        logits = model.classify(features, torch.ones(len(features), dtype=torch.bool))
    targets = torch.tensor(rows["label"][:])
    assert summary.val_loss == pytest.approx(torch.nn.functional.cross_entropy(logits, targets).item(), abs=1e-3)
    assert summary.val_accuracy == pytest.approx((logits.argmax(dim=1) == targets).float().mean().item())


def test_it_is_left_out_where_the_backbone_is_trained_on(
    make_imagefolder: Callable[..., Path], tmp_path: Path, tiny_recipe_values: dict[str, Any]
) -> None:
    grown = with_whole_view_layer(make_detector())
    grown.config.whole_view_share = 0.6
    start = write(grown, tmp_path / "start")
    assert has_whole_view_layer(build_model(ModelSpec(start_from=start), is_trained=False))
    values = run_recipe(tiny_recipe_values, start, 1)
    train(recipe_from_dict(values), data=make_imagefolder(size=48), output=tmp_path / "run", quiet=True)
    config = json.loads((tmp_path / "run/model/config.json").read_text())
    assert (config["whole_view_layer"], config["whole_view_share"]) == (False, None)
    assert not any("whole_view" in name for name in load_file(tmp_path / "run/model/model.safetensors"))


def test_the_share_of_the_whole_view_is_set_by_the_recipe_and_stays(tmp_path: Path) -> None:
    start = write(with_whole_view_layer(make_detector()), tmp_path / "start")
    shared = build_model(ModelSpec(start_from=start, whole_view_share=0.6), is_trained=False)
    again = build_model(ModelSpec(start_from=write(shared, tmp_path / "shared")), is_trained=False)
    assert (shared.config.whole_view_share, again.config.whole_view_share) == (0.6, 0.6)
    with pytest.raises(RealFakeError, match="whole_view_share must be a number between 0 and 1"):
        build_model(ModelSpec(start_from=start, whole_view_share=2.0), is_trained=False)


def test_a_second_one_and_one_without_a_backbone_are_refused(tmp_path: Path, tiny_model: Path) -> None:
    start = write(with_whole_view_layer(make_detector()), tmp_path / "start")
    with pytest.raises(RealFakeError, match="has a layer for the whole view already"):
        build_model(ModelSpec(start_from=start, add_whole_view_layer=True), is_trained=False)
    with pytest.raises(RealFakeError, match="needs a network with a backbone"):
        build_model(ModelSpec(start_from=str(tiny_model), add_whole_view_layer=True))


def test_fitting_one_that_is_not_there_is_refused(
    make_imagefolder: Callable[..., Path], tmp_path: Path, tiny_recipe_values: dict[str, Any]
) -> None:
    values = run_recipe(tiny_recipe_values, write(make_detector(), tmp_path / "start"), 0, **FIT)
    with pytest.raises(RealFakeError, match=r"needs a layer for it: set model\.add_whole_view_layer=true"):
        train(recipe_from_dict(values), data=make_imagefolder(size=48), output=tmp_path / "run", quiet=True)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"linear_probe": {"view": "corner"}}, "view must be crop or whole, not 'corner'"),
        ({"linear_probe": {"enabled": True, "view": "whole"}}, r"needs training\.num_train_epochs=0"),
        ({"model": {"preset": "resnet-50", "add_whole_view_layer": True}}, r"add_whole_view_layer needs model\.start"),
    ],
)
def test_recipes_that_contradict_themselves_are_one_sentence(
    changes: dict[str, Any], reason: str, tiny_recipe_values: dict[str, Any]
) -> None:
    with pytest.raises(RealFakeError, match=reason):
        recipe_from_dict({**tiny_recipe_values, **changes})


def test_no_thresholds_come_from_one_view_of_two(tiny_recipe_values: dict[str, Any]) -> None:
    values = run_recipe(tiny_recipe_values, "default", 0, **FIT)
    values["linear_probe"] = {**values["linear_probe"], "left_out_folds": 3}
    with pytest.raises(RealFakeError, match="left_out_folds is for view=crop"):
        recipe_from_dict(values)
