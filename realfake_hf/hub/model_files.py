"""The clean folder of a model: what others need to load, judge and cite it, and nothing of this machine."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

from hub_card.licences import LICENCE_FILE, require_licence
from hub_card.model_card import CARD_FILE, is_ours, render_model_card, write_figures
from hub_card.model_facts import ModelFacts
from hub_card.model_records import find_figures, license_file, read_model_facts
from realfake_hf.errors import RealFakeError
from realfake_hf.hub.failures import told_in_a_sentence
from realfake_hf.inference.model_loading import DEFAULT_MODEL, LoadedModel, load_model
from realfake_hf.records.robustness import ROBUSTNESS_FILE
from realfake_hf.records.run_folder import EVALUATIONS_FOLDER
from realfake_hf.storage.files import read_json, write_json, write_text
from realfake_hf.storage.portable import portable, portable_command
from realfake_hf.weights import embedded_model_path

RECORDS = ("run.json", "history.json", "cost.json", "audit.json")
"""Of a RUN folder or an embedded model; calibration.json lies beside the model itself."""

MACHINE_ARGUMENTS = ("output_dir", "logging_dir", "hub_token", "run_name")
"""Training arguments that say something of a machine or an account alone."""

ONNX_FILES = ("*.onnx", "*.onnx_data", "*.onnx.data", "preprocessing.json", "export.json")
"""Of a folder of `realfake export`; config and processor are the model's own."""


@dataclasses.dataclass(frozen=True)
class CardOverrides:
    """What only the user can say for a card; see `read_model_facts`.

    Raises:
        RealFakeError: the Hub would refuse the card for it.
    """

    licence: str | None = None
    base_model: str | None = None
    datasets: tuple[str, ...] = ()
    space: str = ""

    def __post_init__(self) -> None:
        if self.licence is not None:
            require_licence(self.licence)
        for name in filter(None, (self.base_model, *self.datasets, self.space)):
            with told_in_a_sentence(name):
                from huggingface_hub.utils import validate_repo_id

                validate_repo_id(name)


def write_model_files(
    model: str | Path, target: Path, *, repo: str = "", overrides: CardOverrides | None = None, onnx: Path | None = None
) -> ModelFacts:
    """Write a model as it should lie on the Hub into a new folder.

    Config with `auto_map`, the model's code, processor, `model.safetensors` in float32, calibration, evaluations,
    figures, the run's record without paths, LICENSE, ONNX files and the card. Nothing that was pickled.

    Args:
        model: as `load_model` takes it.
        target: new or empty.
        repo: `OWNER/NAME`, for the card's examples.
        overrides: what only the user can say.
        onnx: a folder of `realfake export`; by default `onnx/` beside the model, if there is one.

    Returns:
        What the card says.

    Raises:
        RealFakeError: no such model, a damaged file beside it, or an `onnx` without ONNX files.
    """
    loaded = load_model(model)
    root = records_folder(model, loaded)
    write_loaded(loaded.model, loaded.processor, target)
    copy_records(root, loaded.folder, target)
    _copy_onnx(onnx, (root / "onnx", loaded.folder / "onnx"), target)
    return write_card(root, target, repo=repo, overrides=overrides or CardOverrides())


def write_loaded(model: Any, processor: Any, target: Path) -> None:
    """Weights, config and processor; of our models with the code that loads them where the package is not."""
    from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
    from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel
    from realfake_hf.models.remote_code import save_with_remote_code

    if isinstance(model, RealFakePreTrainedModel) and isinstance(processor, RealFakeImageProcessor):
        save_with_remote_code(model, processor, target)
    else:
        model.save_pretrained(target)
        processor.save_pretrained(target)
    for file in target.glob("*.json"):
        write_json(file, portable(read_json(file)))


def write_card(root: Path, target: Path, *, repo: str, overrides: CardOverrides) -> ModelFacts:
    """The card of `target`'s own figures and `root`'s records; a README.md that somebody wrote goes as it is."""
    write_figures(target)
    facts = read_model_facts(root, repo=repo, **dataclasses.asdict(overrides))
    facts = dataclasses.replace(facts, figures=find_figures(target), embedded=False)
    written = root / CARD_FILE
    if written.is_file() and not is_ours(written):
        shutil.copyfile(written, target / CARD_FILE)
    else:
        write_text(target / CARD_FILE, f"{render_model_card(facts)}\n")
    return facts


def copy_records(root: Path, model: Path, target: Path) -> None:
    """History, evaluations, calibration and LICENSE, with no path of this machine in them."""
    found = [(root / name, target / name) for name in RECORDS]
    found += [(model / "calibration.json", target / "calibration.json")]
    for name in ("results.json", ROBUSTNESS_FILE):
        found += [(file, target / file.relative_to(root)) for file in root.glob(f"{EVALUATIONS_FOLDER}/*/{name}")]
    for source, copy in found:
        if source.is_file():
            write_json(copy, _cleaned(read_json(source)))
    licence = license_file(root)
    if licence is not None:
        shutil.copyfile(licence, target / LICENCE_FILE)


def records_folder(model: str | Path, loaded: LoadedModel) -> Path:
    """Where run.json and its like lie: the RUN folder, or the model's own."""
    if str(model) == DEFAULT_MODEL:
        return embedded_model_path()
    given = Path(model).expanduser()
    return given if (given / "run.json").is_file() else loaded.folder


def _cleaned(value: Any) -> Any:
    """JSON without paths, and of a run's record without what concerns a machine alone."""
    if isinstance(value, dict) and "training_arguments" in value:
        arguments = value["training_arguments"]
        value = {
            **value,
            "training_arguments": {name: arguments[name] for name in arguments if name not in MACHINE_ARGUMENTS},
            "command": portable_command(str(value.get("command", ""))),
        }
        if value.get("result"):
            value["result"] = {**value["result"], "run": "RUN"}
    return portable(value)


def _copy_onnx(given: Path | None, beside: tuple[Path, ...], target: Path) -> None:
    folder = given or next((path for path in beside if path.is_dir()), None)
    if folder is None:
        return
    files = [file for pattern in ONNX_FILES for file in sorted(folder.glob(pattern))]
    if not any(file.suffix == ".onnx" for file in files):
        raise RealFakeError(f"{folder} holds no .onnx file: write one with `realfake export --onnx`.")
    (target / "onnx").mkdir(parents=True, exist_ok=True)
    for file in files:
        if file.suffix == ".json":
            write_json(target / "onnx" / file.name, portable(read_json(file)))
        else:
            shutil.copyfile(file, target / "onnx" / file.name)
