"""Put a trained model into the package: half precision, for both runtimes, what it costs, and how it came to be.

    python -m realfake_hf.study.embed RUN NAME
    python -m realfake_hf.study.embed --onnx NAME     # write the ONNX file of an embedded model again

Calibrate the result afterwards (`realfake calibrate NAME --data ...`): half precision moves the logits a little.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
from pathlib import Path

import msgspec

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.model_loading import load_model
from realfake_hf.inference.onnx.onnx_model import require_onnx
from realfake_hf.inference.onnx.shared_weights import ONNX_FILE, write_onnx_beside
from realfake_hf.records.run import RunRecord, is_finished
from realfake_hf.storage.files import read_json_object, write_json
from realfake_hf.study.cost import measure_cost
from realfake_hf.training.recipe import recipe_from_dict
from realfake_hf.weights import WEIGHTS_FOLDER, embedded_model_path

# What a run records of the machine that it ran on, and nobody else needs.
MACHINE_FIELDS = ("output_dir", "logging_dir")


def embed(run: Path, name: str, *, folder: Path = WEIGHTS_FOLDER) -> Path:
    """Copy a run's model, in half precision, with its ONNX file, processor, history and record, into `folder`/`name`.

    Raises:
        RealFakeError: the run is not finished, there is a model of that name already, or it cannot be written as ONNX.
    """
    import torch

    target = folder / name
    if target.exists():
        raise RealFakeError(f"{target} exists: remove it first, or choose another name.")
    record = RunRecord.read(run) if is_finished(run) else None
    if record is None:
        raise RealFakeError(f"{run} is not finished: resume it first.")
    require_onnx("onnx", "onnxscript", "onnxruntime")  # before anything is written
    loaded = load_model(run)
    loaded.model.to(torch.float16).save_pretrained(target)
    loaded.processor.save_pretrained(target)
    _leave_out_code(target)
    write_onnx_beside(load_model(target))
    _without_machine(record, run).write(target)
    (target / "history.json").write_text((run / "history.json").read_text(encoding="utf-8"), encoding="utf-8")
    measure_cost(recipe_from_dict(record.recipe), load_model(target).model).write(target)
    return target


def _leave_out_code(folder: Path) -> None:
    """Take out the code that a saved model carries: inside the package it would be a second copy of it."""
    for code in folder.glob("*.py"):
        code.unlink()
    for name in ("config.json", "preprocessor_config.json"):
        content = read_json_object(folder / name)
        content.pop("auto_map", None)
        write_json(folder / name, content)


def write_onnx(name: str, *, folder: Path = WEIGHTS_FOLDER) -> Path:
    """Write the ONNX file of an embedded model again."""
    loaded = load_model(embedded_model_path(name, folder=folder))
    write_onnx_beside(loaded)
    return loaded.folder / ONNX_FILE


def _without_machine(record: RunRecord, run: Path) -> RunRecord:
    """The record with the run's folder called RUN, wherever it lay."""
    arguments = {key: value for key, value in record.training_arguments.items() if key not in MACHINE_FIELDS}
    text = msgspec.json.encode(dataclasses.replace(record, training_arguments=arguments)).decode()
    # As a path of its own or the beginning of one, never as a part of another name.
    names = (json.dumps(str(place), ensure_ascii=False)[1:-1] for place in (run.resolve(), run))
    places = "|".join(map(re.escape, names))
    return msgspec.json.decode(re.sub(rf"(?<![\w./-])(?:{places})(?![\w-])", "RUN", text), type=RunRecord)


def main() -> None:
    """Embed one run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN", nargs="?")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--onnx", action="store_true", help="write the ONNX file of the embedded model NAME again")
    options = parser.parse_args()
    if options.onnx == (options.run is not None):
        parser.error("give RUN and NAME, or --onnx and NAME")
    print(write_onnx(options.name) if options.onnx else embed(options.run, options.name))


if __name__ == "__main__":
    main()
