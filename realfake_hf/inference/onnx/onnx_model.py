"""A model's ONNX file, run by onnxruntime: no torch and no Transformers are imported."""

from __future__ import annotations

import math
import os
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from realfake_hf.errors import RealFakeError, one_line
from realfake_hf.images.regular_file import escaped_name
from realfake_hf.inference.model_loading import DEFAULT_MODEL, model_folder
from realfake_hf.models.labels import FAKE, REAL, check_label_map
from realfake_hf.models.square_crops import SquareCrops
from realfake_hf.storage.files import read_json_object
from realfake_hf.storage.machine import wanted_threads
from realfake_hf.weights import WEIGHTS_FOLDER, embedded_models

Runtime = Literal["auto", "torch", "onnx"]
RUNTIMES: tuple[Runtime, ...] = ("auto", "torch", "onnx")

ONNX_NAMES = ("model.onnx", "onnx/model.onnx")
"""Where a model's folder keeps its ONNX file."""

PROCESSOR_FILE = "preprocessor_config.json"
INPUT, OUTPUT = "pixel_values", "logits"
REMEDY = "export the model again"
TEMPERATURE_KEY = "realfake_temperature"
"""Metadata of the ONNX file: the temperature that its logits are divided by."""


@dataclass
class OnnxImageProcessor(SquareCrops):
    """The fields and pixels of `RealFakeImageProcessor`, without Transformers."""

    mode: str
    size: int
    resize_size: int | None
    num_crops: int
    image_mean: list[float]
    image_std: list[float]
    whole_view: bool = False


class OnnxModel:
    """Answers what `Predictor` answers, of an exported model.

    Args:
        path: the ONNX file; config.json and preprocessor_config.json lie beside it or, where it is in a folder onnx/,
            above that.
        name: as the user named it.
        threads: of onnxruntime; by default `OMP_NUM_THREADS`, else one per core.

    Attributes:
        folder: where its config.json lies.
        config: the fields of config.json.
        processor: how images become pixels.

    Raises:
        RealFakeError: onnxruntime is not installed, a file is missing or damaged, or the path is no UTF-8.
    """

    def __init__(self, path: Path, *, name: str | None = None, threads: int | None = None) -> None:
        onnxruntime = import_onnxruntime()
        require_utf8(path)
        self.path = path
        self.name = name or str(path)
        self.folder = _companion(path, "config.json").parent
        self.config = SimpleNamespace(**read_json_object(self.folder / "config.json", REMEDY))
        self.processor = read_processor(_companion(path, PROCESSOR_FILE))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or wanted_threads()
        options.log_severity_level = 4
        # A thread that waits in a loop takes the core from one that decodes.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            shape = self._session.get_inputs()[0].shape
            of_the_file = float(self._session.get_modelmeta().custom_metadata_map[TEMPERATURE_KEY])
        except Exception as error:  # as above
            raise RealFakeError(f"{path} is no model that `realfake export` wrote: {one_line(error)}.") from None
        self._takes_crops = len(shape) == 5
        self._check()
        # Calibration after the export wrote into the config alone.
        self._to_calibrated = of_the_file / float(self.config.temperature)

    @property
    def has_weights_beside(self) -> bool:
        """Whether its folder holds the network too, as torch loads it."""
        return any(self.folder.glob("model*.safetensors"))

    def prepare(self, image: Image.Image) -> npt.NDArray[np.float32]:
        """The pixels of one upright RGB image: (N, 3, H, W), N at most the processor's num_crops."""
        return self.processor.normalised(self.processor.crops(image, self.processor.num_crops))

    def feed(self, pixel_values: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
        """A batch (B, N, 3, H, W) as the file's input: the same, or (B x N, 3, H, W) where it takes no crops."""
        fed = pixel_values if self._takes_crops else pixel_values.reshape(-1, *pixel_values.shape[2:])
        return {INPUT: np.ascontiguousarray(fed)}

    def class_logits(self, pixel_values: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Logits (B, 2) of a batch (B, N, 3, H, W), float64, temperature applied: the mean over the N crops.

        Raises:
            ValueError: the network cannot take crops of this size, or memory is short.
        """
        batch, crops = pixel_values.shape[:2]
        try:
            logits = self._session.run([OUTPUT], self.feed(pixel_values))[0].astype(np.float64)
        except Exception as error:  # onnxruntime has an exception class for each of its states
            raise ValueError(one_line(error)) from None
        logits = logits * self._to_calibrated
        return logits if self._takes_crops else logits.reshape(batch, crops, -1).mean(axis=1)

    def logits(self, pixel_values: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Fake minus real logit (B,) of a batch, see `class_logits`."""
        logits = self.class_logits(pixel_values)
        return logits[:, FAKE] - logits[:, REAL]

    def _check(self) -> None:
        try:
            check_label_map(self.config.id2label)
            low, high = float(self.config.threshold_low), float(self.config.threshold_high)
            temperature = float(self.config.temperature)
        except (AttributeError, TypeError, ValueError):
            raise RealFakeError(f"The config.json of {self.path} is not one of our models'.") from None
        if not 0.0 <= low <= high <= 1.0:
            raise RealFakeError(f"The config.json of {self.path} has thresholds out of order: {low} and {high}.")
        if not 0 < temperature < math.inf:
            raise RealFakeError(
                f"The config.json of {self.path} has the temperature {temperature}: it must be positive."
            )


def choose_runtime(model: str | Path, runtime: Runtime = "auto", *, device: object = None) -> Path | None:
    """The ONNX file that is to judge, None for torch.

    Args:
        model: as `Detector` takes it; also the path of an ONNX file.
        runtime: `auto` takes ONNX for an embedded model, where a local folder holds no other weights, and where the
            file is named itself; an embedded model runs by torch where there is a GPU.
        device: of torch, as `Detector` takes it.

    Raises:
        RealFakeError: an unknown runtime, or `onnx` for a model that has no ONNX file.
    """
    if runtime not in RUNTIMES:
        raise RealFakeError(f"The runtime must be one of {', '.join(RUNTIMES)}, not {runtime!r}.")
    path = Path(model).expanduser()
    if path.suffix == ".onnx" and path.is_file() and runtime != "torch":
        return path
    if runtime == "torch":
        return None
    if runtime == "auto" and not path.is_dir() and str(model) not in (DEFAULT_MODEL, *embedded_models()):
        return None
    folder = path if _onnx_file(path) else model_folder(model, extra_files=ONNX_NAMES)
    found = _onnx_file(folder)
    if found is None and runtime == "onnx":
        raise RealFakeError(f"{model} has no ONNX file: write one with `realfake export {model} DIR` and name DIR.")
    if runtime == "auto" and any(folder.glob("*.safetensors")):
        if folder.resolve().parent != WEIGHTS_FOLDER:
            return None  # nothing says that these two are of one training
        if not runs_on_cpu(device) or (device is None and gpu_is_there()):
            return None
    return found


def runs_on_cpu(device: object) -> bool:
    """Whether a wished torch device, None for any, may be the CPU."""
    return device is None or str(device).split(":")[0] == "cpu"


def gpu_is_there() -> bool:
    """Whether this machine has a GPU of NVIDIA's, found out without importing torch."""
    return os.environ.get("CUDA_VISIBLE_DEVICES") not in ("", "-1") and shutil.which("nvidia-smi") is not None


def require_utf8(path: Path) -> None:
    """See that onnx and onnxruntime will take a path: they know no other bytes.

    Raises:
        RealFakeError: they will not.
    """
    name = str(path)
    if escaped_name(name) != name:
        raise RealFakeError(
            f"{escaped_name(name)} has bytes that are no UTF-8, and so ONNX files there cannot be written or read: "
            f"name another folder."
        )


def require_onnx(*packages: str) -> None:
    """Raise RealFakeError, one sentence, where a package is missing."""
    if missing := [package for package in packages if find_spec(package) is None]:
        raise RealFakeError(f'ONNX needs {" and ".join(missing)}: pip install "realfake-hf[onnx]".')


def import_onnxruntime() -> ModuleType:
    """onnxruntime, which reports to nobody: from 1.29 on its builds send Microsoft what they run, and on what machine.

    Not where a program has imported it before, or set `ORT_DISABLE_TELEMETRY` itself; on Windows in any case.

    Raises:
        RealFakeError: it is not installed.
    """
    require_onnx("onnxruntime")
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read once, when it is imported
    import onnxruntime

    if sys.platform == "win32":
        onnxruntime.disable_telemetry_events()
    return onnxruntime


def _onnx_file(folder: Path) -> Path | None:
    return next((folder / name for name in ONNX_NAMES if (folder / name).is_file()), None)


def _companion(path: Path, name: str) -> Path:
    # In onnx/ below a model, the model's own counts: it may have other thresholds by now.
    for folder in (path.parent.parent, path.parent) if path.parent.name == "onnx" else (path.parent,):
        if (folder / name).is_file():
            return folder / name
    raise RealFakeError(f"{path} has no {name} beside it: export the model again.")


def read_processor(path: Path) -> OnnxImageProcessor:
    """The processor of a preprocessor_config.json.

    Raises:
        RealFakeError: it cannot be read, or is not one of ours.
    """
    content = read_json_object(path, REMEDY)
    try:
        # Processors of 0.1 know nothing of the whole image as a view. What the values are, `check` sees.
        names = [name for name in OnnxImageProcessor.__dataclass_fields__ if name in content or name != "whole_view"]
        fields: Any = {name: content[name] for name in names}
        processor = OnnxImageProcessor(**fields)
        processor.check()
    except KeyError as error:
        raise RealFakeError(f"{path} has no {error.args[0]}: it is not the processor of one of our models.") from None
    except ValueError as error:
        raise RealFakeError(f"{path} is not the processor of one of our models: {error}") from None
    return processor
