"""Which networks a study compares, and the recipe by which each is trained."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from realfake_hf.errors import RealFakeError
from realfake_hf.study.quick import make_quick
from realfake_hf.training.recipe import Recipe, load_recipe

DEFAULT_CANDIDATES = (
    "cnn-128",
    "cnn-224",
    "resnet-50",
    "efficientnetv2-b0",
    "convnext-base",
    "realfake-net",
    "efficientnet-lite0",
)
"""The seed's five, in its order, and our two."""

WITHOUT_TIMM = {"timm/tf_efficientnetv2_b0.in1k": "google/efficientnet-b0"}
"""Weights that only timm reads -> those of the network that stands in where it is not installed."""


@dataclass(frozen=True)
class Candidate:
    """One network of a study.

    Attributes:
        name: of its recipe, its RUN folder and its rows in every table.
        recipe: as it will be trained.
        notes: what must be said wherever its figures are shown.
    """

    name: str
    recipe: Recipe
    notes: tuple[str, ...] = ()

    def from_scratch(self) -> Candidate:
        """The same network from random weights.

        All of it is trained: a frozen backbone of random weights would be measured for what it never learnt, so
        nothing stays frozen, its norms keep their own statistics, it learns at the head's rate, and no head is
        fitted to its features beforehand.
        """
        model, note = self.recipe.model, "from random weights"
        if model.frozen_fraction > 0:
            note += ", trained whole instead of frozen"
        model = dataclasses.replace(
            model, backbone=None, frozen_fraction=0.0, freeze_batch_norm=False, backbone_lr_scale=1.0
        )
        probe = dataclasses.replace(self.recipe.linear_probe, enabled=False)
        recipe = dataclasses.replace(self.recipe, model=model, linear_probe=probe)
        return Candidate(self.name, recipe, (note, *self.notes))


def load_candidates(recipes: Sequence[str], overrides: Sequence[str] = (), *, quick: bool = False) -> list[Candidate]:
    """Read and check the recipes of a study, before anything starts.

    Args:
        recipes: names or `.yaml` files; none means `DEFAULT_CANDIDATES`.
        overrides: `key=value` for every candidate, or `NAME.key=value` for the one of that name.
        quick: make them small, see `quick`.

    Raises:
        RealFakeError: an unknown recipe or key, or a name that comes twice.
    """
    asked = list(recipes) or list(DEFAULT_CANDIDATES)
    names = [load_recipe(recipe).name for recipe in asked]
    for name in names:
        if names.count(name) > 1:
            raise RealFakeError(f"Two candidates are called {name}: give the recipes names of their own.")
        if not name or name.startswith(".") or "/" in name or "\\" in name:
            raise RealFakeError(f"The recipe name {name!r} cannot be a folder's: give it a plain one.")
    return [_candidate(recipe, _own(overrides, name, names), quick) for recipe, name in zip(asked, names, strict=True)]


def _candidate(recipe: str, overrides: list[str], quick: bool) -> Candidate:
    loaded = load_recipe(recipe, overrides)
    notes: list[str] = []
    stand_in = WITHOUT_TIMM.get(loaded.model.backbone or "")
    if stand_in is not None and not _has_timm():
        loaded = dataclasses.replace(loaded, model=dataclasses.replace(loaded.model, backbone=stand_in))
        notes.append("EfficientNet-B0 in place of EfficientNetV2-B0, which needs timm")
    if quick:
        loaded, note = make_quick(loaded)
        notes.append(note)
    return Candidate(loaded.name, loaded, tuple(notes))


def _own(overrides: Sequence[str], name: str, names: list[str]) -> list[str]:
    """Those for all, then those for `name` alone, without it."""
    for_one = {own: [text for text in overrides if text.startswith(f"{own}.")] for own in names}
    taken = {text for texts in for_one.values() for text in texts}
    return [
        *(text for text in overrides if text not in taken),
        *(text.removeprefix(f"{name}.") for text in for_one[name]),
    ]


def _has_timm() -> bool:
    from transformers.utils import is_timm_available

    return bool(is_timm_available())
