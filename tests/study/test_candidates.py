"""Which recipes a study compares, how settings reach them, and what random weights and `quick` make of them."""

from __future__ import annotations

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.study import candidates as module
from realfake_hf.study.candidates import DEFAULT_CANDIDATES, load_candidates
from realfake_hf.study.cost import multiply_adds
from realfake_hf.study.quick import MACS_PER_IMAGE


def test_default_candidates_are_the_seeds_five_and_our_two() -> None:
    assert [candidate.name for candidate in load_candidates([])] == list(DEFAULT_CANDIDATES)


def test_setting_reaches_every_candidate_or_the_named_one() -> None:
    cnn, net = load_candidates(
        ["cnn-128", "realfake-net"], ["training.seed=3", "realfake-net.training.num_train_epochs=1"]
    )
    assert (cnn.recipe.training["seed"], net.recipe.training["seed"]) == (3, 3)
    assert (cnn.recipe.training["num_train_epochs"], net.recipe.training["num_train_epochs"]) == (10, 1)


def test_misspelt_name_is_an_unknown_key() -> None:
    with pytest.raises(RealFakeError, match="cnn-182"):
        load_candidates(["cnn-128"], ["cnn-182.training.seed=3"])


def test_same_name_twice_is_refused() -> None:
    with pytest.raises(RealFakeError, match="Two candidates are called cnn-128"):
        load_candidates(["cnn-128", "cnn-128"])


def test_without_timm_the_nearest_network_of_transformers_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_has_timm", lambda: False)
    (candidate,) = load_candidates(["efficientnetv2-b0"])
    assert candidate.recipe.model.backbone == "google/efficientnet-b0"
    assert "EfficientNet-B0 in place of EfficientNetV2-B0" in candidate.notes[0]


def test_random_weights_are_not_frozen() -> None:
    frozen, fine_tuned = (
        own.from_scratch()
        for own in load_candidates(["resnet-50", "efficientnet-lite0"], ["efficientnet-lite0.model.frozen_fraction=0"])
    )
    assert frozen.recipe.model.backbone is None
    assert frozen.recipe.model.frozen_fraction == 0.0
    assert frozen.notes == ("from random weights, trained whole instead of frozen",)
    assert fine_tuned.notes == ("from random weights",)
    assert not fine_tuned.recipe.model.freeze_batch_norm
    assert not fine_tuned.recipe.linear_probe.enabled


@pytest.mark.parametrize("name", ["cnn-128", "resnet-50", "efficientnet-lite0"])
def test_quick_candidate_is_the_same_network_at_a_bounded_price(name: str) -> None:
    (quick,), (whole,) = load_candidates([name], quick=True), load_candidates([name])
    processor = quick.recipe.processor
    assert processor.num_crops * multiply_adds(quick.recipe, processor.size) <= MACS_PER_IMAGE
    assert quick.recipe.model.preset == whole.recipe.model.preset
    assert quick.recipe.training["num_train_epochs"] <= whole.recipe.training["num_train_epochs"]
    assert quick.notes[-1].startswith("quick: ")
    assert f"{processor.size} px" in quick.notes[-1]


def test_one_of_a_users_settings_is_kept_in_a_quick_study() -> None:
    (quick,) = load_candidates(["cnn-128"], ["training.learning_rate=0.5"], quick=True)
    assert quick.recipe.training["learning_rate"] == 0.5
