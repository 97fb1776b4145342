"""A detector that is to read further layers answers alike until it is fitted, and then reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_backbone import BACKBONE

from realfake_hf.data.loading import load_data
from realfake_hf.errors import RealFakeError
from realfake_hf.models.configuration_realfake_backbone import RealFakeBackboneConfig
from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
from realfake_hf.models.modeling_realfake_backbone import RealFakeBackboneForImageClassification
from realfake_hf.training.added_statistics import with_added_statistics
from realfake_hf.training.images import LabelledImages
from realfake_hf.training.linear_probe import fit_linear_probe
from realfake_hf.training.model_factory import build_model
from realfake_hf.training.recipe import LinearProbeSpec, ModelSpec, recipe_from_dict

LATER = "encoder.stages.1"


def make_detector(**fields: Any) -> RealFakeBackboneForImageClassification:
    torch.manual_seed(0)
    defaults = {"statistics_layers": ["encoder.stages.0"], "standardize_features": True, "temperature": 1.5}
    config = RealFakeBackboneConfig(backbone_config=BACKBONE, image_size=48, **{**defaults, **fields})
    detector = RealFakeBackboneForImageClassification(config).eval()
    torch.nn.init.normal_(detector.head.classifier.weight)
    if fields.get("standardize_features", True):
        detector.head.standardization.mean.fill_(0.1)
    return detector


def test_answers_stay_until_the_head_is_fitted() -> None:
    former = make_detector()
    grown = with_added_statistics(former, [LATER]).eval()
    pixels = torch.rand(3, 3, 48, 48)

    with torch.no_grad():
        torch.testing.assert_close(grown(pixels).logits, former(pixels).logits)
    assert grown.config.statistics_layers == ["encoder.stages.0", LATER]
    assert former.config.statistics_layers == ["encoder.stages.0"]
    assert grown.head.classifier.in_features == former.head.classifier.in_features + 2 * 16


def test_what_is_new_is_measured_and_used_and_the_rest_stays(make_imagefolder: Callable[..., Path]) -> None:
    former = make_detector()
    grown = with_added_statistics(former, [LATER])
    assert isinstance(grown, RealFakeBackboneForImageClassification)
    images = LabelledImages(load_data(make_imagefolder(size=48))["train"], RealFakeImageProcessor(size=48))
    spec = LinearProbeSpec(enabled=True, inverse_regularization=0.1, augmented_copies=0, near_start=True)
    seen = fit_linear_probe(grown, images, None, spec, workers=0, seed=1, quiet=True).features

    known = former.head.classifier.in_features
    standardization = grown.head.standardization
    assert torch.equal(standardization.mean[:known], former.head.standardization.mean)
    assert torch.equal(standardization.deviation[:known], former.head.standardization.deviation)
    assert seen[:, known:].mean(axis=0) == pytest.approx(0, abs=1e-4)
    assert grown.head.classifier.weight[:, known:].abs().min(dim=0).values.max() > 1e-3


@pytest.mark.parametrize(
    ("fields", "layers", "reason"),
    [
        ({}, ["encoder.stages.0"], "the head reads 'encoder.stages.0' already"),
        ({}, ["encoder.stages.9"], "this backbone has no layer 'encoder.stages.9'"),
        ({"head_hidden_sizes": [4], "head_dropouts": [0.0, 0.0]}, [LATER], "no head_hidden_sizes"),
        ({"standardize_features": False}, [LATER], "needs standardize_features=true"),
    ],
)
def test_what_cannot_be_is_one_sentence(fields: dict[str, Any], layers: list[str], reason: str, tmp_path: Path) -> None:
    make_detector(**fields).save_pretrained(tmp_path)
    RealFakeImageProcessor(size=48).save_pretrained(tmp_path)
    with pytest.raises(RealFakeError, match=reason):
        build_model(ModelSpec(start_from=str(tmp_path), add_statistics_layers=layers))


def test_a_new_network_takes_them_as_a_field(tiny_recipe_values: dict[str, Any]) -> None:
    tiny_recipe_values["model"]["add_statistics_layers"] = [LATER]
    with pytest.raises(RealFakeError, match=r"add_statistics_layers needs model\.start_from; of a new network, set"):
        recipe_from_dict(tiny_recipe_values)
