"""Load an image-classification model and its processor from the package, a folder or the Hub, safely and quietly."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from realfake_hf.errors import RealFakeError, one_line
from realfake_hf.storage.working import working
from realfake_hf.weights import embedded_model_path, embedded_models

DEFAULT_MODEL = "default"
"""The name by which every command and `Detector` call the embedded default model."""

HUB_FILES = ("*config.json", "model*.safetensors", "model.safetensors.index.json")
"""What is fetched from the Hub: never pickled weights."""


@dataclass(eq=False)
class LoadedModel:
    """A model in evaluation mode on the CPU, float32, and its image processor.

    Attributes:
        name: as the user named it.
        folder: where its files lie.
    """

    name: str
    folder: Path
    model: Any
    processor: Any


@working("Loading the model")
def load_model(model: str | Path = DEFAULT_MODEL, *, trust_remote_code: bool = False) -> LoadedModel:
    """Load a classifier and its processor, safetensors only, in float32 whatever the checkpoint's precision.

    Args:
        model: `default` or another embedded model's name, a model folder, a RUN folder, or a Hub id.
        trust_remote_code: run the code that comes with the model; ours never needs it here.

    Raises:
        RealFakeError: there is no such model, the Hub cannot be reached, or it is no image classifier.
    """
    folder = model_folder(model, trust_remote_code=trust_remote_code)  # before the slow imports

    import torch
    from transformers import AutoImageProcessor, AutoModelForImageClassification

    try:
        with quiet_transformers():
            network, info = AutoModelForImageClassification.from_pretrained(
                str(folder),
                dtype=torch.float32,
                use_safetensors=True,
                trust_remote_code=trust_remote_code,
                output_loading_info=True,
                local_files_only=True,
            )
            processor = AutoImageProcessor.from_pretrained(
                str(folder), trust_remote_code=trust_remote_code, local_files_only=True
            )
    except Exception as error:  # third-party configs, code and weights fail in every way there is
        raise RealFakeError(_loading_error(model, folder, error)) from error
    if info["missing_keys"] or info["mismatched_keys"]:
        raise RealFakeError(
            f"The weights of {model} do not fit its config (missing or of another shape: "
            f"{len(info['missing_keys']) + len(info['mismatched_keys'])}): it is no trained image classifier."
        )
    spoilt = [name for name, tensor in network.state_dict().items() if not torch.isfinite(tensor).all()]
    if spoilt:
        raise RealFakeError(
            f"The weights of {model} hold values that are no finite numbers ({spoilt[0]}): its training went wrong, or "
            f"its file is damaged."
        )
    return LoadedModel(str(model), folder, network.eval(), processor)


def model_name(model: str | Path) -> str:
    """What results call a model: the default by its own name, others as they were given."""
    return embedded_model_path().name if str(model) == DEFAULT_MODEL else str(model)


def model_folder(
    model: str | Path = DEFAULT_MODEL, *, trust_remote_code: bool = False, extra_files: Sequence[str] = ()
) -> Path:
    """The folder with a model's files; one from the Hub is fetched (config, processor, safetensors).

    Args:
        model: see `load_model`.
        trust_remote_code: fetch the code that comes with it too.
        extra_files: more patterns of files to fetch.

    Raises:
        RealFakeError: there is none.
    """
    if str(model) == DEFAULT_MODEL:
        return embedded_model_path()
    path = Path(model).expanduser()
    if path.is_dir():
        for folder in (path, path / "model"):  # a RUN folder keeps its model below
            if (folder / "config.json").is_file():
                return folder
        if str(model) not in embedded_models():
            raise RealFakeError(f"{path} holds no model (no config.json): give a model's folder or a RUN folder.")
    if str(model) in embedded_models():
        return embedded_model_path(str(model))
    if path.is_file():
        raise RealFakeError(f"{path} is a file, not a model: give the folder that it lies in.")
    return _fetch(str(model), [*HUB_FILES, *(["*.py"] if trust_remote_code else []), *extra_files])


def _fetch(model: str, patterns: list[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    embedded = f" The embedded ones are {', '.join(embedded_models())}." if embedded_models() else ""
    try:
        return Path(snapshot_download(model, allow_patterns=patterns))
    except HFValidationError:
        raise RealFakeError(f"There is no model {model}: no such folder, and no Hub id either.{embedded}") from None
    except GatedRepoError:
        raise RealFakeError(f"{model} is gated: accept its terms on the Hub and run `hf auth login`.") from None
    except RepositoryNotFoundError:
        raise RealFakeError(
            f"There is no model {model}, neither a folder here nor on the Hub "
            f"(a private one needs `hf auth login`).{embedded}"
        ) from None
    except (LocalEntryNotFoundError, OSError) as error:  # no network, or a server that fails
        raise RealFakeError(
            f"There is no folder {model}, and the Hub cannot be reached for a model of that name: "
            f"check the name or the network.{embedded}"
        ) from error


def _loading_error(model: str | Path, folder: Path, error: Exception) -> str:
    if "trust_remote_code" in str(error):
        return f"{model} brings code of its own: read it first, then allow it with `trust_remote_code`."
    if not any(folder.glob("model*.safetensors")):
        if any(folder.glob("*.onnx")):
            return f"{model} holds ONNX only, which `realfake scan` runs: name the model that it was exported from."
        return f"{model} has no model.safetensors: pickled weights are not loaded, convert it to safetensors."
    if not (folder / "preprocessor_config.json").is_file() and not (folder / "processor_config.json").is_file():
        return f"{model} has no image processor (preprocessor_config.json): save one beside the model."
    return f"{model} cannot be loaded as an image classifier: {one_line(error)}."


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Without Transformers' bars and notes: what matters of them becomes an error of ours."""
    from transformers.utils import logging as transformers_logging

    bars, verbosity = transformers_logging.is_progress_bar_enabled(), transformers_logging.get_verbosity()
    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity(logging.CRITICAL)
    try:
        yield
    finally:
        transformers_logging.set_verbosity(verbosity)
        if bars:
            transformers_logging.enable_progress_bar()
