"""Write a model so that it loads where this package is not installed: with its own code beside its weights."""

from __future__ import annotations

import copy
import shutil
import sys
from pathlib import Path

from transformers.dynamic_module_utils import get_relative_import_files

from .image_processing_realfake import RealFakeImageProcessor
from .modeling_realfake import RealFakePreTrainedModel


def save_with_remote_code(
    model: RealFakePreTrainedModel, processor: RealFakeImageProcessor, folder: str | Path
) -> list[Path]:
    """Write weights, configuration, processor and the code files that they need.

    `pipeline("image-classification", folder, trust_remote_code=True)` then works without this package; with it,
    the installed classes are taken. `model.save_pretrained` and `processor.save_pretrained` write the same, each its
    own part; here `model` and `processor` stay as they are, and the files are known.

    Returns:
        The code files written.
    """
    folder = Path(folder)
    config = model.config
    shipped_config, shipped_processor = copy.deepcopy(config), copy.copy(processor)
    shipped_config.auto_map = {
        "AutoConfig": _reference(config),
        "AutoModelForImageClassification": _reference(model),
    }
    vars(shipped_processor)["auto_map"] = {"AutoImageProcessor": _reference(processor)}
    model.config = shipped_config
    try:
        model.save_pretrained(folder)
    finally:
        model.config = config
    shipped_processor.save_pretrained(folder)
    sources = {source.name: source for thing in (config, model, processor) for source in _sources(thing)}
    return [Path(shutil.copyfile(sources[name], folder / name)) for name in sorted(sources)]


def _reference(thing: object) -> str:
    """How an `auto_map` names a class: file, dot, class."""
    return f"{type(thing).__module__.rpartition('.')[-1]}.{type(thing).__name__}"


def _sources(thing: object) -> list[Path]:
    """The file of an object's class and all that it imports relatively."""
    source = sys.modules[type(thing).__module__].__file__
    assert source is not None
    return [Path(path) for path in (source, *get_relative_import_files(source))]
