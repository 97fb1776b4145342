"""A recipe: everything that makes a run but the data, read from YAML and checked before anything starts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from realfake_hf.errors import RealFakeError
from realfake_hf.records.run import RecipeValues

RECIPES_FOLDER = Path(__file__).resolve().parents[1] / "recipes"


@dataclass(frozen=True)
class ModelSpec:
    """Which network, and what it starts from.

    Attributes:
        preset: name of one of `models.presets.PRESETS`.
        backbone: folder or Hub id of the pretrained backbone's weights; none means random weights. The scratch
            presets have no backbone.
        start_from: a detector of ours to go on training, as `load_model` takes it (`default` is the embedded one); then
            `preset`, `backbone` and `fields` are not used.
        average_with: further detectors of the same network as `start_from`: training starts from the mean of all their
            weights (Wortsman et al. 2022, arXiv:2203.05482), which takes runs that began alike.
        add_statistics_layers: further layers of `start_from`'s backbone, by name, whose mean and deviation its last
            layer sees from now on, beside what it saw; see `added_statistics`.
        add_whole_view_layer: the last layer of `start_from` gets a second one beside it, for the whole view; see
            `whole_view_layer`. Where the backbone is trained on, a layer that is there is left out.
        whole_view_share: how much the whole view counts from now on, see `RealFakeConfig`; None: as before.
        frozen_fraction: how much of the backbone, from its input on, keeps its weights: 0 none, 1 all.
        freeze_batch_norm: keep the running statistics of the backbone's batch norms.
        backbone_lr_scale: the backbone's learning rate as a multiple of the head's.
        fields: single fields of the network's configuration that differ from the preset.
    """

    preset: str = ""
    backbone: str | None = None
    start_from: str | None = None
    average_with: list[str] = field(default_factory=list)
    add_statistics_layers: list[str] = field(default_factory=list)
    add_whole_view_layer: bool = False
    whole_view_share: float | None = None
    frozen_fraction: float = 0.0
    freeze_batch_norm: bool = False
    backbone_lr_scale: float = 1.0
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ProcessorSpec:
    """Fields of `RealFakeImageProcessor`; those that are None keep its defaults.

    Attributes:
        train_size: side in pixels of the training crops, where it differs from `size`, which is used for validation
            and from then on.
    """

    mode: str = "native-crops"
    size: int = 128
    resize_size: int | None = None
    num_crops: int = 1
    whole_view: bool = False
    image_mean: list[float] | None = None
    image_std: list[float] | None = None
    train_size: int | None = None


@dataclass(frozen=True)
class SamplingSpec:
    """How rows are drawn.

    Attributes:
        balance_classes: draw real and fake equally often.
        balance_sources: draw the sources of a class equally often; a number between 0 and 1 goes part of the way
            (the weight of a source is its size to the power of one minus this).
        balance_contents: where the data have a column `content`, draw real and fake equally often within each kind of
            picture; a number between 0 and 1 goes part of the way.
        validation_fraction: what to hold out of `train` where the data has no validation split.
    """

    balance_classes: bool = False
    balance_sources: float = 0.0
    balance_contents: float = 0.0
    validation_fraction: float = 0.2


@dataclass(frozen=True)
class LinearProbeSpec:
    """A head fitted on frozen features before training; see `linear_probe`.

    Attributes:
        enabled: whether to.
        inverse_regularization: `C` of scikit-learn's LogisticRegression.
        augmented_copies: how often every image is seen augmented, beside once as it is.
        near_start: the head of `model.start_from` is corrected, not replaced. Made for images of sources that its
            backbone has not seen. Features that `model.add_statistics_layers` adds begin at 0.
        view: `crop`, or `whole`: the layer of the whole view is fitted, to images as they are reduced as a whole,
            and the crops' layer stays as it is.
        left_out_folds: fit so many more heads, each without a share of the sources, and let them judge those, augmented
            where there are copies: RUN then holds what `calibrate --left-out RUN` takes. 0 fits none.
        final_share: weights of the trained model in the final one; the rest are the probed model's.
    """

    enabled: bool = False
    inverse_regularization: float = 0.001
    augmented_copies: int = 1
    near_start: bool = False
    view: str = "crop"
    left_out_folds: int = 0
    final_share: float = 1.0


@dataclass(frozen=True)
class DistillationSpec:
    """A teacher that shows a small detector how: a trained detector, or a vision encoder. None of them learns from
    the labels alone. See `distillation` and `encoder_distillation`.

    Attributes:
        teacher: a detector of ours, as `load_model` takes it.
        encoder: any vision encoder that Transformers loads (CLIP, SigLIP, DINOv2, DINOv3), a folder or a Hub id. It
            looks at every training image once; its verdicts are a logistic regression's on its features.
        encoder_size: side in px of the square that the encoder is shown.
        encoder_regularization: `C` of that logistic regression.
        cache: folder for the encoder's features; by default beside the data, or in RUN where that cannot be written.
        logits_weight: share of the loss that goes to the teacher's verdicts rather than the labels, 0 to 1.
        features_weight: weight of the loss that makes the teacher's features predictable from the student's.
        consistent: the encoder looks, at every step, at the very crop that the student is shown, before its damage,
            and not at the whole image once: many more lessons from as many images, for the price of the encoder's
            forward pass (a GPU). See Beyer et al. 2022 (arXiv:2106.05237).
        mixing: with `consistent`, the share of a batch that is blended with other images, 0 to 1: what the encoder
            sees between two images is a lesson too.
        unlabelled: folder of images of any kind that nobody labelled; the encoder teaches on them too.
        unlabelled_share: of an epoch's draws, 0 to 1.
        temperature: of the verdicts, at least 1.
    """

    teacher: str | None = None
    encoder: str | None = None
    encoder_size: int = 192
    encoder_regularization: float = 0.001
    cache: str | None = None
    logits_weight: float = 0.5
    features_weight: float = 1.0
    consistent: bool = False
    mixing: float = 0.0
    unlabelled: str | None = None
    unlabelled_share: float = 0.2
    temperature: float = 2.0


@dataclass(frozen=True)
class Recipe:
    """A complete description of a run.

    Attributes:
        name: what the run is called.
        description: one sentence for people.
        model, processor, sampling, linear_probe, distillation: see their classes.
        augmentation: steps as `degradations.build_augmentation` reads them.
        augmentation_on_device: only the first step, a `random_crop`, is made by the processes that load the images; the
            others act on batches where the model is. For a GPU that waits for its images.
        training: fields of `transformers.TrainingArguments`.
        mixed_precision: `auto` (bf16 on a GPU that has it), `bf16`, `fp16` or `no`.
        cpu_bf16: with `auto`, bf16 on CPUs that have matrix units (AMX) too: dense convolutions train twice as fast
            there, depthwise ones slower.
        early_stopping_patience: epochs without a lower validation loss before training stops; none never stops.
        weight_averaging: decay per step of an exponential moving average of the weights that is evaluated and
            saved in their place (Izmailov et al. 2018, arXiv:1803.05407, in its exponential form); 0 is off.
    """

    name: str
    description: str = ""
    model: ModelSpec = field(default_factory=ModelSpec)
    processor: ProcessorSpec = field(default_factory=ProcessorSpec)
    sampling: SamplingSpec = field(default_factory=SamplingSpec)
    linear_probe: LinearProbeSpec = field(default_factory=LinearProbeSpec)
    distillation: DistillationSpec = field(default_factory=DistillationSpec)
    augmentation: list[Any] = field(default_factory=list)
    augmentation_on_device: bool = False
    training: dict[str, Any] = field(default_factory=dict)
    mixed_precision: str = "auto"
    cpu_bf16: bool = False
    early_stopping_patience: int | None = None
    weight_averaging: float = 0.0

    @property
    def seed(self) -> int:
        """Of everything drawn."""
        return int(self.training.get("seed", 42))

    def to_dict(self) -> RecipeValues:
        """The recipe as plain values, ready for YAML or JSON."""
        return dataclasses.asdict(self)


def recipe_names() -> list[str]:
    """Names of the recipes that ship with the package."""
    return sorted(path.stem for path in RECIPES_FOLDER.glob("*.yaml"))


def load_recipe(name: str, overrides: list[str] | None = None) -> Recipe:
    """Read a recipe by its name or from a `.yaml` file, apply overrides, and check it.

    Args:
        name: one of `recipe_names()`, or the path of a YAML file.
        overrides: `key=value`, the key dotted (`training.num_train_epochs=3`), the value in YAML.

    Raises:
        RealFakeError: an unknown recipe, key or preset (the message names the nearest known one), or a value of the
            wrong kind.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else RECIPES_FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise RealFakeError(
            f"There is no recipe {name!r}; {_nearest(name, recipe_names())}give the path of a .yaml file of your own."
        )
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # no UTF-8; dates that are none; nested for ever
        raise RealFakeError(f"The recipe {path} is not YAML: {' '.join(str(error).split()).rstrip('.')}.") from error
    if not isinstance(values, dict):
        raise RealFakeError(f"The recipe {path} must be a YAML mapping, not {type(values).__name__}.")
    values.setdefault("name", path.stem)
    for override in overrides or []:
        _apply_override(values, override)
    return recipe_from_dict(values)


def recipe_from_dict(values: RecipeValues) -> Recipe:
    """Build and check a recipe from plain values.

    Raises:
        RealFakeError: as `load_recipe`.
    """
    values = dict(values)
    specs = {
        "model": ModelSpec,
        "processor": ProcessorSpec,
        "sampling": SamplingSpec,
        "linear_probe": LinearProbeSpec,
        "distillation": DistillationSpec,
    }
    for name, spec in specs.items():
        values[name] = _build(spec, values.get(name) or {}, f"{name}.")
    recipe = _build(Recipe, values, "")
    _check(recipe)
    return recipe


def _check(recipe: Recipe) -> None:
    from realfake_hf.images.degradations import build_augmentation
    from realfake_hf.models.presets import PRESETS
    from realfake_hf.training.argument_names import argument_names
    from realfake_hf.training.settings import ELSEWHERE, check_training_kinds, check_values

    if recipe.model.average_with and not recipe.model.start_from:
        raise RealFakeError("model.average_with needs model.start_from: it is averaged with that.")
    if recipe.model.add_statistics_layers and not recipe.model.start_from:
        raise RealFakeError("model.add_statistics_layers needs model.start_from; of a new network, set model.fields.")
    if recipe.model.add_whole_view_layer and not recipe.model.start_from:
        raise RealFakeError("model.add_whole_view_layer needs model.start_from: it is fitted beside a trained layer.")
    if not recipe.model.start_from and recipe.model.preset not in PRESETS:
        raise RealFakeError(
            f"model.preset {recipe.model.preset!r} is unknown; {_nearest(recipe.model.preset, list(PRESETS))}"
            f"choose one of {', '.join(PRESETS)}."
        )
    if recipe.mixed_precision not in ("auto", "bf16", "fp16", "no"):
        raise RealFakeError(f"mixed_precision must be auto, bf16, fp16 or no, not {recipe.mixed_precision!r}.")
    for key in recipe.training:
        if key in ELSEWHERE:
            raise RealFakeError(f"training.{key} cannot be set here: {ELSEWHERE[key]} decides it.")
        if key not in argument_names():
            raise RealFakeError(
                f"Unknown key training.{key}; {_nearest(key, argument_names(), 'training.')}"
                f"`realfake info RECIPE` lists the keys."
            )
    check_training_kinds(recipe.training)
    check_values(recipe.to_dict())
    if recipe.distillation.teacher and recipe.distillation.encoder:
        raise RealFakeError("distillation takes a teacher or an encoder, not both: set one of them to null.")
    if recipe.distillation.unlabelled and not recipe.distillation.encoder:
        raise RealFakeError("distillation.unlabelled needs distillation.encoder: nobody else teaches without labels.")
    if recipe.distillation.consistent and not recipe.distillation.encoder:
        raise RealFakeError("distillation.consistent needs distillation.encoder: a teaching detector sees every crop.")
    if recipe.distillation.mixing and not recipe.distillation.consistent:
        raise RealFakeError("distillation.mixing needs distillation.consistent=true: nobody has seen a blend before.")
    if recipe.training.get("num_train_epochs") == 0 and not recipe.linear_probe.enabled:
        raise RealFakeError("training.num_train_epochs=0 trains nothing: set linear_probe.enabled=true, or epochs.")
    if recipe.linear_probe.left_out_folds == 1:
        raise RealFakeError("linear_probe.left_out_folds must be 0 or at least 2: one would leave out everything.")
    if recipe.linear_probe.near_start and not recipe.model.start_from:
        raise RealFakeError("linear_probe.near_start needs model.start_from: a new head has no start to stay near.")
    if recipe.linear_probe.view not in ("crop", "whole"):
        raise RealFakeError(f"linear_probe.view must be crop or whole, not {recipe.linear_probe.view!r}.")
    if recipe.linear_probe.view == "whole" and recipe.training.get("num_train_epochs") != 0:
        raise RealFakeError("linear_probe.view=whole needs training.num_train_epochs=0: training sees crops alone.")
    if recipe.linear_probe.view == "whole" and recipe.linear_probe.left_out_folds:
        raise RealFakeError("linear_probe.left_out_folds is for view=crop: thresholds are not set on one view of two.")
    augmentation = build_augmentation(recipe.augmentation)
    if recipe.augmentation_on_device:
        from realfake_hf.training.batched_augmentation import BatchedAugmentation

        train_size = recipe.processor.train_size or recipe.processor.size
        BatchedAugmentation(augmentation).check(train_size)


def _build(spec: type, values: Any, prefix: str) -> Any:
    if not isinstance(values, dict):
        raise RealFakeError(f"{prefix.rstrip('.')} must be a mapping, not {values!r}.")
    fields = {item.name: item for item in dataclasses.fields(spec)}
    for key, value in values.items():
        if key not in fields:
            raise RealFakeError(
                f"Unknown key {prefix}{key}; {_nearest(key, list(fields), prefix)}"
                f"`realfake info RECIPE` lists the keys."
            )
        _check_kind(f"{prefix}{key}", value, str(fields[key].type))
    return spec(**values)


def _check_kind(key: str, value: Any, annotation: str) -> None:
    kinds: dict[str, tuple[type, ...]] = {
        "str": (str,),
        "int": (int,),
        "float": (int, float),
        "bool": (bool,),
        "list": (list,),
        "dict": (dict,),
    }
    expected = annotation.removesuffix(" | None").split("[")[0]
    optional = annotation.endswith("| None")
    if expected not in kinds or (optional and value is None):
        return
    is_bool_for_number = isinstance(value, bool) and expected == "int"
    if not isinstance(value, kinds[expected]) or is_bool_for_number:
        raise RealFakeError(f"{key} must be {expected}{' or null' if optional else ''}, not {value!r}.")


def _apply_override(values: RecipeValues, override: str) -> None:
    key, equals, text = override.partition("=")
    if not equals or not key:
        raise RealFakeError(f"`overrides` takes key=value, not {override!r}.")
    if not key.isprintable():
        raise RealFakeError(f"`overrides` takes key=value, and {key!r} is no key.")
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise RealFakeError(f"The value of {key} in `overrides` is not YAML: {text!r}.") from error
    *parents, last = key.split(".")
    target = values
    for parent in parents:
        if target.get(parent) is None:
            target[parent] = {}
        inner = target[parent]
        if not isinstance(inner, dict):
            raise RealFakeError(f"`overrides` {key}: {parent} is not a mapping; set it as a whole.")
        target = inner
    target[last] = _number_if_one(value)


def _number_if_one(value: Any) -> Any:
    # YAML 1.1 reads 1e-3 as text: it wants 1.0e-3.
    if isinstance(value, str):
        with suppress(ValueError):
            return float(value)
    return value


def _nearest(name: str, known: Sequence[str], prefix: str = "") -> str:
    matches = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {prefix}{matches[0]}? Otherwise " if matches else ""
