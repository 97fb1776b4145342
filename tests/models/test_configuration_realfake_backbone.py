from __future__ import annotations

import importlib.util
import math

import pytest
from transformers import AutoConfig, BitConfig, ViTConfig

from realfake_hf.models.configuration_realfake_backbone import CNN_FAMILIES, RealFakeBackboneConfig, check_is_cnn

TRANSFORMERS_AND_HYBRIDS = ("vit", "swin", "dinov2", "dinov3_vit", "levit", "mobilevit", "cvt", "clip", "bert", "")


@pytest.mark.parametrize("model_type", TRANSFORMERS_AND_HYBRIDS)
def test_vit_or_hybrid_is_refused_in_one_sentence(model_type: str) -> None:
    with pytest.raises(ValueError, match="is not a pure CNN: choose one of bit, convnext") as caught:
        RealFakeBackboneConfig(backbone_config={"model_type": model_type})
    assert "\n" not in str(caught.value)


def test_vit_given_as_a_config_is_refused() -> None:
    with pytest.raises(ValueError, match="vit is not a pure CNN"):
        RealFakeBackboneConfig(backbone_config=ViTConfig())


@pytest.mark.parametrize("model_type", CNN_FAMILIES)
def test_every_family_of_the_list_is_known_to_transformers(model_type: str) -> None:
    assert check_is_cnn(model_type) == model_type
    assert AutoConfig.for_model(model_type).model_type == model_type


@pytest.mark.parametrize(
    "architecture",
    ["resnet18", "resnet50d", "tf_efficientnetv2_b0", "convnextv2_atto", "mobilenetv3_small_100", "regnety_002",
     "densenet121", "repvgg_a0", "mobilenetv4_conv_small", "ecaresnet50t", "inception_next_atto", "test_resnet"],
)  # fmt: skip
def test_cnns_of_timm_are_taken(architecture: str) -> None:
    assert check_is_cnn("timm_wrapper", architecture) == "timm_wrapper"


@pytest.mark.parametrize(
    "architecture",
    ["vit_tiny_patch16_224", "vit_small_r26_s32_224", "swin_tiny_patch4_window7_224", "mobilevit_s", "coatnet_0_224",
     "mobilenetv4_hybrid_medium", "resnet50_clip", "edgenext_small", "efficientformer_l1", "efficientvit_b0",
     "levit_128", "botnet26t_256", "convit_tiny", "convformer_s18", "test_vit", "eva02_tiny_patch14_224"],
)  # fmt: skip
def test_vits_and_hybrids_of_timm_are_refused_in_one_sentence(architecture: str) -> None:
    with pytest.raises(ValueError, match=f"timm's {architecture} is not a CNN that we know") as caught:
        check_is_cnn("timm_wrapper", architecture)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"pooling": "max"}, "pooling must be gap, flatten or gem, not 'max'"),
        ({"pooling": "flatten", "image_size": 100}, "image_size must be a multiple of 32, not 100"),
        ({"image_size": 16}, "image_size must be at least 32, not 16"),
        ({"head_hidden_sizes": [8], "head_dropouts": [0.5]}, "head_dropouts needs one entry before each of the 2"),
        ({"head_dropouts": [math.nan]}, r"head_dropouts must be from 0 to 1, not \[nan\]"),
        ({"drop_squeeze_excite": True}, "drop_squeeze_excite is for efficientnet, not for resnet"),
    ],
)
def test_contradicting_fields_are_refused(fields: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        RealFakeBackboneConfig(**fields)


def test_backbone_may_be_a_config_or_its_dictionary() -> None:
    backbone = BitConfig(depths=[1, 1, 1, 1])
    given = RealFakeBackboneConfig(backbone_config=backbone)
    described = RealFakeBackboneConfig(backbone_config=backbone.to_dict())
    assert given.backbone_config.to_dict() == described.backbone_config.to_dict()


def test_dictionary_of_the_caller_stays_as_it_is() -> None:
    fields = {"model_type": "resnet", "depths": [1, 1, 1, 1]}
    RealFakeBackboneConfig(backbone_config=fields)
    assert fields == {"model_type": "resnet", "depths": [1, 1, 1, 1]}


def test_timm_backbone_without_timm_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from realfake_hf.models import modeling_realfake_backbone as modeling

    monkeypatch.setattr(modeling, "is_timm_available", lambda: False)
    config = RealFakeBackboneConfig(backbone_config={"model_type": "timm_wrapper", "architecture": "resnet18"})
    with pytest.raises(ImportError, match="pip install timm torchvision"):
        modeling.RealFakeBackboneForImageClassification(config)


if importlib.util.find_spec("timm") and importlib.util.find_spec("torchvision"):

    def test_no_cnn_of_timm_that_we_take_has_attention_in_it() -> None:
        import timm
        import torch

        taken = []
        for architecture in timm.list_models():
            try:
                check_is_cnn("timm_wrapper", architecture)
            except ValueError:
                continue
            taken.append(architecture)
        assert len(taken) > 400
        for architecture in taken[::60]:
            with torch.device("meta"):
                kinds = {type(module).__name__ for module in timm.create_model(architecture, num_classes=0).modules()}
            assert not {kind for kind in kinds if kind in ("Attention", "AttentionPool2d", "MultiheadAttention")}


def test_precision_of_the_backbones_checkpoint_is_not_carried_along() -> None:
    config = RealFakeBackboneConfig(backbone_config={"model_type": "resnet", "dtype": "float16"}, image_size=64)
    again = RealFakeBackboneConfig.from_dict(config.to_dict())
    assert again.backbone_config.dtype is None
