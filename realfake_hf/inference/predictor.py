"""Any image-classification model behind one question: how much more fake than real?"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from realfake_hf.errors import RealFakeError, one_line
from realfake_hf.inference.model_loading import LoadedModel
from realfake_hf.inference.onnx.onnx_model import OnnxModel, choose_runtime
from realfake_hf.inference.third_party_labels import FakeOutputs, fake_outputs
from realfake_hf.storage.machine import wanted_threads
from realfake_hf.weights import WEIGHTS_FOLDER


@dataclass(eq=False)
class Predictor:
    """A model, its image processor and the meaning of its outputs.

    Attributes:
        name: what results call the model.
        model: a Transformers image-classification model, in evaluation mode on its device.
        processor: its image processor; `pixel_values` of one image are (1, 3, H, W) or (1, N, 3, H, W).
        outputs: which outputs mean fake.
    """

    name: str
    model: Any
    processor: Any
    outputs: FakeOutputs

    @classmethod
    def of(
        cls,
        model: Any,
        processor: Any,
        *,
        name: str | None = None,
        fake_label: str | None = None,
        device: str | torch.device | None = None,
    ) -> Predictor:
        """Wrap a loaded model.

        Args:
            model: a Transformers image-classification model; it is moved to the device and put into
                evaluation mode.
            processor: its image processor.
            name: by default the folder or Hub id it came from.
            fake_label: the label that means fake, where its name does not say so.
            device: by default a GPU if there is one.

        Raises:
            RealFakeError: the labels do not tell which output means fake, or the device cannot be used.
        """
        name = name or str(getattr(model.config, "_name_or_path", "") or type(model).__name__)
        outputs = fake_outputs(model.config.id2label, fake_label=fake_label, model=name)
        return cls(name, moved(model, device).eval(), processor, outputs)

    @classmethod
    def load(
        cls,
        source: str | Path,
        *,
        name: str | None = None,
        fake_label: str | None = None,
        trust_remote_code: bool = False,
        device: str | torch.device | None = None,
    ) -> Predictor:
        """Load a model and its processor: an embedded one by name, a folder, a RUN folder or a Hub id.

        Raises:
            RealFakeError: what `load_model` raises, or the labels do not tell which output means fake.
        """
        from realfake_hf.inference.model_loading import load_model

        loaded = load_model(source, trust_remote_code=trust_remote_code)
        return cls.of(loaded.model, loaded.processor, name=name or loaded.name, fake_label=fake_label, device=device)

    def prepare(self, image: Image.Image) -> torch.Tensor:
        """The pixels of one RGB image, see `prepare_image`."""
        return prepare_image(self.processor, image)

    def logits(self, pixel_values: torch.Tensor) -> npt.NDArray[np.float64]:
        """Fake minus real logit of a batch (B, 3, H, W) or (B, N, 3, H, W), float64 (B,)."""
        parameter = next(self.model.parameters())
        with torch.inference_mode():
            output = self.model(pixel_values=pixel_values.to(parameter.device, parameter.dtype, non_blocking=True))
        return fake_logits(output.logits, self.outputs)

    @property
    def is_torch_on_cpu(self) -> bool:
        """Whether a batch's activations come from the C library: see `allocator.keep_freed_memory`."""
        return next(self.model.parameters()).device.type == "cpu"

    def fingerprint(self) -> str:
        """16 hexadecimal digits over weights, processor and label map: equal if the scores must be equal."""
        digest = hashlib.sha256()
        for key, tensor in self.model.state_dict().items():
            digest.update(f"{key}:{tensor.dtype}:{tuple(tensor.shape)};".encode())
            digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
        temperature = getattr(self.model.config, "temperature", 1.0)
        settings = self.processor.to_dict() if hasattr(self.processor, "to_dict") else {}
        settings.pop("auto_map", None)  # where its code lies is no setting
        digest.update(f"{temperature}:{self.outputs}:".encode())
        digest.update(json.dumps(settings, sort_keys=True, default=str).encode())
        return digest.hexdigest()[:16]


@dataclass(eq=False)
class OnnxPredictor(Predictor):
    """A model whose scores come from its ONNX file; all else is as in torch.

    Attributes:
        onnx: the file, opened.
    """

    onnx: OnnxModel | None = None

    @property
    def is_torch_on_cpu(self) -> bool:
        return False

    def logits(self, pixel_values: torch.Tensor) -> npt.NDArray[np.float64]:
        """As in torch, within 1e-4."""
        assert self.onnx is not None
        pixels = pixel_values.numpy()
        return self.onnx.logits(pixels if pixels.ndim == 5 else pixels[:, None])


def scoring_predictor(
    loaded: LoadedModel, *, name: str, fake_label: str | None = None, device: str | torch.device | None = None
) -> Predictor:
    """A loaded model as it scores fastest here: an embedded one by onnxruntime where there is no GPU, else by torch.

    Raises:
        RealFakeError: the labels do not tell which output means fake.
    """
    predictor = Predictor.of(loaded.model, loaded.processor, name=name, fake_label=fake_label, device=device)
    file = choose_runtime(loaded.folder, device=device) if loaded.folder.parent == WEIGHTS_FOLDER else None
    if file is None or fake_label is not None:
        return predictor
    model = OnnxModel(file, name=name)
    return OnnxPredictor(predictor.name, predictor.model, predictor.processor, predictor.outputs, model)


def limit_torch_threads() -> None:
    """Let torch compute on no more cores than this process may use: it counts the machine's, not the container's.

    A fork computes on one: it has none of the threads that torch began before, and would wait for them for ever.
    """
    torch.set_num_threads(min(torch.get_num_threads(), wanted_threads()))
    _limit_threads_of_forks()


@functools.cache
def _limit_threads_of_forks() -> None:
    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(after_in_child=partial(torch.set_num_threads, 1))


def prepare_image(processor: Any, image: Image.Image) -> torch.Tensor:
    """The pixels of one RGB image as a model wants them: (3, H, W) or (N, 3, H, W).

    Raises:
        ValueError: the processor gives something else.
    """
    pixels = torch.as_tensor(np.asarray(processor(images=image, return_tensors="pt")["pixel_values"]))
    if pixels.ndim not in (4, 5) or len(pixels) != 1:
        raise ValueError(f"the image processor gave pixel_values of shape {tuple(pixels.shape)}")
    return pixels[0] if pixels.ndim == 4 else _without_empty_crops(pixels[0])


def _without_empty_crops(pixels: torch.Tensor) -> torch.Tensor:
    """`(N, 3, H, W)` without the zeros that stand for crops which a small image does not need."""
    present = pixels.flatten(1).ne(0).any(dim=1)
    return pixels[: max(1, int(present.sum()))]


def fake_logits(logits: torch.Tensor, outputs: FakeOutputs) -> npt.NDArray[np.float64]:
    """Fake minus real logit, float64 (B,), whose sigmoid is the softmax probability of the fake outputs.

    Args:
        logits: (B, K), any float type and device.
        outputs: which of the K outputs mean fake; without real ones the single output is a sigmoid's.
    """
    return fake_logit(logits.detach().double().cpu(), outputs).numpy()


def fake_logit(logits: torch.Tensor, outputs: FakeOutputs) -> torch.Tensor:
    """`fake_logits` as a tensor (B, ...) of logits (B, K, ...), with its gradient."""
    fake = logits[:, list(outputs.fake)].logsumexp(dim=1)
    if not outputs.real:
        return fake
    return fake - logits[:, list(outputs.real)].logsumexp(dim=1)


def moved(model: Any, device: str | torch.device | None, **layout: Any) -> Any:
    """The model on a device; by default on a GPU if there is one. On a CPU torch's threads are limited to its cores.

    Raises:
        RealFakeError: there is no such device here, or it has no room.
    """
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        if torch.device(device).type == "cpu":
            limit_torch_threads()
        return model.to(device=device, **layout)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise RealFakeError(f"The device {device} cannot be used: {one_line(error, 150)}.") from None
