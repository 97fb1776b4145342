"""`realfake export`: one of our models as a folder that needs no torch, checked before it is there."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import DEFAULT_MODEL, LoadedModel, load_model
from realfake_hf.inference.onnx.onnx_model import PROCESSOR_FILE, OnnxModel, require_onnx, require_utf8
from realfake_hf.inference.onnx.preprocessing import preprocessing
from realfake_hf.models import square_crops
from realfake_hf.records.environment import package_version
from realfake_hf.records.export import EXPORT_FILE, ExportRecord
from realfake_hf.storage.files import read_json_object, write_json
from realfake_hf.storage.working import working

if TYPE_CHECKING:
    from realfake_hf.inference.onnx.int8 import Int8Options, Int8Trial

MODEL_FILE, INT8_FILE = "model.onnx", "model_int8.onnx"
PREPROCESSING_FILE = "preprocessing.json"
EXAMPLE_FILE, EXAMPLE_MODULES = "example.py", ("square_crops.py", "fitted.py", "upright_rgb.py")
"""A program that judges with numpy, Pillow and onnxruntime alone, and what it imports."""


@dataclass(frozen=True)
class ExportSummary:
    """What was written, and how well it agrees.

    Attributes:
        folder: where it is.
        record: the content of export.json.
    """

    folder: Path
    record: ExportRecord


def export_model(
    model: str | Path = DEFAULT_MODEL,
    output: str | Path = "",
    *,
    int8: Int8Options | None = None,
    overwrite: bool = False,
) -> ExportSummary:
    """Write model.onnx, config.json, the processor's config, preprocessing.json, export.json and an example program.

    The ONNX model is run beside torch on real images first: their logits must agree within 1e-4, or within 1e-4 of the
    largest of them where that is above 1.

    Args:
        model: as `load_model` takes it; one of ours.
        output: the folder.
        int8: write model_int8.onnx too, where it is faster on this machine and loses little.
        overwrite: replace an export in the folder.

    Raises:
        RealFakeError: a package is missing, the model is none of ours or cannot be written as ONNX, the result does
            not agree, or the folder holds such files already or has a path that is no UTF-8.
    """
    require_onnx("onnx", "onnxscript", "onnxruntime")
    folder = Path(output).expanduser()
    require_utf8(folder.absolute())
    names = [MODEL_FILE, EXPORT_FILE, "config.json", PROCESSOR_FILE, PREPROCESSING_FILE, EXAMPLE_FILE, *EXAMPLE_MODULES]
    _check_output(folder, [*names, *([] if int8 is None else [INT8_FILE])], overwrite=overwrite)
    trial = None if int8 is None else _trial(int8)
    loaded = load_model(model)
    _check_ours(loaded)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as draft:
        record = _write(loaded, Path(draft), trial)
        (folder / INT8_FILE).unlink(missing_ok=True)  # of an earlier export of another model, perhaps
        for name in [*names, *([INT8_FILE] if record.int8 and record.int8.written else [])]:
            (Path(draft) / name).replace(folder / name)
    return ExportSummary(folder, record)


def _trial(options: Int8Options) -> Int8Trial:
    from realfake_hf.inference.onnx.int8 import Int8Trial

    return Int8Trial(options)


@working("Writing the model as ONNX and checking it")
def _write(loaded: LoadedModel, folder: Path, trial: Int8Trial | None) -> ExportRecord:
    from realfake_hf.inference.onnx.checking import check_images, checked_agreement, onnx_logits, prepared, torch_logits
    from realfake_hf.inference.onnx.onnx_file import OPSET, write_onnx

    config, processor = loaded.model.config, loaded.processor
    for name in ("config.json", PROCESSOR_FILE):
        content = read_json_object(loaded.folder / name)
        content.pop("auto_map", None)  # the code files stay with the weights
        write_json(folder / name, content)
    axes = write_onnx(loaded.model, folder / MODEL_FILE, side=processor.size, crops=processor.mode == "native-crops")
    write_json(folder / PREPROCESSING_FILE, preprocessing(config, processor, axes))
    _write_example(folder)
    exported = OnnxModel(folder / MODEL_FILE)
    batches = prepared(processor, check_images())
    thresholds = (float(config.threshold_low), float(config.threshold_high))
    expected, found = torch_logits(loaded.model, batches), onnx_logits(exported, batches)
    agreement = checked_agreement(loaded.name, expected, found, thresholds)
    packages = ("realfake-hf", "torch", "transformers", "onnx", "onnxruntime")
    record = ExportRecord(
        model=loaded.name,
        opset=OPSET,
        size=(folder / MODEL_FILE).stat().st_size,
        agreement=agreement,
        versions={name: package_version(name) for name in packages},
        int8=None if trial is None else trial.run(folder / MODEL_FILE, folder / INT8_FILE, thresholds),
    )
    record.write(folder)
    return record


def _write_example(folder: Path) -> None:
    models = Path(square_crops.__file__).parent
    for name in EXAMPLE_MODULES:
        source = (models / name).read_text(encoding="utf-8")
        (folder / name).write_text(source.replace("from .", "from "), encoding="utf-8")
    example = Path(__file__).with_name("example_program.py").read_text(encoding="utf-8")
    for name in EXAMPLE_MODULES:
        module = name.removesuffix(".py")
        example = example.replace(f"from realfake_hf.models.{module} ", f"from {module} ")
    (folder / EXAMPLE_FILE).write_text(example, encoding="utf-8")


def _check_output(folder: Path, names: list[str], *, overwrite: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise RealFakeError(f"{folder} is a file: give a folder to write to.")
    if (folder / "model" / "config.json").is_file():
        raise RealFakeError(f"{folder} is a RUN folder, whose model an export would hide: give another folder.")
    found = next((name for name in names if (folder / name).exists()), None)
    if found and overwrite and not (folder / EXPORT_FILE).exists():
        raise RealFakeError(f"{folder} holds {found}, which no export wrote: give another folder.")
    if found and not overwrite:
        raise RealFakeError(f"{folder} holds {found} already: give another folder, or replace it with `overwrite`.")


def _check_ours(loaded: LoadedModel) -> None:
    from realfake_hf.models.image_processing_realfake import RealFakeImageProcessor
    from realfake_hf.models.modeling_realfake import RealFakePreTrainedModel

    if not isinstance(loaded.model, RealFakePreTrainedModel):
        raise RealFakeError(f"{loaded.name} is not one of our models, and only those are exported: use optimum for it.")
    if not isinstance(loaded.processor, RealFakeImageProcessor):
        raise RealFakeError(
            f"{loaded.name} has a third-party image processor: only RealFakeImageProcessor is exported."
        )
